import { describe, expect, it } from 'vitest';
import type { Transition } from '../../../lambda/domain/jobs/conditions.ts';
import * as endings from '../../../lambda/domain/jobs/endings.ts';
import { acceptedJob, isOpen, type Job, type OpenJob } from '../../../lambda/domain/jobs/job.ts';
import * as transitions from '../../../lambda/domain/jobs/transitions.ts';
import { createFixedClock, type FixedClock } from '../../support/fixed-clock.ts';
import { lossesOf } from '../../support/ledger-kept.ts';
import { createMemoryJobStore, type MemoryJobStore } from '../../support/memory-job-store.ts';
import { noon, sampleAttempt, sampleOrder } from '../../support/sample-job.ts';
import fc from '../../support/seeded-fast-check.ts';

const order = sampleOrder({ deadlineAt: noon + 600_000 });
const failure = { code: 'provider_error', message: 'm', warnings: [] } as const;
const result = { images: [], provider: 'openai', model: 'm', latency: 1, warnings: [] };

/** What the test knows for certain: which end was applied first, and how the job stood when it was last looked at. */
interface Model {
  end: string | undefined;
  last: Job;
}

interface Real {
  readonly jobs: MemoryJobStore;
  readonly clock: FixedClock;
  /** Every state that some process has read and may still act on. */
  readonly seen: Job[];
}

const ranks = { pending: 0, processing: 1, completed: 2, failed: 2, cancelled: 2 } as const;
const ends = ['complete', 'fail', 'cancel', 'failOverdue'];
/** What only the holder of the latest claim may write. */
const fenced = ['renew', 'scheduleNextHop', 'releaseLease', 'startAttempt', 'complete', 'fail'];
const lease = 120;

/** An ended job without what may still change: its ledger, how far that has got, and how often it was replayed. */
const unchanging = ({ attempts: _, ledgerVersion: __, replays: ___, ...rest }: Job) => rest;

/** The maker of a transition, from a job as some process saw it, which may be long ago. */
const makers = {
  claim: (job, now) => transitions.claim(job.hop, now, lease),
  claimAhead: (job, now) => transitions.claim(job.hop + 1, now, lease),
  renew: (job, now) => transitions.renew(job as OpenJob, now, lease),
  scheduleNextHop: (job, now) => transitions.scheduleNextHop(job as OpenJob, now + 5000),
  releaseLease: (job, now) => transitions.releaseLease(job as OpenJob, now + 10_000),
  startAttempt: (job, now) =>
    transitions.startAttempt(job as OpenJob, sampleAttempt({ number: job.attempts.length + 1, startedAt: now })),
  complete: (job, now) =>
    endings.complete(
      job as OpenJob,
      sampleAttempt({ number: job.attempts.length, outcome: 'succeeded', endedAt: now }),
      result,
      now,
    ),
  fail: (job, now) => endings.fail(job as OpenJob, failure, now),
  cancel: (job, now) => endings.cancel(job, now),
  failOverdue: (job, now) => endings.failOverdue(job, now, lease),
  countReplay: (job) => transitions.countReplay(job),
  closeAfterEnd: (job) =>
    transitions.closeAfterEnd(job, sampleAttempt({ number: job.attempts.length, outcome: 'abandoned' })),
  erase: (job, now) => endings.erase(job, now),
} satisfies Record<string, (job: Job, now: number) => Transition>;

/** Workers' writes are made only by those that saw the job open and had claimed it; closing needs an open entry. */
function mayMake(name: keyof typeof makers, job: Job): boolean {
  const opened = job.attempts.at(-1)?.outcome === 'started';
  if (name === 'closeAfterEnd') return !isOpen(job) && opened;
  if (name === 'erase') return !isOpen(job);
  if (name === 'complete') return isOpen(job) && job.claim > 0 && opened;
  if (name === 'startAttempt') return isOpen(job) && job.claim > 0 && !opened;
  if (['renew', 'scheduleNextHop', 'releaseLease', 'fail'].includes(name)) return isOpen(job) && job.claim > 0;
  return true;
}

class Step implements fc.AsyncCommand<Model, Real> {
  readonly #name: keyof typeof makers;
  readonly #seenBefore: number;
  constructor(name: keyof typeof makers, seenBefore: number) {
    this.#name = name;
    this.#seenBefore = seenBefore;
  }
  check = () => true;
  toString = () => `${this.#name}(${this.#seenBefore} looks ago)`;

  async run(model: Model, { jobs, clock, seen }: Real): Promise<void> {
    const job = seen.at(-1 - this.#seenBefore) ?? seen[0];
    if (!job || !mayMake(this.#name, job)) return;
    const { applied, job: next } = await jobs.apply(order.id, makers[this.#name](job, clock.now()));
    if (!next) throw new Error('The job is gone.');
    if (!applied) expect(next).toEqual(model.last);
    if (applied && fenced.includes(this.#name)) expect(job.claim).toBe(model.last.claim);
    if (applied && this.#name === 'closeAfterEnd') expect(job.ledgerVersion).toBe(model.last.ledgerVersion);
    if (applied && ends.includes(this.#name)) {
      expect(model.end).toBeUndefined();
      model.end = this.#name;
    }
    expectSound(model, next, this.#name === 'erase' && applied);
    seen.push(next);
    model.last = next;
  }
}

function expectSound(model: Model, next: Job, erased: boolean): void {
  const before = model.last;
  expect(ranks[next.status]).toBeGreaterThanOrEqual(ranks[before.status]);
  expect(next.claim).toBeGreaterThanOrEqual(before.claim);
  expect(next.hop).toBeGreaterThanOrEqual(before.hop);
  expect(lossesOf(before.attempts, next.attempts)).toEqual([]);
  expect(isOpen(next)).toBe(model.end === undefined);
  if (isOpen(next)) return;
  if (!isOpen(before) && !erased) expect(unchanging(next)).toEqual(unchanging(before));
  expect(next.completedAt).toBeGreaterThanOrEqual(next.createdAt);
  expect(next.expiresAt).toBe(next.completedAt + order.resultTtlSeconds * 1000);
  if (model.end === 'failOverdue') expect(next.completedAt).toBeGreaterThanOrEqual(order.deadlineAt);
}

class Wait implements fc.AsyncCommand<Model, Real> {
  readonly #seconds: number;
  constructor(seconds: number) {
    this.#seconds = seconds;
  }
  check = () => true;
  toString = () => `wait(${this.#seconds} s)`;
  async run(_: Model, { clock }: Real): Promise<void> {
    clock.advance(this.#seconds);
  }
}

const step = fc
  .tuple(fc.constantFrom(...(Object.keys(makers) as (keyof typeof makers)[])), fc.constantFrom(0, 0, 0, 0, 1, 2, 4))
  .map(([name, seenBefore]) => new Step(name, seenBefore));
const working = fc.constantFrom('claim' as const, 'startAttempt' as const, 'complete' as const);
const worker = fc.tuple(working, fc.constantFrom(0, 0, 1)).map(([name, seenBefore]) => new Step(name, seenBefore));
const wait = fc.constantFrom(1, 6, 126, 300, 650).map((seconds) => new Wait(seconds));

describe("a job's transitions, in any order and from any process", () => {
  it('have one winner, never run backwards, and leave the end as it was', async () => {
    const won: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(
        fc.commands([step, worker, wait], { maxCommands: 40 }),
        // The clock of who works may be behind the clock of who submitted.
        fc.constantFrom(noon - 4000, noon),
        async (commands, startedAt) => {
          const jobs = createMemoryJobStore();
          await jobs.create(acceptedJob(order));
          const first = await jobs.find(order.id);
          if (!first) throw new Error('The job was not created.');
          const model: Model = { end: undefined, last: first };
          const real: Real = { jobs, clock: createFixedClock(startedAt), seen: [first] };
          await fc.asyncModelRun(() => ({ model, real }), commands);
          won[model.end ?? 'none'] = (won[model.end ?? 'none'] ?? 0) + 1;
        },
      ),
      { numRuns: 1500 },
    );
    for (const end of ends) expect(won[end], end).toBeGreaterThan(10); // else the walk proves nothing
  });
});
