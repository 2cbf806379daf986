import { beforeEach, describe, expect, it } from 'vitest';
import * as endings from '../../../lambda/domain/jobs/endings.ts';
import { acceptedJob, type OpenJob } from '../../../lambda/domain/jobs/job.ts';
import type { OpenJobEntry } from '../../../lambda/domain/jobs/open-job-entry.ts';
import * as transitions from '../../../lambda/domain/jobs/transitions.ts';
import type { JobStore, OpenJobs } from '../../../lambda/domain/ports.ts';
import { entriesOf } from '../../support/memory-open-jobs.ts';
import { noon, sampleJob } from '../../support/sample-job.ts';
import { newOrder } from './job-store-samples.ts';

const idsOf = (entries: readonly OpenJobEntry[]) => entries.map(({ id }) => id).sort();

/** What the index of open jobs promises. `open` gives an empty store and its index, for each case anew. */
export function openJobsContract(name: string, open: () => Promise<{ jobs: JobStore; openJobs: OpenJobs }>): void {
  describe(name, () => {
    let jobs: JobStore;
    let openJobs: OpenJobs;
    beforeEach(async () => {
      ({ jobs, openJobs } = await open());
    });

    async function accepted(deadlineAt: number): Promise<string> {
      const order = newOrder({ deadlineAt });
      await jobs.create(acceptedJob(order));
      return order.id;
    }
    const claimed = async (id: string, now: number): Promise<OpenJob> =>
      (await jobs.apply(id, transitions.claim(0, now, 120))).job as OpenJob;
    const later = noon + 1800_000;
    const ofAll = async (read: (shard: string) => AsyncIterable<readonly OpenJobEntry[]>) =>
      (await Promise.all(openJobs.shards.map((shard) => entriesOf(read(shard))))).flat();
    const readOverdue = (now: number) => ofAll((shard) => openJobs.overdue(shard, now));
    const readAsleep = (now: number, dueBefore: number) => ofAll((shard) => openJobs.asleep(shard, now, dueBefore));

    it('shows of a job what a caretaker decides by', async () => {
      const id = await accepted(later);
      const job = await claimed(id, noon);
      await jobs.apply(id, transitions.scheduleNextHop(job, noon + 5000));
      expect(await readOverdue(later)).toEqual([
        {
          id,
          owner: 'vk_1',
          lane: 'shared',
          deadlineAt: later,
          hop: 1,
          dueAt: noon + 5000,
          claim: 1,
          leaseUntil: 0,
          wakeAt: 0,
          wakeups: 0,
        },
      ]);
    });

    it('finds what is overdue, of every shard and however many', async () => {
      const late = await Promise.all(Array.from({ length: 40 }, (_, at) => accepted(noon - at)));
      const inTime = await accepted(noon + 1);
      expect(idsOf(await readOverdue(noon))).toEqual([...late].sort());
      expect(idsOf(await readOverdue(noon + 1))).toContain(inTime);
    });

    it('gives of a shard what has just become overdue first, and of those asleep what is due to end the soonest', async () => {
      const deadlines = Array.from({ length: 60 }, (_, at) => noon + ((at * 7) % 60) * 1000);
      for (const deadlineAt of deadlines) await accepted(deadlineAt);
      for (const shard of openJobs.shards) {
        const times = async (pages: AsyncIterable<readonly OpenJobEntry[]>) =>
          (await entriesOf(pages)).map(({ deadlineAt }) => deadlineAt);
        const late = await times(openJobs.overdue(shard, later));
        expect(late).toEqual(late.toSorted((one, other) => other - one));
        expect(await times(openJobs.asleep(shard, noon - 1, noon))).toEqual(late.toReversed());
      }
    });

    it('shows no job that has ended', async () => {
      const [cancelled, open] = [await accepted(noon), await accepted(noon)];
      await jobs.apply(cancelled, endings.cancel(sampleJob({ id: cancelled }), noon));
      expect(idsOf(await readOverdue(noon))).toEqual([open]);
      expect(idsOf(await readAsleep(noon - 1, noon))).toEqual([open]);
    });

    it('finds asleep what was due in time, has no worker, was not woken lately, and is not overdue', async () => {
      const now = noon + 300_000;
      const asleep = await accepted(later);
      const [working, given, resting, woken] = [
        await accepted(later),
        await accepted(later),
        await accepted(later),
        await accepted(later),
      ];
      await accepted(now);
      await claimed(working, now - 120_000 - transitions.clockSkewSeconds * 1000 + 1);
      const job = await claimed(given, noon);
      await jobs.apply(given, transitions.scheduleNextHop(job, noon + 1000));
      const other = await claimed(resting, noon);
      await jobs.apply(resting, transitions.scheduleNextHop(other, now - 119_999));
      const [entry] = (await readAsleep(now, noon)).filter(({ id }) => id === woken);
      if (!entry) throw new Error('The job is not asleep.');
      await jobs.apply(woken, transitions.wake(entry, now, 120));
      expect(idsOf(await readAsleep(now, now - 120_000))).toEqual([asleep, given].sort());
      expect(idsOf(await readAsleep(now + 120_000, now))).toContain(woken);
    });
  });
}
