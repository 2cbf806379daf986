/** How many bytes a character takes in the JSON text of an item: UTF-8, or an escape of two or six letters. */
function jsonBytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x22 || code === 0x5c || (code >= 0x08 && code <= 0x0d && code !== 0x0b)) return 2;
  // Half of a pair is written as an escape, too.
  if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff)) return 6;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

/** The bytes of a text within JSON, in UTF-8 and without its quotes. */
export function jsonTextBytes(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += jsonBytesOf(character);
  return bytes;
}

const ellipsis = '…';
const ellipsisBytes = jsonBytesOf(ellipsis);

/**
 * A text that takes at most so many bytes within JSON (at least three): the whole, or as much of its beginning as fits with
 * an ellipsis. It is cut between code points, and read no further than to where it is cut.
 */
export function cutText(text: string, maxBytes: number): string {
  let bytes = 0;
  let length = 0;
  let cutLength = 0;
  for (const character of text) {
    bytes += jsonBytesOf(character);
    if (bytes > maxBytes) return `${text.slice(0, cutLength)}${ellipsis}`;
    length += character.length;
    if (bytes <= maxBytes - ellipsisBytes) cutLength = length;
  }
  return text;
}

/**
 * Texts that together take at most so many bytes. Short ones stay whole, and what they leave is shared evenly by the long
 * ones, so that as much as can be is kept.
 */
export function cutTogether(texts: readonly string[], maxBytes: number): readonly string[] {
  const sizes = texts.map(jsonTextBytes);
  let left = maxBytes;
  const shares = new Map<number, number>();
  const shortestFirst = sizes.map((_, index) => index).toSorted((a, b) => (sizes[a] ?? 0) - (sizes[b] ?? 0));
  for (const [rank, index] of shortestFirst.entries()) {
    const share = Math.min(sizes[index] ?? 0, Math.floor(left / (texts.length - rank)));
    shares.set(index, share);
    left -= share;
  }
  return texts.map((text, index) => {
    const share = shares.get(index) ?? 0;
    return share < ellipsisBytes && share < (sizes[index] ?? 0) ? '' : cutText(text, share);
  });
}

/** What shows as nothing, or changes how the text around it shows: controls, formats, halves of pairs, line separators. */
const unseen = /[\p{C}\p{Zl}\p{Zp}]/u;

const maxShownCharacters = 64;

/** A caller's own name for something as messages repeat it: 64 characters at most, and what can't be seen as an escape. */
export function shownName(name: string): string {
  let shown = '';
  let characters = 0;
  for (const character of name) {
    if (characters === maxShownCharacters) return `${shown}${ellipsis}`;
    shown += unseen.test(character) ? `\\u{${character.codePointAt(0)?.toString(16)}}` : character;
    characters += 1;
  }
  return shown;
}
