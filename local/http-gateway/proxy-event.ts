import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { accountId } from '../plan/references.ts';
import type { RoutePlan } from '../plan/rest-api.ts';
import type { GatewayContext } from './gateway-context.ts';
import { isBinary } from './request-body.ts';

/** All that an event is made of. */
export interface ProxyEventSource {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly route: RoutePlan;
  readonly pathParameters: Readonly<Record<string, string>> | null;
  readonly context: GatewayContext;
  readonly binaryMediaTypes: readonly string[];
}

/** Headers that are between the client and the gateway, and not passed on. */
const droppedHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Makes the event of a Lambda proxy integration, in the REST API's format 1.0. */
export function createProxyEvent(source: ProxyEventSource): APIGatewayProxyEvent {
  const { request, body, route, pathParameters, context } = source;
  const headers = collectHeaders(request, context);
  const query = collectQuery(request.url ?? '/');
  const binary = isBinary(request.headers['content-type'], source.binaryMediaTypes);
  return {
    resource: route.path,
    path: context.pathWithoutStage,
    httpMethod: context.httpMethod,
    headers: lastOfEach(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: query.size === 0 ? null : lastOfEach(query),
    multiValueQueryStringParameters: query.size === 0 ? null : Object.fromEntries(query),
    pathParameters: pathParameters === null ? null : { ...pathParameters },
    stageVariables: null,
    requestContext: createRequestContext(route, context),
    body: body.length === 0 ? null : body.toString(binary ? 'base64' : 'utf8'),
    isBase64Encoded: body.length > 0 && binary,
  };
}

function createRequestContext(route: RoutePlan, context: GatewayContext): APIGatewayProxyEvent['requestContext'] {
  return {
    accountId,
    apiId: context.apiId,
    authorizer: null,
    domainName: context.domainName,
    domainPrefix: context.domainName.split('.')[0] ?? '',
    extendedRequestId: context.extendedRequestId,
    httpMethod: context.httpMethod,
    identity: {
      accessKey: null,
      accountId: null,
      apiKey: null,
      apiKeyId: null,
      caller: null,
      clientCert: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: context.sourceIp,
      user: null,
      userAgent: context.userAgent,
      userArn: null,
    },
    path: context.path,
    protocol: context.protocol,
    requestId: context.requestId,
    requestTime: context.requestTime,
    requestTimeEpoch: context.requestTimeEpoch,
    resourceId: route.resourceId,
    resourcePath: route.path,
    stage: context.stage,
  };
}

function collectHeaders(request: IncomingMessage, context: GatewayContext): Map<string, string[]> {
  const collected = new Map<string, string[]>();
  const names = new Map<string, string>();
  const { rawHeaders } = request;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const lowercase = (rawHeaders[index] ?? '').toLowerCase();
    if (droppedHeaders.has(lowercase) || lowercase.startsWith('x-forwarded-')) continue;
    // The case is the client's; a header that comes again in another case still is the same header.
    const name = names.get(lowercase) ?? rawHeaders[index] ?? '';
    names.set(lowercase, name);
    collected.set(name, [...(collected.get(name) ?? []), rawHeaders[index + 1] ?? '']);
  }
  const sentBefore = request.headers['x-forwarded-for'];
  const forwardedFor = sentBefore === undefined ? context.sourceIp : `${sentBefore}, ${context.sourceIp}`;
  collected.set(names.get('x-amzn-trace-id') ?? 'X-Amzn-Trace-Id', [context.traceId]);
  collected.set('X-Forwarded-For', [forwardedFor]);
  collected.set('X-Forwarded-Port', [String(request.socket.localPort)]);
  // API Gateway always sends https. The server here uses plain HTTP, and links made from this header have to work.
  collected.set('X-Forwarded-Proto', ['http']);
  return collected;
}

function collectQuery(url: string): Map<string, string[]> {
  const collected = new Map<string, string[]>();
  const start = url.indexOf('?');
  if (start < 0) return collected;
  for (const [name, value] of new URLSearchParams(url.slice(start))) {
    collected.set(name, [...(collected.get(name) ?? []), value]);
  }
  return collected;
}

function lastOfEach(values: ReadonlyMap<string, readonly string[]>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, list]) => [name, list.at(-1) ?? '']));
}
