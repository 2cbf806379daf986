import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoJobStore } from '../../../lambda/adapters/dynamo/jobs/dynamo-job-store.ts';
import type { Change, Condition, JobFields, Transition } from '../../../lambda/domain/jobs/conditions.ts';
import * as endings from '../../../lambda/domain/jobs/endings.ts';
import { acceptedJob, type Job, type OpenJob } from '../../../lambda/domain/jobs/job.ts';
import * as transitions from '../../../lambda/domain/jobs/transitions.ts';
import type { JobStore } from '../../../lambda/domain/ports.ts';
import { startDynamoDb, type TestDynamoDb } from '../../support/emulators.ts';
import { keptFields } from '../../support/kept-items.ts';
import { createMemoryJobStore } from '../../support/memory-job-store.ts';
import { noon as submittedAt } from '../../support/sample-job.ts';
import fc from '../../support/seeded-fast-check.ts';
import { newOrder, sampleFailure, sampleResult, startedAttempt } from './job-store-samples.ts';

const tableName = 'jobs';
let dynamo: TestDynamoDb;
let inTable: JobStore;
beforeAll(async () => {
  dynamo = await startDynamoDb();
  await dynamo.createTable(tableName, 'id');
  inTable = createDynamoJobStore(dynamo.client, { tableName });
});
afterAll(() => dynamo.close());

type Name = keyof JobFields;

/** Fields that every row has, and fields that come and go; all of them without bearing on which kind of job it is. */
const steadyNumbers: readonly Name[] = ['hop', 'dueAt', 'claim', 'leaseUntil', 'leaseHeld', 'crashes', 'wakeAt'];
const passingNumbers: readonly Name[] = ['completedAt', 'expiresAt'];
const numbers = [...steadyNumbers, ...passingNumbers];
const texts: readonly Name[] = ['submissionNonce', 'openShard'];
const removable: readonly Name[] = [...passingNumbers, 'openShard'];

/** Few and near each other, so that conditions hold about as often as they don't. */
const someNumber = fc.constantFrom(0, 1, 2, 3, 10, submittedAt - 1, submittedAt, 1.5);
const someText = fc.constantFrom('open-0', 'nonce-1', 'pending', '', '1');
const someValue = fc.oneof(someNumber, someText);
/** dynalite, unlike DynamoDB, finds no empty string in a list of values. */
const someListedValue = someValue.filter((value) => value !== '');
const status = fc.constantFrom('pending' as const, 'processing' as const);

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ field: fc.constantFrom(...numbers, ...texts), is: fc.constant('equalTo' as const), value: someValue }),
  fc.record({
    field: fc.constantFrom<Name>(...numbers, ...texts, 'status'),
    is: fc.constant('oneOf' as const),
    values: fc.array(someListedValue, { minLength: 1, maxLength: 5 }),
  }),
  fc.record({
    field: fc.constantFrom(...numbers, ...texts),
    is: fc.constantFrom('atMost' as const, 'atLeast' as const),
    value: someNumber,
  }),
);

/** Each field gets one kind of change at most. */
const change: fc.Arbitrary<Change> = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom<Name>(...numbers, 'openShard', 'status'), { maxLength: 5 }),
    fc.infiniteStream(fc.tuple(fc.nat(3), someNumber, someText, status, fc.constantFrom(...numbers))),
  )
  .map(([fields, choices]) => {
    const set: Record<string, unknown> = {};
    const add: Record<string, number> = {};
    const accumulate: Record<string, Name> = {};
    const remove: Name[] = [];
    for (const field of fields) {
      const [kind, number, text, nextStatus, other] = choices.next().value;
      if (field === 'status') set[field] = nextStatus;
      else if (kind === 3 && removable.includes(field)) remove.push(field);
      else if (field === 'openShard') set[field] = text;
      else if (kind === 0) add[field] = number;
      else if (kind === 1) accumulate[field] = other;
      else set[field] = number;
    }
    return { set, add, accumulate, remove };
  });

const anyTransition: fc.Arbitrary<Transition> = fc.record({
  name: fc.constantFrom('one', 'another'),
  when: fc.array(condition, { maxLength: 2 }),
  change,
});

/** A step of the engine's own, made for the job as its maker last saw it. */
type Step = (seen: Job, now: number) => Transition;
const steps: readonly Step[] = [
  (seen, now) => transitions.claim(seen.hop, now, 120),
  (seen, now) => transitions.claim(seen.hop + 1, now, 120),
  (seen, now) => transitions.renew(seen as OpenJob, now, 120),
  (seen, now) => transitions.scheduleNextHop(seen as OpenJob, now + 1000),
  (seen) => transitions.startAttempt(seen as OpenJob, startedAttempt(seen.attempts.length + 1)),
  (seen) => transitions.updateAttempt(seen as OpenJob, { ...startedAttempt(1), outcome: 'overloaded', billed: 'no' }),
  (seen) => transitions.closeAfterEnd(seen, { ...startedAttempt(1), outcome: 'abandoned' }),
  (seen, now) => endings.fail(seen as OpenJob, sampleFailure, now),
  (seen, now) => endings.complete(seen as OpenJob, startedAttempt(1), sampleResult, now),
];

/** Makes the same transitions in both stores, and compares each answer and the row it leaves. Says which were made. */
async function compare(transitionsOf: ((seen: readonly Job[]) => Transition)[]): Promise<boolean[]> {
  const inMemory = createMemoryJobStore();
  const order = newOrder();
  await Promise.all([inMemory.create(acceptedJob(order)), inTable.create(acceptedJob(order))]);
  const first = await inMemory.find(order.id);
  const seen: Job[] = first ? [first] : [];
  const made: boolean[] = [];
  for (const transitionOf of transitionsOf) {
    const transition = transitionOf(seen);
    const [expected, actual] = [await inMemory.apply(order.id, transition), await inTable.apply(order.id, transition)];
    expect(actual).toEqual(expected);
    expect(Object.keys((await keptFields(dynamo.client, tableName, order.id)) ?? {}).sort()).toEqual(
      Object.keys(inMemory.record(order.id) ?? {}).sort(),
    );
    if (expected.job) seen.push(expected.job);
    made.push(expected.applied);
  }
  return made;
}

describe('updateExpressionFor', () => {
  it('means to DynamoDB what the transition means in memory, whatever it compares and changes', async () => {
    let [made, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(anyTransition, { minLength: 1, maxLength: 4 }), async (some) => {
        for (const applied of await compare(some.map((each) => () => each))) applied ? made++ : refused++;
      }),
      { numRuns: 150 },
    );
    expect(Math.min(made, refused)).toBeGreaterThan(30);
  });

  it("agrees with memory on every step of a job's life, also for makers that saw an older job", async () => {
    const step = fc.record({
      step: fc.constantFrom(...steps),
      seenBefore: fc.constantFrom(0, 0, 0, 1, 2),
      now: fc.constantFrom(submittedAt, submittedAt + 60_000, submittedAt + 130_000, submittedAt + 400_000),
    });
    let [made, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (walk) => {
        const applied = await compare(
          walk.map(({ step: make, seenBefore, now }) => (seen) => {
            const job = seen.at(-1 - seenBefore) ?? seen[0];
            if (!job) throw new Error('The job was not created.');
            return make(job, now);
          }),
        );
        for (const each of applied) each ? made++ : refused++;
      }),
      { numRuns: 80 },
    );
    expect(Math.min(made, refused)).toBeGreaterThan(30);
  });
});
