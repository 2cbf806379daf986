import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ApiPlan } from '../plan/rest-api.ts';

/**
 * What the gateway knows about a request before any function does; the source of `$context` and of `requestContext`.
 */
export interface GatewayContext {
  readonly apiId: string;
  readonly stage: string;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly traceId: string;
  readonly httpMethod: string;
  /** As the client requested it, with the stage as prefix where the client's URL had it. */
  readonly path: string;
  /** The path that is routed, and that functions get; encoded as it was sent, here and above. */
  readonly pathWithoutStage: string;
  readonly protocol: string;
  readonly domainName: string;
  readonly sourceIp: string;
  readonly userAgent: string | null;
  readonly requestTime: string;
  readonly requestTimeEpoch: number;
}

/**
 * Describes a request. The stage is served below `/{stage}`, as execute-api does, and at the root, as a custom domain
 * mapped to the stage does; a path that begins with the stage's name counts as the former.
 */
export function describeRequest(request: IncomingMessage, api: ApiPlan): GatewayContext {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const prefix = `/${api.stageName}`;
  const named = path === prefix || path.startsWith(`${prefix}/`);
  const now = new Date();
  return {
    apiId: api.id,
    stage: api.stageName,
    requestId: randomUUID(),
    extendedRequestId: randomBytes(11).toString('base64url'),
    traceId: `Root=1-${Math.floor(now.getTime() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
    httpMethod: request.method ?? 'GET',
    path,
    pathWithoutStage: named ? path.slice(prefix.length) || '/' : path,
    protocol: `HTTP/${request.httpVersion}`,
    domainName: request.headers.host ?? '127.0.0.1',
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    userAgent: request.headers['user-agent'] ?? null,
    requestTime: commonLogTime(now),
    requestTimeEpoch: now.getTime(),
  };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function commonLogTime(time: Date): string {
  const day = String(time.getUTCDate()).padStart(2, '0');
  return `${day}/${months[time.getUTCMonth()]}/${time.getUTCFullYear()}:${time.toISOString().slice(11, 19)} +0000`;
}
