import { allowedPerMinute, recentStarts, shownRate, withoutStart } from './gate-rate.ts';
import type { GateState } from './gate-state.ts';

/** A provider's 429, as the gate needs to know it. */
export interface Refusal {
  /** When the refused request was let through (epoch ms). */
  readonly startedAt: number;
  /** The provider's `Retry-After`, in seconds from now, if it gave one. */
  readonly hintSeconds: number | undefined;
  /** For how long to close where it didn't. */
  readonly backoffSeconds: number;
}

/**
 * The longest that a gate stays closed, in seconds: an eighth of the time that a stage gives a job. One job's hint can't
 * shut others out for longer, and to ask once more costs nothing.
 */
export const maxClosedSecondsOf = (deadlineSeconds: number): number => deadlineSeconds / 8;

/** How long the others wait for the outcome of a probe (ms), before another goes: a provider refuses faster than that. */
export const probeMilliseconds = 5000;

/** Whether the provider has refused and taken no probe since. */
export const isClosing = ({ refusals }: GateState): boolean => refusals > 0;

/**
 * Closes the gate for as long as the provider says, and takes what got through for the rate, where that is less than was
 * thought. A refused probe closes it again, for at least twice as long (exponential backoff). Refusals of what had been let through before the
 * gate closed belong to the same closing: none makes it longer than `maxClosedSeconds`.
 */
export function closeGate(state: GateState, refusal: Refusal, now: number, maxClosedSeconds: number): GateState {
  const { hintSeconds, backoffSeconds, startedAt } = refusal;
  const isSameClosing = isClosing(state) && startedAt < state.closedUntil;
  const refusals = isSameClosing ? state.refusals : state.refusals + 1;
  const refusedAt = isSameClosing ? state.refusedAt : now;
  const closedSeconds = Math.max(hintSeconds ?? backoffSeconds, 2 ** (refusals - 1));
  const asked = Math.min(now + closedSeconds * 1000, refusedAt + maxClosedSeconds * 1000);
  const closedUntil = Math.max(state.closedUntil, Math.ceil(asked));
  const isNews = state.closedUntil <= now || isMuchLonger(state.announcedUntil, closedUntil, refusedAt);
  const starts = withoutStart(recentStarts(state.starts, now), startedAt);
  const shown = shownRate(starts, hintSeconds, now);
  const before = allowedPerMinute(state.learned, undefined, now) ?? Number.POSITIVE_INFINITY;
  return {
    ...state,
    ...{ starts, refusals, refusedAt, closedUntil },
    announcedUntil: isNews ? closedUntil : state.announcedUntil,
    probeUntil: 0,
    ...(shown === undefined
      ? {}
      : { learned: { perMinute: Math.min(shown.perMinute, before), at: now, starts: shown.starts } }),
  };
}

/** By how much a closing must have grown since its last event to be logged again: by half of it, and by this (ms). */
const minAnnouncedGrowthMilliseconds = 10_000;

/** Measured from the last announcement, so that many small steps count as one large one. */
const isMuchLonger = (announcedUntil: number, closedUntil: number, refusedAt: number): boolean =>
  closedUntil - announcedUntil >= minAnnouncedGrowthMilliseconds &&
  closedUntil - refusedAt > 1.5 * (announcedUntil - refusedAt);

/** Opens the gate after the provider has taken a probe that was let through then; one of an earlier closing says nothing. */
export const openAfterProbe = (state: GateState, startedAt: number): GateState =>
  isClosing(state) && startedAt >= state.closedUntil ? { ...state, probeUntil: 0, refusals: 0 } : state;
