import { describe, expect, it } from 'vitest';
import { failurePolicies } from '../../../../lambda/domain/failure.ts';
import type { Attempt } from '../../../../lambda/domain/jobs/attempt.ts';
import { isSpent } from '../../../../lambda/domain/jobs/attempt.ts';
import {
  backoffSeconds,
  checkBackoffSeconds,
  type FailureSettings,
  failureOfLedger,
  nextStep,
} from '../../../../lambda/domain/jobs/next-step.ts';
import { noon, sampleAttempt, sampleJob } from '../../../support/sample-job.ts';
import fc from '../../../support/seeded-fast-check.ts';

const settings: FailureSettings = {
  onUnknownOutcome: 'retry',
  fallBackOnRefusal: false,
  rateLimitPatienceSeconds: 20,
  onSlowTicket: 'wait',
};
const three = ['a', 'b', 'c'].map((model) => ({ provider: 'openai', model }));
const failed = (outcome: keyof typeof failurePolicies | 'abandoned', over: Partial<Attempt> = {}): Attempt =>
  sampleAttempt({ outcome, endedAt: noon + 1000, billed: 'no', ...over });
const step = (attempts: readonly Attempt[], candidates = three, with_: Partial<FailureSettings> = {}, now = noon) =>
  nextStep(
    sampleJob({ attempts, candidates }),
    { ...settings, ...with_ },
    () => ({ typicalSeconds: 20, timeoutSeconds: 300 }),
    now,
  );

describe('nextStep', () => {
  it('starts with the asked model', () => {
    expect(step([])).toEqual({ do: 'start', candidate: 0 });
  });

  it('resumes an open request that has a ticket, and recovers one that has none', () => {
    expect(step([sampleAttempt({ ticket: { id: 't' } })])).toMatchObject({ do: 'resume' });
    expect(step([sampleAttempt()])).toMatchObject({ do: 'recover' });
  });

  it('gives up work long past its time where the stage says so, and there is a fallback with time for it', () => {
    const ticket = [sampleAttempt({ ticket: { id: 't' }, model: 'a' })];
    const falling = { onSlowTicket: 'fall_back' } as const;
    const late = noon + 300_001;
    expect(step(ticket, three, falling, late)).toMatchObject({ do: 'give_up', attempt: { number: 1 } });
    expect(step(ticket, three, {}, late)).toMatchObject({ do: 'resume' });
    expect(step(ticket, three, falling, noon + 300_000)).toMatchObject({ do: 'resume' });
    expect(step(ticket, three.slice(0, 1), falling, late)).toMatchObject({ do: 'resume' });
    expect(step(ticket, three.toSpliced(1, 2, { provider: 'openai', model: 'a' }), falling, late)).toMatchObject({
      do: 'resume',
    });
    expect(step(ticket, three, falling, noon + 1500_001)).toMatchObject({ do: 'resume' });
    // What follows may be the further request after an unknown outcome.
    expect(step(ticket, three, { ...falling, onUnknownOutcome: 'fail' }, late)).toMatchObject({ do: 'resume' });
    const second = sampleAttempt({ number: 2, candidate: 1, model: 'b', ticket: { id: 'u' } });
    expect(step([failed('unknown_outcome'), second], three, falling, late)).toMatchObject({ do: 'resume' });
    expect(step([failed('unsupported'), second], three, falling, late)).toMatchObject({ do: 'give_up' });
  });

  it('reckons how slow work is by three times the typical time where that is longer than the timeout', () => {
    const job = sampleJob({ attempts: [sampleAttempt({ ticket: { id: 't' } })], candidates: three });
    const timing = () => ({ typicalSeconds: 60, timeoutSeconds: 100 });
    const at = (now: number) => nextStep(job, { ...settings, onSlowTicket: 'fall_back' }, timing, now).do;
    expect([at(noon + 180_000), at(noon + 180_001)]).toEqual(['resume', 'give_up']);
  });

  it('asks the next candidate after work that the provider says it has stopped, and not the same one', () => {
    expect(step([failed('called_off')])).toEqual({ do: 'start', candidate: 1 });
    expect(step([failed('called_off')], three.slice(0, 1))).toMatchObject({ do: 'fail' });
  });

  it('never asks again after an invalid request', () => {
    expect(step([failed('invalid')])).toEqual({ do: 'fail' });
  });

  it.each(['unsupported', 'auth', 'billing'] as const)('asks the next candidate after %s', (kind) => {
    expect(step([failed(kind)])).toEqual({ do: 'start', candidate: 1 });
  });

  it.each(['auth', 'billing'] as const)('asks the same candidate again after %s while there is another key', (kind) => {
    const refused = (number: number) => failed(kind, { number, keyLeft: true });
    expect(step([refused(1)])).toEqual({ do: 'start', candidate: 0 });
    expect(step([refused(1), failed('billing', { number: 2 })])).toEqual({ do: 'start', candidate: 1 });
    expect(step([1, 2, 3, 4].map(refused))).toEqual({ do: 'start', candidate: 0 });
    expect(step([1, 2, 3, 4, 5].map(refused))).toEqual({ do: 'start', candidate: 1 });
  });

  it('walks around a refusal only where the stage says so', () => {
    expect(step([failed('refused')])).toMatchObject({ do: 'fail' });
    expect(step([failed('refused')], three, { fallBackOnRefusal: true })).toEqual({ do: 'start', candidate: 1 });
  });

  it('tries an overloaded provider three times, waiting in between, then the next candidate', () => {
    const overloaded = (number: number) => failed('overloaded', { number, retryAt: noon + 4000 });
    expect(step([overloaded(1)])).toEqual({ do: 'wait', until: noon + 4000, candidate: 0 });
    expect(step([overloaded(1), overloaded(2)], three, {}, noon + 4000)).toEqual({ do: 'start', candidate: 0 });
    expect(step([overloaded(1), overloaded(2), overloaded(3)])).toEqual({ do: 'start', candidate: 1 });
  });

  it('waits for a rate limit as often as it takes, unless the deadline would not hold', () => {
    const limited = (number: number, retryAt: number) => failed('rate_limited', { number, retryAt });
    const many = [1, 2, 3, 4, 5, 6].map((number) => limited(number, noon + 60_000));
    expect(step(many)).toMatchObject({ do: 'wait', until: noon + 60_000 });
    expect(step([limited(1, noon + 1700_000)])).toEqual({ do: 'start', candidate: 1 });
    expect(step([limited(1, noon + 1700_000)], three.slice(0, 1))).toEqual({ do: 'fail' });
  });

  it('waits for a rate limit for as long as its patience lasts in all, where a fallback is at another provider', () => {
    const limited = (retryAt: number, over: Partial<Attempt> = {}) => failed('rate_limited', { retryAt, ...over });
    const elsewhere = [...three.slice(0, 2), { provider: 'bfl', model: 'd' }];
    const waits = (seconds: number, candidate = 0) => ({ do: 'wait', candidate, until: noon + seconds * 1000 });
    const fallsBack = { do: 'start', candidate: 1 };
    expect(step([limited(noon + 20_000)], elsewhere)).toEqual(waits(20));
    expect(step([limited(noon + 20_001)], elsewhere)).toEqual(fallsBack);
    const second = limited(noon + 21_000, { number: 2, startedAt: noon + 12_000 });
    expect(step([limited(noon + 5000), second], elsewhere, {}, noon + 13_000)).toEqual(fallsBack);
    expect(step([limited(noon + 60_000)], three)).toEqual(waits(60));
    expect(step([limited(noon + 60_000, { candidate: 2 })], elsewhere)).toEqual(waits(60, 2));
    const never = { rateLimitPatienceSeconds: 1800 };
    expect(step([limited(noon + 60_000)], elsewhere, never)).toEqual(waits(60));
  });

  it('goes to the fallback at once where the stage has no patience, unless another key can serve now', () => {
    const elsewhere = [...three.slice(0, 2), { provider: 'bfl', model: 'd' }];
    const limited = (retryAt: number) => [failed('rate_limited', { retryAt })];
    const none = { rateLimitPatienceSeconds: 0 };
    expect(step(limited(noon + 1000), elsewhere, none)).toEqual({ do: 'start', candidate: 1 });
    expect(step(limited(noon), elsewhere, none)).toEqual({ do: 'start', candidate: 0 });
  });

  it('gives a candidate up that has refused for rate forty times', () => {
    const refused = (count: number) => [failed('rate_limited', { number: count, count, retryAt: noon })];
    expect(step(refused(39))).toEqual({ do: 'start', candidate: 0 });
    expect(step(refused(40))).toEqual({ do: 'start', candidate: 1 });
    expect(step(refused(40), three.slice(0, 1))).toEqual({ do: 'fail' });
  });

  it('starts nothing that the deadline would cut off', () => {
    expect(step([], three, {}, noon + 1501_000)).toEqual({ do: 'fail' });
  });

  it('makes one further request after an unknown outcome, on the next candidate where there is one', () => {
    expect(step([failed('unknown_outcome')])).toEqual({ do: 'start', candidate: 1 });
    expect(step([failed('malformed')], three.slice(0, 1))).toEqual({ do: 'start', candidate: 0 });
    expect(step([failed('abandoned'), failed('overloaded', { number: 2, candidate: 1 })])).toMatchObject({
      do: 'fail',
    });
  });

  it('makes its further request of the same candidate where it was the store that failed, after a pause', () => {
    const unstored = failed('not_stored', { billed: 'yes', retryAt: noon + 2000 });
    expect(step([unstored])).toMatchObject({ do: 'wait', until: noon + 2000 });
    expect(step([unstored], three, {}, noon + 2000)).toEqual({ do: 'start', candidate: 0 });
    expect(step([unstored], three, { onUnknownOutcome: 'fail' })).toMatchObject({ do: 'fail' });
    expect(step([unstored, failed('not_stored', { number: 2 })])).toMatchObject({ do: 'fail' });
  });

  it('counts a request that the store kept from being sent neither as a try nor as the further request', () => {
    const unsent = (number: number, candidate = 0) => failed('not_sent', { number, candidate, retryAt: noon });
    const busy = (number: number) => failed('overloaded', { number, retryAt: noon });
    expect(step([busy(1), unsent(2), unsent(3), busy(4), unsent(5)])).toEqual({ do: 'start', candidate: 0 });
    expect(step([failed('unknown_outcome'), unsent(2, 1), unsent(3, 1)])).toEqual({ do: 'start', candidate: 1 });
    const five = [1, 2, 3, 4, 5].map((number) => unsent(number));
    expect(step(five)).toEqual({ do: 'fail' });
  });

  it('makes none where the stage says fail', () => {
    expect(step([failed('unknown_outcome')], three, { onUnknownOutcome: 'fail' })).toMatchObject({ do: 'fail' });
  });

  it('ends for every history, with at most one request after an unknown outcome', () => {
    const kinds = Object.keys(failurePolicies) as (keyof typeof failurePolicies)[];
    const anyHistory = fc.array(fc.constantFrom(...kinds), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(anyHistory, fc.constantFrom('retry' as const, 'fail' as const), (outcomes, onUnknownOutcome) => {
        let attempts: Attempt[] = [];
        let now = noon;
        for (const outcome of outcomes) {
          const next = step(attempts, three, { onUnknownOutcome }, now);
          if (next.do === 'fail') return;
          if (next.do === 'wait') {
            expect(next.until).toBeGreaterThan(now);
            now = next.until;
            continue;
          }
          if (next.do !== 'start') throw new Error(`unexpected ${next.do}`);
          const retryAt = now + backoffSeconds(attempts.length + 1, 0.5) * 1000;
          attempts = [
            ...attempts,
            failed(outcome, { number: attempts.length + 1, candidate: next.candidate, retryAt }),
          ];
          const spent = attempts.findIndex((attempt) => isSpent(attempt.outcome));
          const further = attempts.slice(spent + 1).filter((attempt) => attempt.outcome !== 'not_sent');
          expect(spent < 0 ? 0 : further.length).toBeLessThanOrEqual(1);
        }
        expect(now).toBeLessThan(noon + 1800_000);
      }),
    );
  });
});

describe('failureOfLedger', () => {
  it("is the asked model's failure, whatever the fallbacks met", () => {
    const job = sampleJob({
      candidates: three,
      attempts: [
        failed('billing', { message: 'no credit' }),
        failed('overloaded', { number: 2, candidate: 1, message: 'busy' }),
      ],
    });
    expect(failureOfLedger(job)).toMatchObject({ code: 'provider_error', message: 'no credit', provider: 'openai' });
  });

  it.each([
    ['no image could be redrawn', { outcome: 'invalid', imagesAsked: 0 }, false],
    ['the model takes no such request', { outcome: 'unsupported', imagesAsked: 0 }, false],
    ['no key is stored', { outcome: 'auth', imagesAsked: 0 }, false],
    ['the inputs could not be read', { outcome: 'not_sent', imagesAsked: 1 }, false],
    ['the provider refused the request', { outcome: 'invalid', imagesAsked: 1 }, true],
    ['its refusals have closed the gate', { outcome: 'rate_limited', imagesAsked: 0 }, true],
  ] as const)('names the provider only for what it has decided: %s', (_, over, isProviders) => {
    const failure = failureOfLedger(sampleJob({ candidates: three, attempts: [failed(over.outcome, over)] }));
    expect(failure.provider !== undefined).toBe(isProviders);
    expect(failure.model !== undefined).toBe(isProviders);
  });
});

describe('checkBackoffSeconds', () => {
  it('is about as long as the store has failed, from two seconds to a minute', () => {
    expect(checkBackoffSeconds(0, 1)).toBe(2);
    expect(checkBackoffSeconds(16, 1)).toBe(16);
    expect(checkBackoffSeconds(16, 0)).toBe(8);
    expect(checkBackoffSeconds(900, 1)).toBe(60);
  });
});

describe('backoffSeconds', () => {
  it('doubles up to a minute, never below half', () => {
    expect(backoffSeconds(1, 0)).toBe(1);
    expect(backoffSeconds(1, 1)).toBe(2);
    expect(backoffSeconds(3, 1)).toBe(8);
    expect(backoffSeconds(30, 0)).toBe(30);
    expect(backoffSeconds(30, 1)).toBe(60);
  });
});
