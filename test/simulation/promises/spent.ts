import type { Attempt } from '../../../lambda/domain/jobs/attempt.ts';
import type { Facts, Life } from '../facts.ts';
import { takesResults } from '../plans.ts';
import { broken, type Check } from './check.ts';

/** Outcomes that may have cost money for nothing. Written down here once more: an engine that forgets one is not to be believed. */
const spentOutcomes: ReadonlySet<Attempt['outcome']> = new Set([
  'unknown_outcome',
  'malformed',
  'abandoned',
  'not_stored',
]);

/** Whether an entry allows one further request in all. */
export const isSpent = ({ outcome }: Attempt): boolean => spentOutcomes.has(outcome);

/** A request to any model has its full time within this, with clocks that differ and a worker on its way. */
const timeForARequestSeconds = 330;

/** Promise 28: what follows images that the bucket did not take. */
export const notStored: Check = {
  onWrite({ stage, scheduler }, life, before) {
    const { attempts, status, crashes, deadlineAt, failure } = life.row;
    // Of a job with its caller's key, the time is that of the request that brought it.
    if (life.row.credential === 'caller') return;
    if (life.isGone || status !== 'failed' || before?.status === 'failed' || stage.onUnknownOutcome === 'fail') return;
    // Its owner's budgets may have no room for another request.
    if (failure?.code === 'budget_exceeded') return;
    const spent = attempts.find(isSpent);
    const later = attempts.filter(({ number }) => spent !== undefined && number > spent.number);
    if (spent?.outcome !== 'not_stored' || later.length > 0 || crashes >= maxCrashes) return;
    const secondsLeft = (deadlineAt - scheduler.now) / 1000;
    if (secondsLeft > timeForARequestSeconds)
      broken(28, life, `it failed over images that were not stored, ${Math.round(secondsLeft)} s before its deadline`);
  },
  onRequest({ stage, scheduler }, request, life) {
    const spent = life?.row.attempts.filter(({ imagesAsked }) => imagesAsked > 0).at(-2);
    if (!life || spent?.outcome !== 'not_stored' || request.invocation.wasFrozen) return;
    const wasClosed = (at: number) => !takesResults(stage, at);
    // A bucket that was seen to work may close in the moments that the gate and the ledger take.
    const isStillClosed = [scheduler.now, scheduler.now - maxStartMilliseconds, spent.endedAt ?? 0].every(wasClosed);
    if (isStillClosed) broken(28, life, `${request.model} was asked while the bucket took no results`);
  },
};

/** Crashes after which a job is given up, whatever else. */
const maxCrashes = 3;

const maxStartMilliseconds = 60_000;

/** Promise 29: whether what was given up has ended is its provider's to say. */
export const stopped: Check = {
  onWrite(facts, life, before) {
    if (!before || life.isGone || life.row.attempts === before.attempts) return;
    const isStopped = ({ outcome }: Attempt): boolean => outcome === 'called_off';
    const entries = life.row.attempts.filter(isStopped).length;
    if (entries > before.attempts.filter(isStopped).length && entries > saidStopped(facts, life))
      broken(29, life, 'work counts as stopped, and its provider has not said so');
  },
};

const saidStopped = ({ vendors }: Facts, { nonce }: Life): number =>
  vendors.requestsOf(nonce).filter((request) => request.saidStopped).length;
