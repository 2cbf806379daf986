import type { APIGatewayProxyEvent } from 'aws-lambda';
import { headerNames } from '../../contract/headers.ts';
import { limits } from '../../contract/limits.ts';
import { pathParametersOf } from './path-parameters.ts';
import { plainRecord } from './plain-record.ts';
import { type RequestBody, requestBody } from './request-body.ts';
import { requestOrigin, routePathOf } from './request-origin.ts';

/** A request as the gateway's functions read it: no matter how API Gateway wrapped it. */
export interface ApiRequest {
  /** The client's own `x-request-id` where it is fit to be echoed, else the gateway's. */
  readonly requestId: string;
  /** As in the route table: HEAD counts as GET for all but the code that sends the answer. */
  readonly method: string;
  /**
   * Whether it was a HEAD, which only a redirect to a presigned URL needs to know: the URL is signed for the method.
   */
  readonly isHead: boolean;
  /** The path as the route table writes it, decoded: without the stage or a custom domain's base path. */
  readonly path: string;
  /** The path as it was sent, with stage or base path and not decoded, as far as API Gateway shows it. */
  readonly sentPath: string;
  /** The route's pattern, such as `/v1/images/content/{job_id}/{index}`. */
  readonly resource: string;
  /** Decoded. */
  readonly pathParameters: Readonly<Record<string, string | undefined>>;
  /** All values of each of the query's parameters, decoded, in the order in which they came. */
  readonly queryValues: Readonly<Record<string, readonly string[] | undefined>>;
  /** A header by its name in any case. Of a repeated one the first counts, but `Prefer`, which is a list, is joined. */
  header(name: string): string | undefined;
  readonly body: RequestBody;
  /**
   * Scheme, host and stage prefix as the caller sees them, without a slash at the end: what absolute links begin with.
   */
  readonly origin: string;
}

/** Reads API Gateway's REST proxy event. Never throws: request validation is up to the readers of its parts. */
export function readApiRequest(event: APIGatewayProxyEvent): ApiRequest {
  const headers = headersOf(event);
  const header = (name: string): string | undefined => headers.get(name.toLowerCase());
  return {
    requestId: fitRequestId(header(headerNames.requestId)) ?? event.requestContext.requestId,
    method: isHead(event) ? 'GET' : event.httpMethod.toUpperCase(),
    isHead: isHead(event),
    path: routePathOf(event),
    sentPath: event.requestContext.path ?? event.path,
    resource: event.resource,
    pathParameters: pathParametersOf(event),
    queryValues: plainRecord(Object.entries(event.multiValueQueryStringParameters ?? {})),
    header,
    body: requestBody(event),
    origin: requestOrigin(event, header('x-forwarded-proto'), header('host')),
  };
}

/** Whether the request is a HEAD, which gets only headers. */
export const isHead = ({ httpMethod }: Pick<APIGatewayProxyEvent, 'httpMethod'>): boolean =>
  httpMethod.toUpperCase() === 'HEAD';

const listHeaders: ReadonlySet<string> = new Set([headerNames.prefer]);

function headersOf(event: APIGatewayProxyEvent): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(event.headers ?? {})) {
    if (typeof value === 'string') headers.set(name.toLowerCase(), value);
  }
  // The single-value map keeps the last value of a repeated header; this one has them all, so it has the last word.
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {})) {
    const first = values?.[0];
    if (!values || first === undefined) continue;
    const lowered = name.toLowerCase();
    headers.set(lowered, listHeaders.has(lowered) ? values.join(', ') : first);
  }
  return headers;
}

const visibleAscii = new RegExp(`^[\\x21-\\x7e]{1,${limits.requestIdCharacters}}$`);

const fitRequestId = (id: string | undefined): string | undefined =>
  id !== undefined && visibleAscii.test(id) ? id : undefined;
