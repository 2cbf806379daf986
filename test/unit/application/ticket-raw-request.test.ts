import { describe, expect, it } from 'vitest';
import { type Act, createWorkerFixture, deliverImages } from '../../support/worker-fixture.ts';

const wait: Act = async (call) => {
  call.keepRawRequest({ prompt: 'a boat' });
  return { status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 7 };
};

const finishedJob = async (wanted: boolean) => {
  const fixture = createWorkerFixture([wait], {
    resume: [deliverImages()],
    order: { rawWanted: { request: wanted, response: false } },
  });
  await fixture.accept();
  await fixture.process();
  fixture.clock.advance(7);
  await fixture.process({}, { hop: 1 });
  const job = await fixture.job();
  if (job.status !== 'completed') throw new Error(`The job is ${job.status}.`);
  return { fixture, result: job.result };
};

describe('conclude', () => {
  it('shows what was sent for a ticket, though another invocation gets the images', async () => {
    const { fixture, result } = await finishedJob(true);
    expect(await fixture.images.findJson(result.rawRequestKey ?? '')).toEqual({ prompt: 'a boat' });
  });

  it('keeps nothing of it where nobody asked', async () => {
    expect((await finishedJob(false)).result.rawRequestKey).toBeUndefined();
  });
});
