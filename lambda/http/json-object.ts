import { limits } from '../contract/limits.ts';
import { GatewayError } from '../domain/error-code.ts';
import type { JsonValue } from '../domain/generation.ts';
import type { ApiRequest } from './api-request.ts';
import { checkOutline } from './json-outline.ts';
import type { RequestBody } from './request-body.ts';

/** A body's media type, in lower case; empty where it isn't said. */
export const mediaTypeOf = ({ header }: Pick<ApiRequest, 'header'>): string =>
  (header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** JSON is UTF-8. Throws `unsupported_media_type` where the body's type declares another charset. */
export function checkCharset({ header }: Pick<ApiRequest, 'header'>): void {
  const declared = /;\s*charset="?([^\s;"]*)/i.exec(header('content-type') ?? '')?.[1];
  if (declared === undefined || /^utf-?8$/i.test(declared)) return;
  throw new GatewayError(
    'unsupported_media_type',
    'The body must be in UTF-8; its content type declares another charset.',
  );
}

/** Throws `payload_too_large`. */
export function checkBodySize({ byteLength }: Pick<RequestBody, 'byteLength'>): void {
  if (byteLength <= limits.bodyBytes) return;
  throw new GatewayError(
    'payload_too_large',
    `The body has ${byteLength} bytes; the limit is ${limits.bodyBytes} bytes (${limits.bodyBytes / 1024 ** 2} MiB).`,
  );
}

export const noBody = (): GatewayError => new GatewayError('invalid_request', 'The request has no body.');

/**
 * The members of a JSON body. It is a Map, so that no name a client chooses can mean anything but itself. Throws
 * `invalid_request` if it is no JSON object, and what `checkOutline` throws.
 */
export function jsonMembers(body: RequestBody): Map<string, JsonValue> {
  let value: unknown;
  try {
    const text = body.text();
    checkOutline(text);
    value = JSON.parse(text);
  } catch (cause) {
    if (cause instanceof GatewayError) throw cause;
    throw new GatewayError('invalid_request', 'The body is not valid JSON in UTF-8.', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GatewayError('invalid_request', 'The body must be a JSON object.');
  }
  return new Map(Object.entries(value as { readonly [name: string]: JsonValue }));
}

/** Clients send null for what they don't set. */
export function dropNulls(members: Map<string, JsonValue>): Map<string, JsonValue> {
  for (const [name, value] of members) if (value === null) members.delete(name);
  return members;
}
