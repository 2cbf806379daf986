import { limits } from '../../contract/limits.ts';
import { GatewayError } from '../../domain/error-code.ts';
import { isUtf8 } from './body-type.ts';
import type { FormPart } from './multipart.ts';

/**
 * A part's text. Throws `unsupported_media_type` where it declares another charset than UTF-8, and `invalid_request`
 * where it isn't UTF-8 or is longer than `maxBytes`; each names the part.
 */
export function partText({ name, bytes, charsets }: FormPart, maxBytes: number = limits.textPartBytes): string {
  const param = name;
  const other = charsets.find((charset) => !isUtf8(charset));
  if (other !== undefined) {
    const message = `The part "${name}" declares a charset other than UTF-8. Send its text in UTF-8.`;
    throw new GatewayError('unsupported_media_type', message, { param });
  }
  if (bytes.length > maxBytes) {
    throw new GatewayError('invalid_request', `The part "${name}" is longer than ${maxBytes} bytes.`, { param });
  }
  const text = utf8Text(bytes);
  if (text !== undefined) return text;
  throw new GatewayError('invalid_request', `The text of the part "${name}" must be UTF-8.`, { param });
}

/** The text unchanged, a byte order mark included; undefined where the bytes are not valid UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
