/** A header's value as RFC 2183 and RFC 2045 have it: a word, and parameters behind semicolons. */
export interface HeaderValue {
  /** In lower case; empty where there is none. */
  readonly word: string;
  /** All parameters in order: names in lower case, values without their quotes. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

const blank = '[ \\t\\r\\n]*';
/** The part before a parameter's value: the semicolon, the name and the equals sign. */
const parameterName = new RegExp(`;${blank}([^;=" \\t\\r\\n]+)${blank}=${blank}`, 'y');
/** A word ends at the next semicolon. */
const bareValue = /[^;]*/y;
/** What may follow the quote that ends a value. */
const valueEnd = new RegExp(`^${blank}(?:;|$)`);

/** Reads a header's value. What can't be understood is passed over, and nothing is thrown. */
export function headerValue(text: string): HeaderValue {
  const parameters: (readonly [string, string])[] = [];
  let at = text.indexOf(';');
  const word = trimmed(at < 0 ? text : text.slice(0, at)).toLowerCase();
  while (at >= 0) {
    parameterName.lastIndex = at;
    const name = parameterName.exec(text)?.[1];
    if (name === undefined) {
      at = text.indexOf(';', at + 1);
      continue;
    }
    const { value, end } = valueAt(text, parameterName.lastIndex);
    parameters.push([name.toLowerCase(), value]);
    at = text.indexOf(';', end);
  }
  return { word, parameters };
}

/** The first parameter of that name; undefined where there is none. */
export const parameterOf = ({ parameters }: HeaderValue, name: string): string | undefined =>
  parameters.find(([each]) => each === name)?.[1];

interface ValueAt {
  readonly value: string;
  readonly end: number;
}

function valueAt(text: string, from: number): ValueAt {
  if (text[from] === '"') return quotedAt(text, from);
  bareValue.lastIndex = from;
  const [value = ''] = bareValue.exec(text) ?? [];
  return { value: trimmed(value), end: from + value.length };
}

/**
 * Clients write file names with quotes in them and escape none (and paths whose last backslash seems to escape one), so
 * a quote ends a value only where the value can end. A value whose quote is missing ends with the header.
 */
function quotedAt(text: string, from: number): ValueAt {
  let escapedEnd: number | undefined;
  for (let at = text.indexOf('"', from + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    if (!valueEnd.test(text.slice(at + 1, at + 1 + maxBlank))) continue;
    if (!isEscaped(text, at, from)) return { value: unescaped(text.slice(from + 1, at)), end: at + 1 };
    escapedEnd = at;
  }
  const end = escapedEnd ?? text.length;
  return { value: unescaped(text.slice(from + 1, end)), end };
}

/** Max characters after a quote in which the value's end is searched. */
const maxBlank = 16;

function isEscaped(text: string, at: number, from: number): boolean {
  let backslashes = 0;
  while (at - 1 - backslashes > from && text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

const unescaped = (text: string): string => text.replace(/\\(["\\])/g, '$1');

const blanks: ReadonlySet<string> = new Set([' ', '\t', '\r', '\n']);

/**
 * Without blanks at its ends: those of a header alone, for in bytes read as Latin-1 others may be parts of letters. (A
 * pattern for those at the end would take the square of a long run of them.)
 */
export function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && blanks.has(text.charAt(from))) from += 1;
  while (to > from && blanks.has(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}
