import { describe, expect, it } from 'vitest';
import { acceptedJob } from '../../../lambda/domain/jobs/job.ts';
import { noon, sampleOrder } from '../../support/sample-job.ts';
import { inVirtualTime, seconds } from '../../support/virtual-time.ts';
import { type Act, createMessage, createWorkerFixture, deliverImages, failWith } from '../../support/worker-fixture.ts';

const window = { requests: 15, seconds: 5 };

/** Lets jobs of two owners come to a provider that takes so many requests in a window that slides, each on a worker of its own. */
const burst = (counts: Readonly<Record<string, number>>) =>
  inVirtualTime(noon, 600, async () => {
    let taken: number[] = [];
    let refused = 0;
    const act: Act = async (call, model) => {
      taken = taken.filter((at) => at > Date.now() - window.seconds * 1000);
      await seconds(0.1);
      if (taken.length >= window.requests) {
        refused += 1;
        const retryAfterSeconds = Math.ceil(((taken.at(-window.requests) ?? 0) - Date.now()) / 1000 + window.seconds);
        return failWith('rate_limited', 'Too many.', { statusCode: 429, retryAfterSeconds })(call, model);
      }
      taken.push(Date.now());
      await seconds(0.4);
      return deliverImages()(call, model);
    };
    let drawn = 7;
    const random = () => {
      drawn = (drawn * 48_271) % 2_147_483_647;
      return drawn / 2_147_483_647;
    };
    const fixture = createWorkerFixture(Array.from({ length: 1000 }, () => act));
    const clock = { now: () => Date.now() };
    const live = async (id: string): Promise<number> => {
      for (let hop = 0; ; hop += 1) {
        await fixture.process({ clock, random }, { jobId: id, hop }, createMessage());
        const job = await fixture.jobs.find(id);
        if (job?.status === 'completed') return (Date.now() - noon) / 1000;
        if (job?.status !== 'processing') throw new Error(`The job is ${job?.status}.`);
        await seconds(Math.max(0, (job.dueAt - Date.now()) / 1000) + random());
      }
    };
    const ends: Record<string, number> = {};
    await Promise.all(
      Object.entries(counts).flatMap(([owner, count]) =>
        Array.from({ length: count }, async (_, index) => {
          const id = `${owner}-${index}`;
          await fixture.jobs.create(acceptedJob(sampleOrder({ id, owner })));
          ends[owner] = Math.max(ends[owner] ?? 0, await live(id));
        }),
      ),
    );
    return { ends, refused };
  });

describe('a burst of jobs at a provider that limits the rate', () => {
  it('learns the rate from the first refusals, fails no job, and lets a second owner have its turns', async () => {
    const { ends, refused } = await burst({ first: 60, second: 4 });
    // All but the window's worth of those that came at once, and few afterwards.
    expect(refused).toBeLessThanOrEqual(64 - window.requests + 5);
    expect(ends.first).toBeLessThan(90);
    expect(ends.second).toBeLessThan((ends.first ?? 0) - 3);
  });
});
