import { describe, expect, it } from 'vitest';
import { type Act, createWorkerBench, deliverImages } from '../../support/worker-bench.ts';

const wait: Act = async (call) => {
  call.keepRawRequest({ prompt: 'a boat' });
  return { status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 7 };
};

const finishedJob = async (wanted: boolean) => {
  const bench = createWorkerBench([wait], {
    resume: [deliverImages()],
    order: { rawWanted: { request: wanted, response: false } },
  });
  await bench.accept();
  await bench.process();
  bench.clock.advance(7);
  await bench.process({}, { hop: 1 });
  const job = await bench.job();
  if (job.status !== 'completed') throw new Error(`The job is ${job.status}.`);
  return { bench, result: job.result };
};

describe('conclude', () => {
  it('shows what was sent for a ticket, though another invocation gets the images', async () => {
    const { bench, result } = await finishedJob(true);
    expect(await bench.images.findJson(result.rawRequestKey ?? '')).toEqual({ prompt: 'a boat' });
  });

  it('keeps nothing of it where nobody asked', async () => {
    expect((await finishedJob(false)).result.rawRequestKey).toBeUndefined();
  });
});
