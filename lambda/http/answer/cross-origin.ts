import type { APIGatewayProxyEvent } from 'aws-lambda';
import { exposedHeaders, scriptHeaders } from '../../contract/headers.ts';
import type { ApiResponse } from './api-response.ts';

/** CORS: how long a browser may cache a preflight, in seconds: Chromium's max, others allow more. */
const preflightSeconds = 7200;

/**
 * Adds the CORS headers that let scripts of the stage's allowed origins read an answer:
 * https://fetch.spec.whatwg.org/#http-cors-protocol. The origin is echoed, never a wildcard, and no cookie or other
 * ambient credential takes part. A stage that allows no origin sends none.
 */
export function sharedWith(
  allowedOrigins: readonly string[],
  event: Pick<APIGatewayProxyEvent, 'headers'>,
  response: ApiResponse,
): ApiResponse {
  if (allowedOrigins.length === 0) return response;
  const origin = originOf(event);
  const isAllowed = origin !== undefined && allowedOrigins.some((allowed) => admits(allowed, origin));
  return {
    ...response,
    headers: {
      ...response.headers,
      vary: 'Origin',
      ...(isAllowed && {
        'access-control-allow-origin': origin,
        'access-control-expose-headers': exposedHeaders.join(', '),
      }),
    },
  };
}

/**
 * Further headers of a preflight's answer for a path: the same for every origin, as a browser needs an allowed one
 * besides.
 */
export const preflightHeaders = (methods: readonly string[]): Readonly<Record<string, string>> => ({
  'access-control-allow-methods': methods.join(', '),
  'access-control-allow-headers': scriptHeaders.join(', '),
  'access-control-max-age': String(preflightSeconds),
});

function originOf({ headers }: Pick<APIGatewayProxyEvent, 'headers'>): string | undefined {
  const [, origin] = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'origin') ?? [];
  return origin;
}

/** `http://localhost:*` admits every port, and none; the rest is compared as a browser writes it. */
function admits(allowed: string, origin: string): boolean {
  if (!allowed.endsWith(':*')) return allowed === origin;
  const host = allowed.slice(0, -':*'.length);
  return origin === host || (origin.startsWith(`${host}:`) && /^\d{1,5}$/.test(origin.slice(host.length + 1)));
}
