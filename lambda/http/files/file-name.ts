import { limits } from '../../contract/limits.ts';

/** What can't be seen, or would break a line, and halves of surrogate pairs. */
const unseen = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** The name of a file whose upload names none that can be seen. */
const nameless = 'file';

/** A file's name as it is kept: it is for people only, so what is wrong with it is left out. */
export function cleanFileName(name: string): string {
  const seen = name.replaceAll(unseen, '').trim();
  // By characters, so that none is cut in half.
  return [...seen].slice(0, limits.fileNameCharacters).join('') || nameless;
}
