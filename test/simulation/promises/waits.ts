import { Broken } from '../facts.ts';
import type { Network } from '../network.ts';
import type { CountedWait } from '../parts/wait-counter.ts';
import { numberOfWaits, type SeenWait, type WaitCounterOptions } from '../parts/wait-counter.ts';
import type { Scheduler } from '../scheduler.ts';
import { broken, type Check } from './check.ts';

interface WaitFacts {
  readonly name: CountedWait;
  readonly network: Network;
  readonly scheduler: Scheduler;
  readonly maxWaits: number;
  readonly report: (broken: Broken) => void;
}

/** What the store of waits may take of a caller's time, who would have waited for longer. */
const maxLateMilliseconds = 3000;

/** Whoever heard so soon has surely waited; later on the wait may have been over. */
const promptMilliseconds = 500;

/** What a slow store may take to hear that a wait is over. */
const leavingMilliseconds = 10_000;

/** No function lives for so long that is counted, by whatever clock; and of which promise it is. */
const counting = {
  waits: { promise: 30, maxLifeMilliseconds: 315_000 },
  synchronous: { promise: 37, maxLifeMilliseconds: 645_000 },
} as const;

/** Promises 30 and 37, as far as they are about what is counted. */
export function judgeOfWaits({
  name,
  network,
  scheduler,
  maxWaits,
  report,
}: WaitFacts): Pick<WaitCounterOptions, 'onHeld' | 'onLeft' | 'onRefused'> {
  const { promise, maxLifeMilliseconds } = counting[name];
  const isForgotten = ({ invocation, askedAt, heldAt = Number.POSITIVE_INFINITY, leftAt = 0 }: SeenWait): boolean =>
    invocation.hasEnded &&
    heldAt - askedAt < promptMilliseconds &&
    scheduler.now - leftAt > leavingMilliseconds &&
    !network.mishaps.has(numberOfWaits(invocation));
  const isTooOld = ({ askedAt }: SeenWait): boolean => scheduler.now - askedAt > maxLifeMilliseconds;
  return {
    onHeld({ owner }, seen) {
      const held = seen.filter(
        ({ heldAt, leftAt, invocation }) => heldAt && !leftAt && !invocation.isDead && !invocation.hasEnded,
      );
      if (held.length <= maxWaits) return;
      report(new Broken(promise, -1, `${held.length} functions wait for ${owner}, and ${maxWaits} may`));
    },
    onLeft({ owner, heldAt, invocation }) {
      // Who has stood still may have heard in time what came late.
      if (heldAt !== undefined || invocation.wasFrozen) return;
      report(new Broken(promise, -1, `a function has waited for ${owner} and was not counted`));
    },
    onRefused(owner, counted) {
      if (counted.some((wait) => isForgotten(wait) || isTooOld(wait)))
        report(new Broken(promise, -1, `a wait of ${owner} that is over takes the place of another`));
    },
  };
}

/** Promise 30, as far as callers see it. */
export const waits: Check = {
  onTold(_, { because = '', atOnceAfter = 0 }, number) {
    if (/(waits|synchronous)\./.test(because)) broken(30, { number }, `a caller was told that ${because}`);
    if (atOnceAfter > maxLateMilliseconds) {
      broken(30, { number }, `an answer that did not wait was late by ${Math.round(atOnceAfter)} ms`);
    }
  },
};
