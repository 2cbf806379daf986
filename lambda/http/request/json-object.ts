import { limits } from '../../contract/limits.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { JsonValue } from '../../domain/generation.ts';
import { checkOutline } from './json-outline.ts';
import type { RequestBody } from './request-body.ts';

/** Throws `payload_too_large`; `advice` is a sentence on what to do instead. */
export function checkBodySize({ byteLength }: Pick<RequestBody, 'byteLength'>, advice?: string): void {
  if (byteLength <= limits.bodyBytes) return;
  const limit = `The body has ${byteLength} bytes; the limit is ${limits.bodyBytes} bytes (${limits.bodyBytes / 1024 ** 2} MiB).`;
  throw new GatewayError('payload_too_large', advice === undefined ? limit : `${limit} ${advice}`);
}

export const noBody = (): GatewayError => new GatewayError('invalid_request', 'The request has no body.');

/**
 * The members of a JSON body. It is a Map, so that no name a client chooses can mean anything but itself. Throws
 * `invalid_request` if it is no JSON object in UTF-8, and what `checkOutline` throws.
 */
export function jsonMembers(body: RequestBody): Map<string, JsonValue> {
  const text = textOf(body);
  checkOutline(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new GatewayError('invalid_request', 'The body is not valid JSON.', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GatewayError('invalid_request', 'The body must be a JSON object.');
  }
  return new Map(Object.entries(value as { readonly [name: string]: JsonValue }));
}

function textOf(body: RequestBody): string {
  try {
    return body.text();
  } catch (cause) {
    throw new GatewayError('invalid_request', 'The body is not UTF-8. Send its text in UTF-8.', { cause });
  }
}

/** Content sniffing: whether a body may be JSON by its first non-blank character, whatever its content type. */
export function beginsLikeJson(body: Pick<RequestBody, 'bytes'>): boolean {
  const start = body.bytes().toString('latin1', 0, maxBlanks);
  return /^(?:\xef\xbb\xbf)?[ \t\r\n]*[{[]/.test(start);
}

/** Before the first letter of a body whose type doesn't say that it is JSON. */
const maxBlanks = 1024;

/** Clients send null for what they don't set. */
export function dropNulls(members: Map<string, JsonValue>): Map<string, JsonValue> {
  for (const [name, value] of members) if (value === null) members.delete(name);
  return members;
}
