import type { Health } from '../contract/job.ts';
import { methodsOf } from '../contract/routes.ts';
import { GatewayError } from '../domain/error-code.ts';
import type { ApiRequest } from './api-request.ts';
import { type ApiResponse, jsonResponse } from './api-response.ts';
import { errorResponse } from './responses.ts';

/** What the site tells of itself. `openapi` is called only when the document is asked for. */
export interface Site {
  readonly version: string;
  openapi(): unknown;
}

/**
 * Answers the two open pages, and every path and method that no other route has: 404, or 405 with the methods allowed. What
 * is at a path is told by the pattern that API Gateway has matched, never by the path itself: once decoded, one with `%2F` for
 * a slash reads like a route that API Gateway did not find. Throws for nothing that a stranger can send.
 */
export function siteAnswer(request: Pick<ApiRequest, 'method' | 'resource' | 'requestId'>, site: Site): ApiResponse {
  const { method, resource, requestId } = request;
  if (method === 'GET' && resource === '/health') {
    const health: Health = { status: 'ok', version: site.version };
    return jsonResponse(200, requestId, { value: health });
  }
  if (method === 'GET' && resource === '/openapi.json') return jsonResponse(200, requestId, { value: site.openapi() });
  const allow = methodsOf(resource);
  if (allow.length === 0) {
    return errorResponse(new GatewayError('not_found', 'There is nothing at this path.'), requestId);
  }
  const message = `This path takes ${allow.join(' and ')}.`;
  return errorResponse(new GatewayError('method_not_allowed', message), requestId, { allow });
}
