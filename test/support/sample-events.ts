import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type ApiRequest, readApiRequest } from '../../lambda/http/request/api-request.ts';

export interface EventFacts {
  readonly method?: string;
  readonly resource?: string;
  readonly pathParameters?: Record<string, string>;
  /** The whole path the caller used. */
  readonly calledPath?: string;
  readonly headers?: Record<string, string>;
  readonly multiValueHeaders?: Record<string, string[]>;
  /** The query as it stands behind the question mark. */
  readonly query?: string;
  readonly body?: string | Buffer;
  readonly domainName?: string;
}

/** A REST proxy event as API Gateway sends it: text bodies as they are, binary ones in base64. */
export function sampleEvent(facts: EventFacts = {}): APIGatewayProxyEvent {
  const { body } = facts;
  const path = facts.calledPath ?? '/prod/health';
  return {
    httpMethod: facts.method ?? 'GET',
    resource: facts.resource ?? '/health',
    path: path.replace(/^\/prod/, ''),
    pathParameters: facts.pathParameters ?? null,
    headers: facts.headers ?? {},
    multiValueHeaders: facts.multiValueHeaders ?? {},
    queryStringParameters: facts.query === undefined ? null : Object.fromEntries(new URLSearchParams(facts.query)),
    multiValueQueryStringParameters: facts.query === undefined ? null : valuesOf(new URLSearchParams(facts.query)),
    stageVariables: null,
    isBase64Encoded: Buffer.isBuffer(body),
    body: body === undefined ? null : body.toString(Buffer.isBuffer(body) ? 'base64' : 'utf8'),
    requestContext: {
      requestId: 'gateway-request',
      path,
      stage: 'prod',
      domainName: facts.domainName ?? 'abc.execute-api.eu-west-1.amazonaws.com',
    } as APIGatewayProxyEvent['requestContext'],
  };
}

const valuesOf = (query: URLSearchParams): Record<string, string[]> =>
  Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name)]));

/** A request with a body and headers, as `readSubmission` gets it. */
export const requestWith = (body: string | Buffer, headers: Record<string, string> = {}): ApiRequest =>
  readApiRequest(sampleEvent({ method: 'POST', body, headers }));

export const jsonRequest = (value: unknown, headers: Record<string, string> = {}): ApiRequest =>
  requestWith(JSON.stringify(value), { 'content-type': 'application/json', ...headers });
