import type { ImageLink } from '../domain/images/image-link.ts';
import type { ApiRequest } from './request/api-request.ts';

/**
 * Parses a signed link; undefined where its spelling isn't the one of `imageLinks`: a path without percent signs,
 * without further or empty segments, and each of the two parameters once, with no others.
 *
 * A function can't check more than that. API Gateway passes the query as a map of decoded values: the parameters'
 * order, escapes in their names and values, and empty parameters between two `&` can't be seen. The route's path is
 * prefixed by the stage or a custom domain's base path, which API Gateway has matched, so one image has one path for
 * each of these.
 */
export function readImageLink(
  request: Pick<ApiRequest, 'path' | 'sentPath' | 'pathParameters' | 'queryValues'>,
): ImageLink | undefined {
  const { path, sentPath, pathParameters, queryValues } = request;
  if (!sentPath.endsWith(path) || !isPlainPrefix(sentPath.slice(0, -path.length))) return undefined;
  const { expires, signature, ...others } = queryValues;
  if (expires?.length !== 1 || signature?.length !== 1 || Object.keys(others).length > 0) return undefined;
  const { job_id: jobId = '', index = '' } = pathParameters;
  return { jobId, index, expires: expires[0] ?? '', signature: signature[0] ?? '' };
}

/** No escape, no empty segment, and neither `.` nor `..`: what could be another spelling of a prefix. */
const isPlainPrefix = (prefix: string): boolean =>
  prefix === '' ||
  (prefix.startsWith('/') &&
    prefix
      .slice(1)
      .split('/')
      .every((segment) => /^[^%]+$/.test(segment) && !/^\.{1,2}$/.test(segment)));
