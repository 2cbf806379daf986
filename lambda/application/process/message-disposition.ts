/**
 * What becomes of a wake-up message, once its job has been looked at. `finished`: it has done its work and goes.
 * `keep`: it stays hidden for that many seconds and then comes again.
 */
export type Verdict = { readonly word: 'finished' } | { readonly word: 'keep'; readonly afterSeconds: number };

export const finished: Verdict = { word: 'finished' };
export const keep = (afterSeconds: number): Verdict => ({
  word: 'keep',
  afterSeconds: Math.max(1, Math.ceil(afterSeconds)),
});
