import { describe, expect, it } from 'vitest';
import { systemTimers } from '../../../lambda/adapters/system-timers.ts';
import { submitJob } from '../../../lambda/application/submit-job.ts';
import { waitForEnd } from '../../../lambda/application/wait-for-end.ts';
import { cancel } from '../../../lambda/domain/endings.ts';
import { maxLooks } from '../../../lambda/domain/wait-schedule.ts';
import { grantWait } from '../../../lambda/http/grant-wait.ts';
import { createApiBench, received, sampleCaller } from '../../support/api-bench.ts';
import { pngBytes } from '../../support/image-bytes.ts';
import { noon } from '../../support/sample-job.ts';
import { inVirtualTime, seconds } from '../../support/virtual-time.ts';

const clock = { now: () => Date.now() };
const timers = systemTimers;

async function waiting() {
  const bench = createApiBench();
  await bench.accept();
  const { order, jobs, catalog } = bench;
  const job = await jobs.find(order.id);
  if (!job) throw new Error('The job is gone.');
  let looks = 0;
  const find: typeof jobs.find = (id) => {
    looks += 1;
    return jobs.find(id);
  };
  const dependencies = { jobs: { find }, catalog, clock, timers };
  return { job, jobs, dependencies, looks: () => looks };
}

describe('waitForEnd', () => {
  it('gives the job soon after its end, around the typical time of its model', () =>
    inVirtualTime(noon, 100, async () => {
      const { job, jobs, dependencies } = await waiting();
      const ending = seconds(20.01).then(() => jobs.apply(job.id, cancel(job, Date.now())));
      const ended = await waitForEnd(dependencies, job, noon + 25_000);
      await ending;
      expect(ended.status).toBe('cancelled');
      expect(Date.now() - noon - 20_010).toBeLessThan(400);
    }));

  it('ends when the time is over, after forty looks at most', () =>
    inVirtualTime(noon, 100, async () => {
      const { job, dependencies, looks } = await waiting();
      expect((await waitForEnd(dependencies, job, noon + 25_000)).status).toBe('pending');
      expect(Date.now()).toBe(noon + 25_000);
      expect(looks()).toBeLessThanOrEqual(maxLooks);
    }));

  it('ends in time where a look hangs or fails', () =>
    inVirtualTime(noon, 100, async () => {
      const { job, dependencies } = await waiting();
      const hanging = { ...dependencies, jobs: { find: () => new Promise<undefined>(() => {}) } };
      expect(await waitForEnd(hanging, job, noon + 5000)).toBe(job);
      expect(Date.now()).toBe(noon + 5000);
      const failing = { ...dependencies, jobs: { find: () => Promise.reject(new Error('down')) } };
      expect(await waitForEnd(failing, job, noon + 10_000)).toBe(job);
      expect(Date.now()).toBe(noon + 10_000);
    }));

  it('ends a wait of a slow submission within what was granted from its arrival', () =>
    inVirtualTime(noon, 100, async () => {
      const bench = createApiBench();
      // One lost answer: a time-out of three seconds, then a quick second try.
      const put: typeof bench.images.put = (...given) => seconds(3.4).then(() => bench.images.put(...given));
      const submission = { operation: 'edit', prompt: 'p', n: 1, parameters: {}, extra: {} } as const;
      const edit = received({ submission, images: [{ param: 'image', bytes: pngBytes(100) }] });
      const submitting = { ...bench.submitting, clock, images: { ...bench.images, put } };
      const accepted = await submitJob(submitting, sampleCaller(), 'r', edit);
      const time = { arrivedAt: noon, now: Date.now(), remainingMilliseconds: 28_000 - (Date.now() - noon) };
      const { until } = grantWait({ ...time, askedSeconds: 25, maxSeconds: 20 });
      await waitForEnd({ jobs: bench.jobs, catalog: bench.catalog, clock, timers }, accepted.job, until);
      expect(Date.now() - noon).toBe(20_000);
    }));
});
