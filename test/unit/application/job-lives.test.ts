import { describe, expect, it } from 'vitest';
import { bareEntry, openAttempt } from '../../../lambda/domain/attempt.ts';
import { GatewayError } from '../../../lambda/domain/error-code.ts';
import { isOpen, type Job } from '../../../lambda/domain/job.ts';
import { createJobWorld, type JobWorld, type Story } from '../../support/job-world.ts';
import { lossesOf, requestsIn } from '../../support/ledger-kept.ts';
import type { Death } from '../../support/mortal.ts';
import { noon } from '../../support/sample-job.ts';
import fc from '../../support/seeded-fast-check.ts';
import type { Plot } from '../../support/simulated-provider.ts';
import type { Fate } from '../../support/simulated-queue.ts';
import { inVirtualTime, seconds } from '../../support/virtual-time.ts';

const deadlineSeconds = 600;
/** Clocks differ by so much at the most; half of it each way. */
const skewSeconds = 5;

/** Something that the job's owner does at a time of its own. */
interface Deed {
  readonly afterSeconds: number;
  readonly does: 'cancel' | 'delete' | 'get' | 'submit';
}

interface Life {
  readonly story: Story;
  readonly deeds: readonly Deed[];
}

const ranks = { pending: 0, processing: 1, completed: 2, failed: 2, cancelled: 2 } as const;

/** An ended job without what may still change: its ledger, how far that has got, and how often it was replayed. */
const unchanging = ({ attempts: _, ledgerVersion: __, replays: ___, ...rest }: Job) => rest;

/** Holds a write of a job against the one before it. */
function expectSound(world: JobWorld, name: string, last: Job, job: Job): void {
  expect(ranks[job.status]).toBeGreaterThanOrEqual(ranks[last.status]);
  if (!isOpen(last) && name !== 'erase') expect(unchanging(job)).toEqual(unchanging(last));
  const before = name === 'erase' ? last.attempts.map(bareEntry) : last.attempts;
  expect(lossesOf(before, job.attempts)).toEqual([]);
  if (name !== 'complete') return;
  const keys = job.status === 'completed' ? job.result.images.map(({ key }) => key) : [];
  expect(keys).toHaveLength(1);
  for (const key of keys) expect(world.bench.images.objects.has(key)).toBe(true);
}

/** What is wrong with the writes of a job. It is gathered, for a store that threw would be taken for one that is down. */
function watchOver(world: JobWorld, accepted: Job): readonly unknown[] {
  const wrong: unknown[] = [];
  let last = accepted;
  world.watch((name, job) => {
    try {
      expectSound(world, name, last, job);
    } catch (error) {
      wrong.push(error);
    }
    last = structuredClone(job);
  });
  return wrong;
}

/** What its owner is answered: nothing but the job, or that there is none. */
async function answered(work: Promise<unknown>): Promise<Job | 'done' | 'not_found' | 'expired'> {
  try {
    const answer = await work;
    return typeof answer === 'object' && answer !== null && 'job' in answer
      ? (answer.job as Job)
      : ((answer as Job | undefined) ?? 'done');
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'not_found') return 'not_found';
    if (error instanceof GatewayError && error.code === 'idempotency_expired') return 'expired';
    throw error;
  }
}

/** Does what the owner does, and checks what it is told. */
async function doAll(world: JobWorld, id: string, deeds: readonly Deed[]): Promise<void> {
  await Promise.all(
    deeds.map(async ({ afterSeconds, does }) => {
      await seconds(afterSeconds);
      const gone = world.record()?.deletedAt !== undefined;
      const answer = await answered(does === 'submit' ? world.submit() : world[does](id));
      if (does === 'delete' && answer === 'done') expect(world.record()?.deletedAt).toBeDefined();
      if (gone) expect(answer).toBe(does === 'submit' ? 'expired' : 'not_found');
      else if (world.record()?.deletedAt === undefined) expect(['not_found', 'expired']).not.toContain(answer);
      if (does === 'cancel' && typeof answer === 'object') {
        expect(isOpen(answer)).toBe(false);
        const now = world.record();
        if (now?.deletedAt === undefined) expect(now?.status).toBe(answer.status);
      }
    }),
  );
}

/** Lets a life go on to its end, and everything that comes after it. */
async function live({ story, deeds }: Life) {
  return inVirtualTime(noon, 4 * 3600, async () => {
    const world = createJobWorld({ ...story, deadlineSeconds });
    const { job } = await world.submit();
    const wrong = watchOver(world, job);
    const owner = Promise.allSettled([doAll(world, job.id, deeds)]);
    await seconds((job.deadlineAt - Date.now()) / 1000 + 60 + skewSeconds);
    const atPromise = (await world.bench.jobs.find(job.id)) as Job;
    const [told] = await owner;
    if (told.status === 'rejected') throw told.reason;
    while (world.messages() > 0 || world.record()?.openShard !== undefined) await seconds(20);
    world.stop();
    return { world, wrong, atPromise, job: (await world.bench.jobs.find(job.id)) as Job };
  });
}

const says = fc.constantFrom<Plot['says']>(
  ...(['images', 'images', 'ticket', 'ticket', 'ticket'] as const),
  ...(['rate_limited', 'overloaded', 'unknown_outcome', 'malformed', 'refused'] as const),
);
const death = fc.record({ atCall: fc.integer({ min: 1, max: 14 }), arrives: fc.boolean() });
const story: fc.Arbitrary<Story> = fc.record({
  plot: fc.array(fc.record({ takesSeconds: fc.constantFrom(0.1, 4, 70, 290, 310, 560, 700), says }), { maxLength: 6 }),
  fates: fc.array(
    fc.record<Fate>({ copies: fc.constantFrom(1, 1, 1, 0, 2), lateSeconds: fc.constantFrom(0, 0, 3, 50, 400) }),
    { maxLength: 30 },
  ),
  deaths: fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: death }), {
    maxLength: 20,
  }) as fc.Arbitrary<(Death | undefined)[]>,
  latencies: fc.array(fc.constantFrom(0, 1, 7, 30, 400, 2000), { minLength: 1, maxLength: 11 }),
  skews: fc.array(fc.constantFrom(-2500, 0, 2500), { minLength: 1, maxLength: 5 }),
  firstSweepAfter: fc.integer({ min: 1, max: 60 }),
  onUnknownOutcome: fc.constantFrom('retry', 'fail'),
});
const deed: fc.Arbitrary<Deed> = fc.record({
  afterSeconds: fc.oneof(fc.integer({ min: 0, max: 700 }), fc.constantFrom(0.01, 1.2, 4.1, 5, 71, 130, 599, 601)),
  does: fc.constantFrom('cancel', 'delete', 'get', 'submit'),
});
const life: fc.Arbitrary<Life> = fc.record({ story, deeds: fc.array(deed, { maxLength: 4 }) });

describe('a job, whatever befalls it, its workers, their messages and clocks, and whatever its owner does', () => {
  it('ends by its deadline and a minute, once, pays for nothing in silence, and leaves nothing behind where it is deleted', async () => {
    const ends: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(life, async (told) => {
        const { world, wrong, atPromise, job } = await live(told);
        const deletedAt = world.record()?.deletedAt;
        expect(wrong).toEqual([]);
        expect(isOpen(atPromise)).toBe(false);
        expect(openAttempt(job.attempts)).toBeUndefined();
        const { requests, mostAtOnce } = world.provider;
        expect(mostAtOnce()).toBeLessThanOrEqual(1);
        expect(world.works.some(({ timedOut }) => timedOut)).toBe(false);
        // Each request has its entry, and had it before it was made.
        expect(world.unrecorded).toEqual([]);
        expect(requests.length).toBeLessThanOrEqual(requestsIn(job.attempts));
        const unknown = job.attempts.findIndex(({ outcome }) =>
          ['unknown_outcome', 'malformed', 'abandoned'].includes(outcome),
        );
        const further = told.story.onUnknownOutcome === 'fail' ? 0 : 1;
        if (unknown >= 0) expect(job.attempts.length - unknown - 1).toBeLessThanOrEqual(further);
        // Work behind a ticket that was kept has been fetched, or called off; what became of some of it is known.
        for (const { ticket } of job.attempts.filter(({ ticket }) => ticket?.id !== undefined)) {
          const seen = requests[Number(ticket?.id) - 1]?.ticket;
          expect(seen?.answered || seen?.calledOff).toBe(true);
        }
        if (deletedAt !== undefined) expect([...world.bench.images.objects.keys()]).toEqual([]);
        const end = deletedAt === undefined ? job.status : 'deleted';
        ends[end] = (ends[end] ?? 0) + 1;
      }),
      { numRuns: 200 },
    );
    for (const end of ['completed', 'failed', 'cancelled', 'deleted']) expect(ends[end], end).toBeGreaterThan(5);
  }, 60_000);
});
