import type { ImageLink } from '../domain/images/image-link.ts';
import type { ApiRequest } from './request/api-request.ts';

/**
 * The parts of a signed link; undefined where it isn't spelled as `imageLinks` spells it: the path with no percent sign, no
 * further or empty segment, and each of the two parameters once, with nothing beside them.
 *
 * That is as far as a function can tell. API Gateway hands over the query as a map of decoded values: their order, escapes in
 * their names and values, and empty parameters between two `&` can't be seen. The route's path is preceded by the stage or
 * a custom domain's base path, which API Gateway has matched, so one image is at one path for each of these.
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
