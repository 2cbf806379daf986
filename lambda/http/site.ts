import type { Health } from '../contract/job.ts';
import { methodsAt } from '../contract/routes.ts';
import { GatewayError } from '../domain/error-code.ts';
import type { ApiRequest } from './api-request.ts';
import { type ApiResponse, jsonResponse } from './api-response.ts';
import { errorResponse } from './responses.ts';

/** What the site tells of itself. `openapi` is called only when the document is asked for. */
export interface Site {
  readonly version: string;
  openapi(): unknown;
}

/** Answers the two open pages, and every path and method that no other route has: 404, or 405 with the methods allowed. */
export function siteAnswer(request: Pick<ApiRequest, 'method' | 'path' | 'requestId'>, site: Site): ApiResponse {
  const { method, path, requestId } = request;
  const allow = [...new Set(methodsAt(path))];
  if (allow.length === 0) {
    return errorResponse(new GatewayError('not_found', 'There is nothing at this path.'), requestId);
  }
  if (!allow.includes(method)) {
    const message = `This path takes ${allow.join(' and ')}.`;
    return errorResponse(new GatewayError('method_not_allowed', message), requestId, { allow });
  }
  if (path === '/health') {
    const health: Health = { status: 'ok', version: site.version };
    return jsonResponse(200, requestId, { value: health });
  }
  if (path === '/openapi.json') return jsonResponse(200, requestId, { value: site.openapi() });
  throw new Error(`The route ${method} ${path} does not belong to the site.`);
}
