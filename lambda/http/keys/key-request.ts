import { limits } from '../../contract/limits.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { JsonValue } from '../../domain/generation.ts';
import { isKeyId } from '../../domain/keys/virtual-key.ts';
import type { ApiRequest } from '../request/api-request.ts';
import { bodyTypeOf } from '../request/body-type.ts';
import { checkBodySize, dropNulls, jsonMembers, noBody } from '../request/json-object.ts';
import { onlyValueOf, type Query, readLimit, readSwitch, refuseOthers, wrongQuery } from '../request/query-value.ts';
import { keyChangeFrom, newKeyFrom, overlapFrom } from './key-fields.ts';

type Body = Pick<ApiRequest, 'body' | 'header'>;

/** Reads the body of a creation. Throws GatewayError with a code of class 4xx, naming the field at fault. */
export const readKeyCreation = (request: Body) => newKeyFrom(dropNulls(members(request)));

/** Reads the body of a change, in which null means something. Throws likewise. */
export const readKeyChange = (request: Body) => keyChangeFrom(members(request));

/** Reads the seconds of overlap out of the body of a rotation, which may be left out. Throws likewise. */
export const readKeyRotation = (request: Body): number =>
  request.body.byteLength === 0 ? 0 : overlapFrom(dropNulls(members(request)));

function members(request: Body): Map<string, JsonValue> {
  checkBodySize(request.body);
  if (request.body.byteLength === 0) throw noBody();
  // Parsed as JSON whatever the content type: many clients send none, or a wrong one.
  if (bodyTypeOf(request).startsWith('multipart/')) {
    throw new GatewayError('unsupported_media_type', 'The body must be application/json.');
  }
  return jsonMembers(request.body);
}

const defaultListedKeys = 50;

/** Pagination parameters of a query. Throws `invalid_value`. */
export function readKeyPage(request: Query): { readonly limit: number; readonly after?: string } {
  refuseOthers(request, ['limit', 'cursor']);
  const limit = readLimit(request, { otherwise: defaultListedKeys, max: limits.listedKeys });
  const after = onlyValueOf(request, 'cursor');
  if (after !== undefined && !isKeyId(after)) throw wrongQuery('cursor', 'must be the `next_cursor` of another page');
  return { limit, ...(after === undefined ? {} : { after }) };
}

/** Whether a query requests that all data of a key be deleted with it. Throws `invalid_value`. */
export function readPurge(request: Query): boolean {
  refuseOthers(request, ['purge']);
  return readSwitch(request, 'purge');
}
