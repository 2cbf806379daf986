import type { JsonValue } from '../../../domain/generation.ts';
import { maxNesting, parseJson } from '../json-fields.ts';

const tokens = /[\s\uFEFF]+|"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/gsy;
const closers: Readonly<Record<string, string>> = { '[': ']', '{': '}' };

/**
 * Parses a JSON text that is truncated, or invalid from some point on: its complete members and entries. Undefined
 * where there are none. A complete text is parsed as it is.
 */
export function wholePartOf(text: string): JsonValue | undefined {
  const open: string[] = [];
  let whole: { readonly end: number; readonly closing: string } | undefined;
  let isName = false;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    const end = index + token.length;
    if (/^[\s\uFEFF]/.test(token)) continue;
    if (isWord(token) && (end === text.length || parseJson(token) === undefined)) break;
    if (token in closers) open.push(token);
    else if (/^[\]}]/.test(token)) {
      if (closers[open.pop() ?? ''] !== token) break;
      isName = false;
    }
    if (open.length >= maxNesting) break;
    if (token === ',' || token === '{') isName = open.at(-1) === '{';
    else if (!/^[[{,:]/.test(token) && !isName) whole = { end, closing: closingOf(open) };
    else if (token === ':') isName = false;
    if (open.length === 0 && whole) break;
  }
  return whole && parseJson(text.slice(0, whole.end) + whole.closing);
}

/** A number, or one of JSON's three literals. The last of a truncated text may be the prefix of a longer one. */
const isWord = (token: string): boolean => !/^["[\]{},:]/.test(token);

const closingOf = (open: readonly string[]): string =>
  open
    .map((each) => closers[each])
    .toReversed()
    .join('');
