import type { LimitIs } from '../failure.ts';
import { learnedForMilliseconds, recentStarts, type StartGroup, withStart } from './gate-rate.ts';
import type { GateState } from './gate-state.ts';

/** Writes a second that an open gate's count is worth: one item takes some hundred, and a tenth of that counts well enough. */
const maxWritesPerSecond = 10;

/** How many starts one write represents, by the load of the last seconds: 1 while every start can be written. */
export function sampleWeight(starts: readonly StartGroup[], now: number): number {
  const latest = recentStarts(starts, now).slice(-2);
  const [first] = latest;
  if (!first) return 1;
  const seconds = Math.max(1, (now - first.from) / 1000);
  const counted = latest.reduce((sum, { count }) => sum + count, 0);
  return Math.max(1, Math.ceil(counted / seconds / maxWritesPerSecond));
}

/**
 * Whether an open gate counts starts, so that a rate can be read off them should the provider refuse: that of a model does.
 * Most providers limit models, so that a key's own gate does only in the hour after a refusal that was the key's.
 */
export const countsStarts = (state: GateState, limitIs: LimitIs, now: number): boolean =>
  limitIs === 'model' || now - state.refusedAt < learnedForMilliseconds;

/**
 * Counts a start at an open gate by chance: one in k, with weight k, so that the count is right on the whole. `draw` is 0
 * to 1, the same one for all tries of a start; `lost` is how many writes of it other workers were quicker than: each
 * halves the chance and doubles the weight. Gives the same state where nothing is to be written.
 */
export function withSample(state: GateState, draw: number, lost: number, now: number): GateState {
  const weight = sampleWeight(state.starts, now) * 2 ** lost;
  return draw * weight < 1 ? { ...state, starts: withStart(state.starts, now, weight) } : state;
}
