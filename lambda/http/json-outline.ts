import { limits } from '../contract/limits.ts';
import { GatewayError } from '../domain/error-code.ts';

/** The most that JSON can spend on one byte of text: `\u0041` is six for one. */
const mostBytesForOne = 6;

const code = (character: string): number => character.charCodeAt(0);
const quote = code('"');
const backslash = code('\\');
const blanks: ReadonlySet<number> = new Set([' ', '\t', '\r', '\n'].map(code));
/** Each of these begins a value, or a member; but for the first value of all, none does without one. */
const openers: ReadonlySet<number> = new Set([',', '[', '{'].map(code));

/**
 * Counts a JSON body's values before anything is parsed, for a parsed value takes up to forty times the memory of its
 * text: millions of empty objects go into the largest body. Also refuses what is far beyond the limit for all parameters,
 * images apart, which is held exactly once they have been read. Throws `invalid_request`.
 */
export function checkOutline(body: Uint8Array): void {
  let values = 0;
  let plainBytes = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    if (byte === quote) {
      const end = endOfString(body, at);
      if (!isDataUri(body, at + 1)) plainBytes += end - at;
      at = end;
    } else if (!blanks.has(byte)) {
      plainBytes += 1;
      if (openers.has(byte)) values += 1;
    }
    if (values > limits.jsonValues) {
      throw new GatewayError('invalid_request', `The body holds more than ${limits.jsonValues} JSON values.`);
    }
    if (plainBytes > mostBytesForOne * limits.parameterBytes) throw parametersTooLarge();
  }
}

/** Where the string's closing quote is; the body's end where it has none. */
function endOfString(body: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < body.length && body[at] !== quote) at += body[at] === backslash ? 2 : 1;
  return at;
}

const dataScheme = Array.from('data:', code);

const isDataUri = (body: Uint8Array, from: number): boolean =>
  dataScheme.every((letter, at) => ((body[from + at] ?? 0) | 0x20) === (letter | 0x20));

export const parametersTooLarge = (): GatewayError =>
  new GatewayError(
    'invalid_request',
    `All parameters together, apart from images, may have ${limits.parameterBytes} bytes as JSON.`,
  );
