import { beforeAll, describe, expect, it } from 'vitest';
import * as endings from '../../../lambda/domain/endings.ts';
import { acceptedJob, type Job, type JobOrder } from '../../../lambda/domain/job.ts';
import type { JobStore } from '../../../lambda/domain/ports.ts';
import * as transitions from '../../../lambda/domain/transitions.ts';
import { noon } from '../../support/sample-job.ts';
import { newOrder } from './job-store-samples.ts';

/** What every job store promises of taking jobs away, and of places that are free again. `open` is called once. */
export function jobStoreRemovalContract(name: string, open: () => Promise<JobStore>): void {
  describe(name, () => {
    let store: JobStore;
    beforeAll(async () => {
      store = await open();
    });

    async function created(changes: Partial<JobOrder> = {}): Promise<JobOrder> {
      const order = newOrder(changes);
      expect(await store.create(order)).toBe('created');
      return order;
    }
    async function found(id: string): Promise<Job> {
      const job = await store.find(id);
      if (!job) throw new Error('The job is gone.');
      return job;
    }

    describe('remove', () => {
      it('takes away a submission that nobody has seen, once', async () => {
        const order = await created();
        expect(await store.remove(order.id, transitions.undoable(order))).toBe(true);
        expect(await store.find(order.id)).toBeUndefined();
        expect(await store.remove(order.id, transitions.undoable(order))).toBe(false);
      });

      it("leaves alone another's submission, one that is worked on, and one that somebody was told of", async () => {
        const [other, claimed, told] = [await created(), await created(), await created()];
        await store.apply(claimed.id, transitions.claim(0, noon, 120));
        await store.apply(told.id, transitions.countReplay(acceptedJob(told)));
        const notMine = transitions.undoable({ ...other, submissionNonce: 'nonce-2' });
        expect(await store.remove(other.id, notMine)).toBe(false);
        expect(await store.remove(claimed.id, transitions.undoable(claimed))).toBe(false);
        expect(await store.remove(told.id, transitions.undoable(told))).toBe(false);
        for (const { id } of [other, claimed, told]) expect(await store.find(id)).toBeDefined();
      });

      it('needs no condition, but a job', async () => {
        const { id } = await created();
        expect(await store.remove(id, [])).toBe(true);
        expect(await store.remove(id, [])).toBe(false);
      });

      it('loses or wins against a claim, never both', async () => {
        for (let round = 0; round < 10; round += 1) {
          const order = await created();
          const [removed, claimed] = await Promise.all([
            store.remove(order.id, transitions.undoable(order)),
            store.apply(order.id, transitions.claim(0, noon, 120)),
          ]);
          expect(removed).toBe(!claimed.applied);
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
        expect(await store.create(twin(order, noon + 59_999))).toBe('taken');
        expect(await store.create(twin(order, noon + 60_000))).toBe('created');
        expect(await store.find(order.id)).toEqual(acceptedJob(twin(order, noon + 60_000)));
      });

      it('agrees with isForgotten on when that is', async () => {
        for (const changes of [
          { resultTtlSeconds: 1 },
          { fingerprint: 'f' },
          { resultTtlSeconds: 90_000, fingerprint: 'f' },
        ]) {
          const order = await ended(changes);
          const job = await found(order.id);
          for (const second of [0, 1, 2, 3599, 3600, 86_399, 86_400, 89_999, 90_000]) {
            const now = noon + second * 1000 + 500;
            const free = endings.isForgotten(job, now);
            if (!free) expect(await store.create(twin(order, now))).toBe('taken');
            if (free) {
              expect(await store.create(twin(order, now))).toBe('created');
              break;
            }
          }
          expect((await found(order.id)).submissionNonce).toBe('nonce-2');
        }
      });

      it('leaves an open job where it is, and a tombstone for two days', async () => {
        const open = await created();
        expect(await store.create(twin(open, noon + 86_400_000))).toBe('taken');
        const deleted = await ended({});
        await store.apply(deleted.id, endings.erase(await found(deleted.id), noon));
        expect(await found(deleted.id)).toMatchObject({ status: 'cancelled', deletedAt: noon, images: [] });
        expect(await store.create(twin(deleted, noon + 172_799_999))).toBe('taken');
        expect(await store.create(twin(deleted, noon + 172_800_000))).toBe('created');
        expect(await store.find(deleted.id)).not.toHaveProperty('deletedAt');
      });
    });
  });
}
