import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Transition } from '../../../lambda/domain/jobs/conditions.ts';
import * as endings from '../../../lambda/domain/jobs/endings.ts';
import { isForgotten } from '../../../lambda/domain/jobs/item-ttl.ts';
import { acceptedJob, type Job, type JobOrder } from '../../../lambda/domain/jobs/job.ts';
import * as transitions from '../../../lambda/domain/jobs/transitions.ts';
import type { JobStore } from '../../../lambda/domain/ports.ts';
import { noon } from '../../support/sample-job.ts';
import { newOrder } from './job-store-samples.ts';

const hour = 3600_000;

/** What every job store promises of taking jobs away, and of places that are free again. `open` is called once. */
export function jobStoreRemovalContract(name: string, open: () => Promise<JobStore>): void {
  describe(name, () => {
    let store: JobStore;
    beforeAll(async () => {
      store = await open();
    });

    async function created(changes: Partial<JobOrder> = {}): Promise<JobOrder> {
      const order = newOrder(changes);
      expect(await store.create(acceptedJob(order))).toBe('created');
      return order;
    }
    async function found(id: string): Promise<Job> {
      const job = await store.find(id);
      if (!job) throw new Error('The job is gone.');
      return job;
    }

    describe('undo', () => {
      const undoneId = randomUUID();

      it('takes away a submission that nobody has seen, and says so again', async () => {
        const order = await created();
        expect(await store.undo(acceptedJob(order))).toEqual({ undone: true });
        expect(await store.find(order.id)).toBeUndefined();
        expect(await store.undo(acceptedJob(order))).toEqual({ undone: true });
      });

      it("leaves alone another's submission, one that is worked on, and one that somebody was told of", async () => {
        const [other, claimed, told] = [await created(), await created(), await created()];
        await store.apply(claimed.id, transitions.claim(0, noon, 120));
        await store.apply(told.id, transitions.countReplay(acceptedJob(told)));
        for (const order of [{ ...other, submissionNonce: 'nonce-2' }, claimed, told]) {
          expect(await store.undo(acceptedJob(order))).toEqual({ undone: false, job: await found(order.id) });
        }
      });

      it('loses or wins against a claim, never both', async () => {
        for (let round = 0; round < 10; round += 1) {
          const order = await created();
          const [undone, claimed] = await Promise.all([
            store.undo(acceptedJob(order)),
            store.apply(order.id, transitions.claim(0, noon, 120)),
          ]);
          expect(undone.undone).toBe(!claimed.applied);
        }
      });

      it('has a write of the submission fail that arrives later, whether it had arrived before or not', async () => {
        const [never, once] = [newOrder(), await created()];
        for (const order of [never, once]) {
          expect(await store.undo(acceptedJob(order))).toEqual({ undone: true });
          expect(await store.create(acceptedJob(order))).toBe('taken');
          expect(await store.find(order.id)).toBeUndefined();
        }
      });

      it('leaves the id free for others, and no way back for any that was undone', async () => {
        const orders = ['a', 'b', 'c'].map((submissionNonce) => ({ ...newOrder(), id: undoneId, submissionNonce }));
        for (const [at, order] of orders.entries()) {
          expect(await store.create(acceptedJob(order))).toBe('created');
          expect((await found(undoneId)).submissionNonce).toBe(order.submissionNonce);
          expect(await store.undo(acceptedJob(order))).toEqual({ undone: true });
          for (const late of orders.slice(0, at + 1)) expect(await store.create(acceptedJob(late))).toBe('taken');
        }
        const last = { ...newOrder(), id: undoneId, submissionNonce: 'd' };
        expect(await store.create(acceptedJob(last))).toBe('created');
        expect(await store.create(acceptedJob(last))).toBe('created');
        expect(await store.find(undoneId)).toEqual(acceptedJob(last));
      });

      it('leaves nothing that could be taken for a job', async () => {
        const order = newOrder();
        await store.undo(acceptedJob(order));
        const nothing: Transition = { name: 'nothing', when: [], change: { set: { hop: 7 } } };
        for (const transition of [
          nothing,
          transitions.claim(0, noon, 120),
          transitions.countReplay(acceptedJob(order)),
        ]) {
          expect(await store.apply(order.id, transition)).toEqual({ applied: false });
        }
        expect(await store.find(order.id)).toBeUndefined();
      });

      it('has one job come of many twins, of which some are undone meanwhile', async () => {
        for (let round = 0; round < 5; round += 1) {
          const { id } = newOrder();
          const twins = ['a', 'b', 'c', 'd'].map((submissionNonce) => ({ ...newOrder(), id, submissionNonce }));
          const [first] = twins;
          if (first) await store.undo(acceptedJob(first));
          const outcomes = await Promise.all(twins.map((twin) => store.create(acceptedJob(twin))));
          expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
          expect((await found(id)).submissionNonce).toBe(twins[outcomes.indexOf('created')]?.submissionNonce);
          expect(outcomes[0]).toBe('taken');
        }
      });
    });

    describe('create, where a job has had its time', () => {
      async function ended(changes: Partial<JobOrder>): Promise<JobOrder> {
        const order = await created(changes);
        expect((await store.apply(order.id, endings.cancel(await found(order.id), noon))).applied).toBe(true);
        return order;
      }
      const twin = (order: JobOrder, createdAt: number): JobOrder => ({
        ...order,
        createdAt,
        submissionNonce: 'nonce-2',
      });

      it('finds the id taken until the second in which the table might drop the job, and not from then on', async () => {
        const order = await ended({ resultTtlSeconds: 60 });
        const free = order.deadlineAt + 48 * hour;
        expect(await store.create(acceptedJob(twin(order, free - 1)))).toBe('taken');
        expect(await store.create(acceptedJob(twin(order, free)))).toBe('created');
        expect(await store.find(order.id)).toEqual(acceptedJob(twin(order, free)));
      });

      it('agrees with isForgotten on when that is', async () => {
        for (const changes of [
          { resultTtlSeconds: 1 },
          { resultTtlSeconds: 180_000, fingerprint: 'f' },
          { deadlineAt: noon - 1000 },
        ]) {
          const order = await ended(changes);
          const job = await found(order.id);
          for (const second of [0, 172_799, 172_800, 174_599, 174_600, 179_999, 180_000]) {
            const now = noon + second * 1000 + 500;
            const free = isForgotten(job, now);
            if (!free) expect(await store.create(acceptedJob(twin(order, now)))).toBe('taken');
            if (free) {
              expect(await store.create(acceptedJob(twin(order, now)))).toBe('created');
              break;
            }
          }
          expect((await found(order.id)).submissionNonce).toBe('nonce-2');
        }
      });

      it('leaves an open job where it is, and a tombstone for two days', async () => {
        const open = await created();
        expect(await store.create(acceptedJob(twin(open, noon + 24 * hour)))).toBe('taken');
        const deleted = await ended({ deadlineAt: noon });
        await store.apply(deleted.id, endings.erase(await found(deleted.id), noon + hour));
        expect(await found(deleted.id)).toMatchObject({ status: 'cancelled', deletedAt: noon + hour, images: [] });
        expect(await store.create(acceptedJob(twin(deleted, noon + 49 * hour - 1)))).toBe('taken');
        expect(await store.create(acceptedJob(twin(deleted, noon + 49 * hour)))).toBe('created');
        expect(await store.find(deleted.id)).not.toHaveProperty('deletedAt');
      });
    });
  });
}
