/** Shorter than any picture's bytes, and longer than ids, links and signatures in an honest answer. */
const maxCharacters = 400;

/** What bytes are written as in a text: base64 of either alphabet, with its slashes escaped or not, or hex. */
const runs = /(?:[\w+/-]|\\\/)+={0,2}/g;

/**
 * A text without the bytes that are written out in it, such as those of a thumbnail beside a picture, or of an input that a provider
 * repeats: a caller who asked for an answer as it came is promised no image in it. JSON stays JSON. Takes time in proportion to the
 * text.
 */
export const withoutLongRuns = (text: string): string =>
  text.replace(runs, (run) => (run.length > maxCharacters ? `<${run.length} characters left out>` : run));
