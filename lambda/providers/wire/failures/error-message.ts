import { fieldOf, parseJson } from '../json-fields.ts';

/**
 * Fields of error bodies that hold the message, the most specific first: vendors don't agree, and some differ by
 * endpoint.
 */
const places = ['detail', 'error', 'errors', 'message', 'msg', 'description', 'title', 'name'];

/** Deeper than any error that was seen, which is an object in a list in an object. */
const maxDepth = 5;

/** Max entries of a list that are used for the message. */
const maxEntries = 8;

/**
 * The message of an error's body, in whatever form: `{detail: "…"}`, `{detail: {error: "…"}}`, `[{error: {message:
 * "…"}}]`, or plain text. Undefined for a proxy's HTML page, for truncated JSON, and where there is none.
 */
export function messageIn(body: string): string | undefined {
  const parsed = parseJson(body);
  return parsed === undefined ? plainText(body) : wordsOf(parsed, maxDepth);
}

/** A body that is no JSON and no page. Some vendors write so where a proxy of theirs refuses the request. */
function plainText(body: string): string | undefined {
  const text = body.trim();
  return text === '' || /^[<{["]/.test(text) ? undefined : text;
}

/** The message in a parsed value; undefined where there is none. */
export function wordsOf(value: unknown, depth = maxDepth): string | undefined {
  if (typeof value === 'string') return value.trim() || undefined;
  if (depth === 0 || typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    const said = value.slice(0, maxEntries).flatMap((each) => wordsOf(each, depth - 1) ?? []);
    return [...new Set(said)].join(' ') || undefined;
  }
  for (const place of places) {
    const said = wordsOf(fieldOf(value, place), depth - 1);
    if (said !== undefined) return said;
  }
  return undefined;
}
