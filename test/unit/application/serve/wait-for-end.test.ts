import { describe, expect, it } from 'vitest';
import { systemTimers } from '../../../../lambda/adapters/system-timers.ts';
import { waitForEnd } from '../../../../lambda/application/serve/wait-for-end.ts';
import { submitJob } from '../../../../lambda/application/submit/submit-job.ts';
import { cancel } from '../../../../lambda/domain/jobs/endings.ts';
import type { OpenJob } from '../../../../lambda/domain/jobs/job.ts';
import { adminCaller } from '../../../../lambda/domain/keys/caller.ts';
import type { GrantedWait } from '../../../../lambda/domain/usage/granted-wait.ts';
import { maxPolls } from '../../../../lambda/domain/usage/wait-schedule.ts';
import type { WaitSlots } from '../../../../lambda/domain/usage/wait-slots.ts';
import { grantWait } from '../../../../lambda/http/request/prefer-wait.ts';
import { createApiFixture, noWait, received, sampleCaller } from '../../../support/api-fixture.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { createMemoryWaitSlots } from '../../../support/memory-wait-slots.ts';
import { noon } from '../../../support/sample-job.ts';
import { inVirtualTime, seconds } from '../../../support/virtual-time.ts';

const clock = { now: () => Date.now() };
const timers = systemTimers;

async function waiting() {
  const fixture = createApiFixture();
  await fixture.accept();
  const { order, jobs, catalog, ids, events, telemetry } = fixture;
  const job = await jobs.find(order.id);
  if (!job) throw new Error('The job is gone.');
  let polls = 0;
  const find: typeof jobs.find = (id) => {
    polls += 1;
    return jobs.find(id);
  };
  const slots = createMemoryWaitSlots({ clock, maxWaits: 2 });
  const entered: string[] = [];
  const waits: WaitSlots = {
    enter(owner, waitId, until) {
      entered.push(owner);
      return slots.enter(owner, waitId, until);
    },
    leave: slots.leave,
  };
  const dependencies = { jobs: { find }, catalog, clock, timers, ids, telemetry, waits };
  return { job, jobs, dependencies, events, entered, polls: () => polls };
}

const caller = sampleCaller();

/** A wait of that many seconds from now, in a function with five minutes. */
const granted = (grantedSeconds: number): GrantedWait => ({
  ...{ until: Date.now() + grantedSeconds * 1000, grantedSeconds, functionEndsAt: Date.now() + 300_000 },
});

describe('waitForEnd', () => {
  it('gives the job soon after its end, around the typical time of its model', () =>
    inVirtualTime(noon, 100, async () => {
      const { job, jobs, dependencies } = await waiting();
      const ending = seconds(20.01).then(() => jobs.apply(job.id, cancel(job, Date.now())));
      const { job: ended, waitedSeconds } = await waitForEnd(dependencies, caller, job, granted(25));
      await ending;
      expect(ended.status).toBe('cancelled');
      expect(waitedSeconds).toBe(25);
      expect(Date.now() - noon - 20_010).toBeLessThan(400);
    }));

  it('ends when the time is over, after forty looks at most', () =>
    inVirtualTime(noon, 100, async () => {
      const { job, dependencies, polls } = await waiting();
      expect((await waitForEnd(dependencies, caller, job, granted(25))).job.status).toBe('pending');
      expect(Date.now()).toBe(noon + 25_000);
      expect(polls()).toBeLessThanOrEqual(maxPolls);
    }));

  it('ends in time where a look hangs or fails', () =>
    inVirtualTime(noon, 100, async () => {
      const { job, dependencies } = await waiting();
      const hanging = { ...dependencies, jobs: { find: () => new Promise<undefined>(() => {}) } };
      expect((await waitForEnd(hanging, caller, job, granted(5))).job).toBe(job);
      expect(Date.now()).toBe(noon + 5000);
      const failing = { ...dependencies, jobs: { find: () => Promise.reject(new Error('down')) } };
      expect((await waitForEnd(failing, caller, job, granted(5))).job).toBe(job);
      expect(Date.now()).toBe(noon + 10_000);
    }));

  it('ends a wait of a slow submission within what was granted from its arrival', () =>
    inVirtualTime(noon, 100, async () => {
      const fixture = createApiFixture();
      // One lost answer: a time-out of three seconds, then a quick second try.
      const put: typeof fixture.images.put = (...given) => seconds(3.4).then(() => fixture.images.put(...given));
      const submission = { operation: 'edit', prompt: 'p', n: 1, parameters: {}, extra: {} } as const;
      const edit = received({ submission, images: [{ param: 'image', bytes: pngBytes(100) }] });
      const submitting = { ...fixture.submitting, clock, images: { ...fixture.images, put } };
      const accepted = await submitJob(submitting, sampleCaller(), 'r', edit);
      const time = { arrivedAt: noon, now: Date.now(), remainingMilliseconds: 28_000 - (Date.now() - noon) };
      const wait = grantWait({ ...time, askedSeconds: 25, maxSeconds: 20 });
      await waitForEnd(
        { ...fixture, waits: createMemoryWaitSlots({ clock, maxWaits: 1 }), clock },
        caller,
        accepted.job,
        wait,
      );
      expect(Date.now() - noon).toBe(20_000);
    }));
});

describe('waitForEnd, among other waits of the same owner', () => {
  it('answers at once, as if no wait had been asked for, where the owner has as many as there may be', () =>
    inVirtualTime(noon, 100, async () => {
      const { job, dependencies, events, polls } = await waiting();
      const held = [1, 2].map(() => waitForEnd(dependencies, caller, job, granted(5)));
      await seconds(1);
      const before = polls();
      expect(await waitForEnd(dependencies, caller, job, granted(5))).toEqual({ job, waitedSeconds: 0 });
      expect(Date.now()).toBe(noon + 1000);
      expect(polls()).toBe(before);
      expect(events).toEqual([
        { code: 'wait_refused', fields: { owner: caller.owner, jobId: job.id }, cause: undefined },
      ]);
      const other = waitForEnd(dependencies, sampleCaller({ owner: 'vk_2' }), job, granted(5));
      for (const each of await Promise.all([...held, other])) expect(each.waitedSeconds).toBe(5);
    }));

  it('counts whoever asks, not the owner of the job, and has room again when a wait is over', () =>
    inVirtualTime(noon, 100, async () => {
      const { job, dependencies, entered } = await waiting();
      const admin = adminCaller('ann');
      for (const _ of [1, 2, 3]) {
        expect((await waitForEnd(dependencies, admin, job, granted(1))).waitedSeconds).toBe(1);
      }
      expect(entered).toEqual(Array(3).fill('admin:ann'));
    }));

  it('counts no wait that is none: not for an ended job, and not where none is granted', () =>
    inVirtualTime(noon, 100, async () => {
      const { job, jobs, dependencies, entered } = await waiting();
      expect(await waitForEnd(dependencies, caller, job, noWait)).toEqual({ job, waitedSeconds: 0 });
      const ended = (await jobs.apply(job.id, cancel(job as OpenJob, Date.now()))).job ?? job;
      expect(await waitForEnd(dependencies, caller, ended, granted(5))).toEqual({ job: ended, waitedSeconds: 5 });
      expect(entered).toEqual([]);
      expect(Date.now()).toBe(noon);
    }));
});
