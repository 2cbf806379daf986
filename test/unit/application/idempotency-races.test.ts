import { describe, expect, it } from 'vitest';
import type { Acceptance } from '../../../lambda/application/submit/accept-submission.ts';
import { submitJob } from '../../../lambda/application/submit/submit-job.ts';
import type { GatewayError } from '../../../lambda/domain/error-code.ts';
import { createApiFixture, received, sampleCaller } from '../../support/api-fixture.ts';
import { pngBytes } from '../../support/image-bytes.ts';
import fc from '../../support/seeded-fast-check.ts';
import { createWorkerFixture, deliverImages } from '../../support/worker-fixture.ts';

/** How a call to a store goes: as it should, not at all, or all the way but for its answer. */
type Luck = 'good' | 'refused' | 'answer_lost';

interface Race {
  readonly scheduler: fc.Scheduler;
  /** How many submissions of the key are under way at once. */
  readonly submissions: number;
  /** The calls' luck, in the order in which they are made. */
  readonly lucks: readonly Luck[];
}

const edit = received({
  submission: { operation: 'edit', prompt: 'x'.repeat(9000), n: 1, parameters: {}, extra: {} },
  images: [{ param: 'image', bytes: pngBytes(100) }],
  idempotencyKey: 'key-1',
});

/** Stores whose calls are carried out in whatever order the scheduler likes, and fail as their luck says. */
function createUnsteadyFixture({ scheduler, lucks }: Pick<Race, 'scheduler' | 'lucks'>) {
  const fixture = createApiFixture();
  let calls = 0;
  const unsteady = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          await scheduler.schedule(Promise.resolve(), String(name));
          const luck = lucks[calls++] ?? 'good';
          if (luck === 'refused') throw new Error('503');
          const answer: unknown = await member.apply(target, args);
          await scheduler.schedule(Promise.resolve(), `${String(name)} answered`);
          if (luck === 'answer_lost') throw new Error('timeout');
          return answer;
        };
      },
    });
  const { jobs, images, queue } = fixture;
  const stores = { jobs: unsteady(jobs), images: unsteady(images), queue: unsteady(queue) };
  return {
    ...fixture,
    submit: (owner = 'vk_1') =>
      submitJob({ ...fixture.submitting, ...stores }, sampleCaller({ owner }), 'request-1', edit),
    submitCalmly: () => submitJob(fixture.submitting, sampleCaller(), 'request-1', edit),
  };
}

/** A worker for every message that was sent, one after the other; gives how often the provider was asked. */
async function workAll({ jobs, images, clock, queue }: ReturnType<typeof createApiFixture>): Promise<number> {
  const worker = createWorkerFixture([deliverImages(), deliverImages()]);
  for (const { wakeUp } of queue.take()) await worker.process({ jobs, images, clock }, wakeUp);
  return worker.asked.length;
}

const acceptedOf = (outcomes: readonly PromiseSettledResult<Acceptance>[]): readonly Acceptance[] =>
  outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));

const luckIn = (goodCalls: number) =>
  fc.constantFrom<Luck>(...Array<Luck>(goodCalls).fill('good'), 'refused', 'refused', 'answer_lost');
/** From a bad moment to a bad day. */
const weather = fc.oneof(fc.array(luckIn(5), { maxLength: 60 }), fc.array(luckIn(1), { minLength: 4, maxLength: 40 }));
const race = (lucks: fc.Arbitrary<readonly Luck[]>): fc.Arbitrary<Race> =>
  fc.record({ scheduler: fc.scheduler(), submissions: fc.integer({ min: 1, max: 7 }), lucks });

describe('submitJob, many times at once with one key, in any order of what it does', () => {
  it('makes one job and one set of inputs, tells one caller that it is new, and asks the provider once', async () => {
    await fc.assert(
      fc.asyncProperty(race(fc.constant([])), async ({ scheduler, submissions, lucks }) => {
        const fixture = createUnsteadyFixture({ scheduler, lucks });
        const all = Promise.all(Array.from({ length: submissions }, () => fixture.submit()));
        const others = fixture.submit('vk_2');
        const [answers, other] = await scheduler.waitFor(Promise.all([all, others]));
        expect(new Set(answers.map(({ job }) => job.id)).size).toBe(1);
        expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
        expect(other.replayed).toBe(false);
        expect(other.job.id).not.toBe(answers[0]?.job.id);
        expect(fixture.images.objects.size).toBe(4);
        expect(await workAll(fixture)).toBe(2);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps its word to each of them, whatever the stores do', async () => {
    const seen = { accepted: 0, refused: 0, uncertain: 0 };
    await fc.assert(
      fc.asyncProperty(race(weather), async ({ scheduler, submissions, lucks }) => {
        const fixture = createUnsteadyFixture({ scheduler, lucks });
        const all = Promise.allSettled(Array.from({ length: submissions }, () => fixture.submit()));
        const outcomes = await scheduler.waitFor(all);
        const accepted = acceptedOf(outcomes);
        const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
        for (const reason of reasons) expect(reason).toMatchObject({ code: 'unavailable' });
        const uncertain = reasons.some((reason: GatewayError) => reason.message.includes('not certain'));
        const [record, ...more] = fixture.jobs.records();
        expect(more).toEqual([]);
        if (accepted.length > 0) {
          // Who was told of the job finds it, with its inputs and a wake-up, and it is the same one for all.
          expect(record).toBeDefined();
          expect(accepted.map(({ job }) => job.submissionNonce)).toEqual(accepted.map(() => record?.submissionNonce));
          expect(fixture.queue.sent.length).toBeGreaterThan(0);
          expect(accepted.filter(({ replayed }) => !replayed).length).toBeLessThanOrEqual(1);
        } else if (!uncertain) expect(record).toBeUndefined();
        for (const { key } of record?.images ?? []) expect(fixture.images.objects.has(key)).toBe(true);
        seen[accepted.length > 0 ? 'accepted' : uncertain ? 'uncertain' : 'refused'] += 1;

        // And whoever tries again when the stores are back gets the one job.
        const { job } = await fixture.submitCalmly();
        expect(fixture.jobs.records().map(({ id }) => id)).toEqual([job.id]);
        for (const { key } of job.images) expect(fixture.images.objects.has(key)).toBe(true);
        expect(await workAll(fixture)).toBe(1);
        expect((await fixture.jobs.find(job.id))?.status).toBe('completed');
      }),
      { numRuns: 600 },
    );
    // Else the walk proves nothing.
    expect(Math.min(seen.accepted, seen.refused, seen.uncertain)).toBeGreaterThan(20);
  });
});
