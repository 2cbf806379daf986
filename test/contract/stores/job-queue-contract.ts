import { beforeAll, describe, expect, it } from 'vitest';
import { type Lane, lanes } from '../../../lambda/domain/jobs/lane.ts';
import type { Addressee, JobQueue } from '../../../lambda/domain/ports.ts';

/** A queue under test, and a look behind it. */
export interface JobQueueUnderTest {
  readonly queue: JobQueue;
  /** What the queue was asked to keep since the last call. */
  sent(): Promise<readonly { wakeUp: unknown; owner: string; lane: Lane; delaySeconds: number }[]>;
}

/** What every queue of wake-ups promises. `open` is called once. */
export function jobQueueContract(name: string, open: () => Promise<JobQueueUnderTest>): void {
  const to: Addressee = { owner: 'key-1', lane: 'shared' };
  describe(name, () => {
    let under: JobQueueUnderTest;
    beforeAll(async () => {
      under = await open();
    });

    it("sends the job's id and hop and nothing else, in the owner's name", async () => {
      const withMore = { jobId: 'job-1', hop: 3, secret: 'stays here' };
      await under.queue.send(withMore, to, 0);
      expect(await under.sent()).toEqual([{ wakeUp: { jobId: 'job-1', hop: 3 }, ...to, delaySeconds: 0 }]);
    });

    it('sends by the lane of the job', async () => {
      for (const lane of lanes) await under.queue.send({ jobId: 'job-1', hop: 0 }, { owner: 'key-1', lane }, 0);
      expect((await under.sent()).map(({ lane }) => lane)).toEqual(lanes);
    });

    it('delays by whole seconds, never by less than was asked', async () => {
      for (const delay of [0.2, 900, -1]) await under.queue.send({ jobId: 'job-1', hop: 0 }, to, delay);
      expect((await under.sent()).map(({ delaySeconds }) => delaySeconds)).toEqual([1, 900, 0]);
    });

    it.each([900.1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a delay of %s seconds', async (delay) => {
      await expect(under.queue.send({ jobId: 'job-1', hop: 0 }, to, delay)).rejects.toThrow(RangeError);
      expect(await under.sent()).toEqual([]);
    });
  });
}
