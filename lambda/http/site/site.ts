import type { Health } from '../../contract/job.ts';
import type { Route } from '../../contract/route.ts';
import { allowedMethods, methodsOf } from '../../contract/routes.ts';
import { GatewayError } from '../../domain/error-code.ts';
import { type ApiResponse, emptyResponse, jsonResponse } from '../answer/api-response.ts';
import { preflightHeaders } from '../answer/cross-origin.ts';
import { errorResponse } from '../answer/error-response.ts';
import type { ApiRequest } from '../request/api-request.ts';
import { nearestRoute } from './nearest-route.ts';

/** The site's own content. `openapi` is called only when the document is requested. */
export interface Site {
  readonly version: string;
  /** The routes that the stage has. */
  readonly served: readonly Route[];
  openapi(): unknown;
}

type SiteRequest = Pick<ApiRequest, 'method' | 'path' | 'resource' | 'requestId'>;

/**
 * Answers the two open pages, OPTIONS, and every path and method that no other route has: 404, or 405 with the methods
 * allowed. A path is identified by the pattern that API Gateway has matched, never by the path itself: once decoded,
 * one with `%2F` for a slash reads like a route that API Gateway did not find. Throws for no untrusted input.
 */
export function siteAnswer(request: SiteRequest, site: Site): ApiResponse {
  const { method, resource, requestId } = request;
  if (method === 'GET' && resource === '/health') {
    const health: Health = { status: 'ok', version: site.version };
    return jsonResponse(200, requestId, { value: health });
  }
  if (method === 'GET' && resource === '/openapi.json') return jsonResponse(200, requestId, { value: site.openapi() });
  const allow = allowedMethods(resource);
  if (allow.length === 0) {
    return errorResponse(new GatewayError('not_found', nothingThere(request, site.served)), requestId);
  }
  if (method === 'OPTIONS') {
    return emptyResponse(requestId, { allow: allow.join(', '), ...preflightHeaders(allow) });
  }
  const message = `This path allows ${methodsOf(resource).join(' and ')}.`;
  return errorResponse(new GatewayError('method_not_allowed', message), requestId, { allow });
}

function nothingThere({ method, path }: SiteRequest, served: readonly Route[]): string {
  const nothing = `There is nothing at ${method.slice(0, 20)} ${echoed(path)}.`;
  const meant = nearestRoute(method, path, served);
  if (!meant) return `${nothing} The API is described at /openapi.json, and its models are listed at /v1/models.`;
  const how = meant.path === path ? ', with its slashes not encoded' : '';
  return `${nothing} Did you mean ${meant.method} ${meant.path.replace('+}', '}')}${how}?`;
}

const echoedCharacters = 100;

/** As much of a path as helps, and nothing in it that isn't plain. */
const echoed = (path: string): string =>
  encodeURI(path.slice(0, echoedCharacters).toWellFormed()) + (path.length > echoedCharacters ? '…' : '');
