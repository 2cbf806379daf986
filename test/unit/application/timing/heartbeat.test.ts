import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemTimers } from '../../../../lambda/adapters/system-timers.ts';
import { Heartbeat, JobLost } from '../../../../lambda/application/timing/heartbeat.ts';
import { cancel } from '../../../../lambda/domain/jobs/endings.ts';
import type { OpenJob } from '../../../../lambda/domain/jobs/job.ts';
import { claim, scheduleNextHop } from '../../../../lambda/domain/jobs/transitions.ts';
import type { JobStore } from '../../../../lambda/domain/ports.ts';
import { type ApiFixture, createApiFixture } from '../../../support/api-fixture.ts';
import { createMessage, type RecordedMessage } from '../../../support/worker-fixture.ts';

const settings = { leaseSeconds: 120, heartbeatSeconds: 45 };

/** A claimed job with its heart beating, and the fixture's clock going with the fake timers. */
async function beating(jobsOf: (fixture: ApiFixture) => Partial<JobStore> = () => ({}), message = createMessage()) {
  const fixture = createApiFixture();
  const clock = { now: () => Date.now() };
  vi.setSystemTime(fixture.clock.now());
  await fixture.accept();
  const job = (await fixture.jobs.apply(fixture.order.id, claim(0, clock.now(), 120))).job as OpenJob;
  const done: string[] = [];
  const jobs: JobStore = {
    ...fixture.jobs,
    apply: (id, transition) => {
      done.push(transition.name);
      return fixture.jobs.apply(id, transition);
    },
    ...jobsOf(fixture),
  };
  const recorded: RecordedMessage = {
    ...message,
    hideFor: async (seconds) => {
      done.push('hide');
      await message.hideFor(seconds);
    },
  };
  const heartbeat = new Heartbeat({ ...fixture, jobs, clock, timers: systemTimers, settings }, job, recorded);
  return { fixture, job, heartbeat, done, message, lease: () => fixture.jobs.record(job.id)?.leaseUntil };
}

describe('Heartbeat', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0); // nothing is left running
    vi.useRealTimers();
  });

  it('renews the lease, and then hides the message for as long and ten seconds more', async () => {
    const { heartbeat, done, message, lease, job } = await beating();
    await vi.advanceTimersByTimeAsync(44_999);
    expect(done).toEqual([]);
    await vi.advanceTimersByTimeAsync(45_001);
    expect(done).toEqual(['renew', 'hide', 'renew', 'hide']);
    expect(message.hidden).toEqual([130, 130]);
    expect(lease()).toBe(job.leaseUntil + 90_000);
    expect(heartbeat.lost.aborted).toBe(false);
    await heartbeat.stop();
  });

  it('lets go of a job that was cancelled, with the next beat', async () => {
    const { fixture, heartbeat, job } = await beating();
    await fixture.jobs.apply(job.id, cancel(job, Date.now()));
    await vi.advanceTimersByTimeAsync(45_000);
    expect(heartbeat.lost.reason).toBeInstanceOf(JobLost);
    await heartbeat.stop();
  });

  it('lets go of a job that another worker has claimed', async () => {
    const { fixture, heartbeat, job } = await beating();
    const applied = await fixture.jobs.apply(job.id, claim(0, job.leaseUntil + 5000, 120));
    expect(applied.applied).toBe(true);
    await vi.advanceTimersByTimeAsync(45_000);
    expect(heartbeat.lost.aborted).toBe(true);
    await heartbeat.stop();
  });

  it('leaves a lease that was given back as it is', async () => {
    const { fixture, heartbeat, job, lease } = await beating();
    await fixture.jobs.apply(job.id, scheduleNextHop(job, Date.now() + 7000));
    await vi.advanceTimersByTimeAsync(45_000);
    expect(lease()).toBe(0);
    await heartbeat.stop();
  });

  it.each([
    ['fails', () => Promise.reject(new Error('down'))],
    ['does not answer', () => new Promise<never>(() => {})],
  ])('gives up fifteen seconds before the lease ends when the store %s', async (_, apply) => {
    const { heartbeat } = await beating(() => ({ apply }));
    await vi.advanceTimersByTimeAsync(104_999);
    expect(heartbeat.lost.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(heartbeat.lost.reason).toBeInstanceOf(JobLost);
    if (_ === 'fails') await heartbeat.stop();
  });

  it('tries again soon after a failed renewal, and counts from the last good one', async () => {
    let failures = 2;
    const { heartbeat, lease, job, fixture } = await beating((of) => ({
      apply: (id, transition) => (failures-- > 0 ? Promise.reject(new Error('down')) : of.jobs.apply(id, transition)),
    }));
    await vi.advanceTimersByTimeAsync(55_000);
    expect(lease()).toBe(job.leaseUntil + 55_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(heartbeat.lost.aborted).toBe(false);
    expect(fixture.codes()).toEqual(['renewal_failed', 'renewal_failed']);
    await heartbeat.stop();
  });

  it('keeps the lease though the message can not be hidden', async () => {
    const message = { ...createMessage(), hideFor: () => Promise.reject(new Error('down')) };
    const { heartbeat, lease, job } = await beating(undefined, message);
    await vi.advanceTimersByTimeAsync(90_000);
    expect(lease()).toBe(job.leaseUntil + 90_000);
    await heartbeat.stop();
  });

  it('stops only when a beat under way is over, and then beats no more', async () => {
    let answer = () => {};
    const { heartbeat, done } = await beating((of) => ({
      apply: async (id, transition) => {
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
        return of.jobs.apply(id, transition);
      },
    }));
    await vi.advanceTimersByTimeAsync(45_000);
    let stopped = false;
    const stopping = heartbeat.stop().then(() => {
      stopped = true;
    });
    await vi.advanceTimersByTimeAsync(1000);
    expect(stopped).toBe(false);
    answer();
    await stopping;
    expect(done).toEqual(['hide']);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(done).toEqual(['hide']);
    expect(heartbeat.lost.aborted).toBe(false);
  });
});
