import { limits } from '../../contract/limits.ts';
import { GatewayError } from '../../domain/error-code.ts';
import { JsonNames } from './json-names.ts';

/** The most letters that JSON can spend on one byte of text: `\u0041` is six for one. */
const maxLettersForOne = 6;

const code = (character: string): number => character.charCodeAt(0);
const quote = code('"');
const backslash = code('\\');
const blanks: ReadonlySet<number> = new Set([' ', '\t', '\r', '\n'].map(code));
/** Each of these begins a value, or a member; but for the first value of all, none does without one. */
const openers: ReadonlySet<number> = new Set([',', '[', '{'].map(code));
const closers: ReadonlySet<number> = new Set([']', '}'].map(code));

/**
 * Counts a JSON body's values before anything is parsed, for a parsed value takes up to forty times the memory of its
 * text: millions of empty objects go into the largest body. Also refuses what is far beyond the limit for all
 * parameters, images apart, which is held exactly once they have been read, and names that repeat within one object.
 * Throws `invalid_request`.
 */
export function checkOutline(body: string): void {
  const names = new JsonNames();
  let values = 0;
  let plainLetters = 0;
  for (let at = 0; at < body.length; at += 1) {
    const letter = body.charCodeAt(at);
    if (letter === quote) {
      const end = endOfString(body, at);
      if (!isDataUri(body, at + 1)) plainLetters += end - at;
      if (names.wantsName) names.name(body.slice(at + 1, end));
      at = end;
    } else if (!blanks.has(letter)) {
      plainLetters += 1;
      if (openers.has(letter)) values += 1;
      if (openers.has(letter) || closers.has(letter)) names.structure(String.fromCharCode(letter));
    }
    if (values > limits.jsonValues) {
      throw new GatewayError('invalid_request', `The body holds more than ${limits.jsonValues} JSON values.`);
    }
    if (plainLetters > maxLettersForOne * limits.parameterBytes) throw parametersTooLarge();
  }
}

/**
 * Where the string's closing quote is; the body's end where it has none. An image's letters are passed over natively.
 */
function endOfString(body: string, start: number): number {
  let at = start;
  do at = body.indexOf('"', at + 1);
  while (at !== -1 && isEscaped(body, at));
  return at === -1 ? body.length : at;
}

/** Behind an odd number of backslashes; of two, one escapes the other. */
function isEscaped(body: string, at: number): boolean {
  let first = at;
  while (body.charCodeAt(first - 1) === backslash) first -= 1;
  return (at - first) % 2 === 1;
}

const dataScheme = /data:/iy;

function isDataUri(body: string, from: number): boolean {
  dataScheme.lastIndex = from;
  return dataScheme.test(body);
}

export const parametersTooLarge = (): GatewayError =>
  new GatewayError(
    'invalid_request',
    `All parameters together, without images, may have at most ${limits.parameterBytes} bytes as JSON.`,
  );
