import { beforeAll, describe, expect, it } from 'vitest';
import * as endings from '../../../lambda/domain/jobs/endings.ts';
import { ItemTooLarge } from '../../../lambda/domain/jobs/item-too-large.ts';
import { acceptedJob, type JobOrder, type OpenJob } from '../../../lambda/domain/jobs/job.ts';
import * as transitions from '../../../lambda/domain/jobs/transitions.ts';
import { WriteRefused } from '../../../lambda/domain/jobs/write-refused.ts';
import type { JobStore } from '../../../lambda/domain/ports.ts';
import { maxItemBytes } from '../../support/item-bytes.ts';
import { noon as submittedAt } from '../../support/sample-job.ts';
import { newOrder, openJobOf, sampleFailure, sampleResult, startedAttempt } from './job-store-samples.ts';

/** A store under test, and a look behind it. */
export interface JobStoreUnderTest {
  readonly store: JobStore;
  /** All that is kept of a job, as far as the engine knows it. */
  fieldsOf(id: string): Promise<Readonly<Record<string, unknown>> | undefined>;
}

const leaseSeconds = 120;
const afterLease = submittedAt + (leaseSeconds + transitions.clockSkewSeconds) * 1000;

/** What every job store promises. `open` is called once. */
export function jobStoreContract(name: string, open: () => Promise<JobStoreUnderTest>): void {
  describe(name, () => {
    let store: JobStore;
    let fieldsOf: JobStoreUnderTest['fieldsOf'];
    beforeAll(async () => {
      ({ store, fieldsOf } = await open());
    });

    async function created(changes: Partial<JobOrder> = {}): Promise<JobOrder> {
      const order = newOrder(changes);
      expect(await store.create(acceptedJob(order))).toBe('created');
      return order;
    }
    const claimAt = (id: string, now: number, hop = 0) => store.apply(id, transitions.claim(hop, now, leaseSeconds));
    async function claimed(changes: Partial<JobOrder> = {}): Promise<OpenJob> {
      const { id } = await created(changes);
      return openJobOf(await claimAt(id, submittedAt));
    }

    describe('create', () => {
      it('keeps a job with all its parts', async () => {
        const image = { key: 'inputs/1.png', type: 'png', width: 4, height: 5, hasAlpha: true, bytes: 99 } as const;
        const order = await created({
          operation: 'edit',
          images: [{ ...image, sha256: 'ab' }],
          mask: { ...image, key: 'inputs/mask.png', sha256: 'cd' },
          submission: { in: 'bucket', key: 'inputs/submission.json' },
          fingerprint: 'print',
        });
        expect(await store.find(order.id)).toEqual(acceptedJob(order));
      });

      it("keeps any JSON that a caller's extra parameters can be", async () => {
        const deep = JSON.parse(`${'['.repeat(60)}1${']'.repeat(60)}`);
        const extra = { large: 1e200, small: 5e-324, empty: '', nothing: null, deep, 'ключ.#:': '🪁\u0000', list: [] };
        const submission = { operation: 'generation', n: 1, parameters: {}, extra } as const;
        const order = await created({ submission: { in: 'item', submission } });
        expect(await store.find(order.id)).toEqual(acceptedJob(order));
      });

      it('keeps the row until two days after the last moment its result could have lived', async () => {
        const order = await created({ deadlineAt: submittedAt + 1500 });
        const ttl = submittedAt / 1000 + 2 + 3600 + 2 * 86_400;
        expect(await fieldsOf(order.id)).toMatchObject({ ttl, openShard: expect.stringMatching(/^open-(\d|1[0-5])$/) });
      });

      it('refuses a job that is larger than an item can be, and keeps nothing of it', async () => {
        const order = newOrder({ warnings: [{ code: 'emulated', message: 'x'.repeat(maxItemBytes) }] });
        await expect(store.create(acceptedJob(order))).rejects.toThrow(WriteRefused);
        expect(await store.find(order.id)).toBeUndefined();
      });

      it('refuses a transition by which the item would be too large, and leaves it as it is', async () => {
        const job = await claimed();
        const attempt = { ...startedAttempt(1), message: 'x'.repeat(maxItemBytes) };
        await expect(store.apply(job.id, transitions.startAttempt(job, attempt))).rejects.toThrow(ItemTooLarge);
        expect(await store.find(job.id)).toEqual(job);
      });

      it("finds an id taken by another submission, and leaves that one's job alone", async () => {
        const order = await created();
        const other = { ...order, submissionNonce: 'nonce-2', owner: 'key-2' };
        expect(await store.create(acceptedJob(other))).toBe('taken');
        expect(await store.find(order.id)).toEqual(acceptedJob(order));
      });

      it('takes its own earlier write for success, and leaves what has happened since', async () => {
        const job = await claimed();
        expect(await store.create(acceptedJob(newOrder({ id: job.id })))).toBe('created');
        expect(await store.find(job.id)).toEqual(job);
      });

      it('lets one of many submissions have an id', async () => {
        const { id } = newOrder();
        const nonces = Array.from({ length: 20 }, (_, at) => `nonce-${at}`);
        const answers = await Promise.all(
          nonces.map((submissionNonce) => store.create(acceptedJob(newOrder({ id, submissionNonce })))),
        );
        expect(answers.filter((answer) => answer === 'created')).toHaveLength(1);
        expect((await store.find(id))?.submissionNonce).toBe(nonces[answers.indexOf('created')]);
      });
    });

    describe('a job that is not there', () => {
      it('is not found, and no transition brings it about', async () => {
        expect(await store.find('absent')).toBeUndefined();
        expect(await store.apply('absent', { name: 'touch', when: [], change: { add: { replays: 1 } } })).toEqual({
          applied: false,
        });
        expect(await fieldsOf('absent')).toBeUndefined();
      });
    });

    describe('claim', () => {
      it('has one winner among fifty', async () => {
        const { id } = await created();
        const claims = await Promise.all(Array.from({ length: 50 }, () => claimAt(id, submittedAt)));
        const winners = claims.filter(({ applied }) => applied);
        expect(winners).toHaveLength(1);
        const expected = {
          status: 'processing',
          claim: 1,
          leaseHeld: 1,
          leaseUntil: submittedAt + 120_000,
          crashes: 0,
        };
        expect(winners[0]?.job).toMatchObject(expected);
        for (const { applied, job } of claims) if (!applied) expect(job).toEqual(winners[0]?.job);
      });

      it('is refused before the job is due, and to a wake-up that is behind', async () => {
        const { id } = await created();
        expect((await claimAt(id, submittedAt - 1)).applied).toBe(false);
        const job = openJobOf(await claimAt(id, submittedAt));
        openJobOf(await store.apply(id, transitions.scheduleNextHop(job, submittedAt + 1000)));
        expect((await claimAt(id, submittedAt + 1000, 0)).applied).toBe(false);
        expect(openJobOf(await claimAt(id, submittedAt + 1000, 1))).toMatchObject({ claim: 2, hop: 1 });
      });

      it('counts a crash for each lease that nobody gave back, and just once', async () => {
        const { id } = await claimed();
        expect((await claimAt(id, afterLease - 1)).applied).toBe(false);
        expect(openJobOf(await claimAt(id, afterLease))).toMatchObject({ claim: 2, crashes: 1 });
        expect((await claimAt(id, afterLease)).applied).toBe(false);
        expect(openJobOf(await claimAt(id, afterLease + 125_000))).toMatchObject({ claim: 3, crashes: 2 });
      });

      it('counts no crash after a release', async () => {
        const job = await claimed();
        const released = openJobOf(await store.apply(job.id, transitions.scheduleNextHop(job, submittedAt + 5000)));
        expect(released).toMatchObject({ hop: 1, dueAt: submittedAt + 5000, leaseHeld: 0, leaseUntil: 0 });
        expect(openJobOf(await claimAt(job.id, submittedAt + 5000, 1))).toMatchObject({ claim: 2, crashes: 0 });
      });

      it('keeps since when a released job has been held up by gates', async () => {
        const job = await claimed();
        expect(job).not.toHaveProperty('heldSince');
        const held = { ...job, heldSince: submittedAt + 1 };
        const released = openJobOf(await store.apply(job.id, transitions.scheduleNextHop(held, submittedAt + 5000)));
        expect(released).toMatchObject({ heldSince: submittedAt + 1 });
      });
    });

    describe('wake', () => {
      const woken = async (
        job: Pick<OpenJob, 'id' | 'owner' | 'lane' | 'hop' | 'dueAt' | 'claim'>,
        wakeups: number,
        now: number,
      ) => {
        const entry = { ...job, deadlineAt: now + 900_000, leaseUntil: 0, wakeAt: 0, wakeups };
        return (await store.apply(job.id, transitions.wake(entry, now, 120))).applied;
      };

      it('is allowed again after twice the time, and from the beginning once the job was claimed or slept', async () => {
        const { id } = await created();
        const job = openJobOf({ applied: true, job: (await store.find(id)) as OpenJob });
        const due = submittedAt + 120_000;
        expect(await woken(job, 0, due)).toBe(true);
        expect(await woken(job, 1, due + 120_000)).toBe(true);
        expect(await fieldsOf(id)).toMatchObject({ wakeups: 2, wakeAt: due + 360_000 });
        const claimed = openJobOf(await claimAt(id, due + 130_000));
        expect(await fieldsOf(id)).toMatchObject({ wakeups: 0, wakeAt: 0 });
        // Its worker stood still for longer than its lease, and was taken for lost; then it went on.
        expect(await woken(claimed, 0, due + 255_000)).toBe(true);
        const slept = openJobOf(await store.apply(id, transitions.scheduleNextHop(claimed, due + 260_000)));
        expect(await fieldsOf(id)).toMatchObject({ wakeups: 0, wakeAt: 0 });
        expect(await woken(slept, 0, due + 379_999)).toBe(false);
        expect(await woken(slept, 0, due + 380_000)).toBe(true);
      });

      it('has one winner among sweeps of one moment, though a worker has claimed the job in between', async () => {
        const { id } = await created();
        const job = openJobOf({ applied: true, job: (await store.find(id)) as OpenJob });
        const due = submittedAt + 120_000;
        expect(await woken(job, 0, due)).toBe(true);
        const held = openJobOf(await claimAt(id, due));
        expect(await woken(job, 0, due)).toBe(false);
        await store.apply(id, transitions.releaseLease(held, due + 10_000));
        expect(await woken(job, 0, due)).toBe(false);
      });
    });

    describe('a worker that has lost its claim', () => {
      it('can write nothing more', async () => {
        const lost = await claimed();
        const winner = openJobOf(await claimAt(lost.id, afterLease));
        const writes = [
          transitions.renew(lost, afterLease, leaseSeconds),
          transitions.scheduleNextHop(lost, afterLease),
          transitions.startAttempt(lost, startedAttempt(1)),
          transitions.updateAttempt(lost, startedAttempt(1)),
          endings.complete(lost, startedAttempt(1), sampleResult, afterLease),
          endings.fail(lost, sampleFailure, afterLease),
        ];
        for (const write of writes) expect(await store.apply(lost.id, write)).toEqual({ applied: false, job: winner });
      });
    });

    describe('the end', () => {
      it('closes the ledger, sets the times, and takes the job out of the index of open jobs', async () => {
        const job = await claimed();
        const started = openJobOf(await store.apply(job.id, transitions.startAttempt(job, startedAttempt(1))));
        expect(started).toMatchObject({ attempts: [startedAttempt(1)], ledgerVersion: 1 });
        const winning = {
          ...startedAttempt(1),
          outcome: 'succeeded',
          billed: 'yes',
          endedAt: submittedAt + 900,
        } as const;
        const end = submittedAt + 1001;
        const completed = await store.apply(job.id, endings.complete(started, winning, sampleResult, end));
        expect(completed).toEqual({
          applied: true,
          job: {
            ...started,
            status: 'completed',
            attempts: [winning],
            ledgerVersion: 2,
            leaseHeld: 0,
            leaseUntil: 0,
            completedAt: end,
            expiresAt: end + 3600_000,
            result: sampleResult,
          },
        });
        expect(await store.find(job.id)).toEqual(completed.job);
        const fields = await fieldsOf(job.id);
        expect(fields).not.toHaveProperty('openShard');
        expect(fields).toMatchObject({ ttl: started.deadlineAt / 1000 + 172_800 });
      });

      it('keeps the ledger for two days beyond the deadline, however short the result lives', async () => {
        const job = await claimed({ fingerprint: 'print', resultTtlSeconds: 60 });
        const failed = await store.apply(job.id, endings.fail(job, sampleFailure, submittedAt));
        expect(failed.job).toMatchObject({ status: 'failed', failure: sampleFailure, expiresAt: submittedAt + 60_000 });
        expect(await fieldsOf(job.id)).toMatchObject({ ttl: job.deadlineAt / 1000 + 172_800 });
      });

      it('is final', async () => {
        const job = await claimed();
        const { job: failed } = await store.apply(job.id, endings.fail(job, sampleFailure, submittedAt));
        const writes = [
          transitions.claim(9, afterLease, leaseSeconds),
          transitions.renew(job, submittedAt, leaseSeconds),
          endings.complete(job, startedAttempt(1), sampleResult, submittedAt),
        ];
        for (const write of writes) expect(await store.apply(job.id, write)).toEqual({ applied: false, job: failed });
      });

      it('lets an open entry of the ledger be closed, once for what has been seen of it', async () => {
        const job = await claimed();
        const started = openJobOf(await store.apply(job.id, transitions.startAttempt(job, startedAttempt(1))));
        const closed = { ...startedAttempt(1), outcome: 'abandoned', endedAt: submittedAt } as const;
        expect((await store.apply(job.id, transitions.closeAfterEnd(started, closed))).applied).toBe(false);
        const { job: failed } = await store.apply(job.id, endings.fail(started, sampleFailure, submittedAt));
        if (!failed) throw new Error('The job is gone.');
        const settlements = await Promise.all(
          Array.from({ length: 5 }, () => store.apply(job.id, transitions.closeAfterEnd(failed, closed))),
        );
        expect(settlements.filter(({ applied }) => applied)).toHaveLength(1);
        expect(await store.find(job.id)).toEqual({ ...failed, attempts: [closed], ledgerVersion: 2 });
      });
    });
  });
}
