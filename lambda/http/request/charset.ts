/** What a declared charset may be: UTF-8, and what is a part of it. */
const utf8Names: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

/** Whether a declared charset promises what the gateway reads all text as. */
export const isUtf8 = (charset: string): boolean => utf8Names.has(charset.toLowerCase());
