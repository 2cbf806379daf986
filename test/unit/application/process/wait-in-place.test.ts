import { describe, expect, it } from 'vitest';
import { systemTimers } from '../../../../lambda/adapters/system-timers.ts';
import { cancel } from '../../../../lambda/domain/jobs/endings.ts';
import type { JobStore } from '../../../../lambda/domain/ports.ts';
import { noon } from '../../../support/sample-job.ts';
import { inVirtualTime, seconds } from '../../../support/virtual-time.ts';
import {
  type Act,
  createMessage,
  createWorkerFixture,
  deliverImages,
  failWith,
} from '../../../support/worker-fixture.ts';

const busy = failWith('overloaded', 'busy', { statusCode: 500 });
const real = { clock: { now: () => Date.now() }, timers: systemTimers };

/** One worker's invocation in virtual time: what came of it, which writes it made, and how long it took. */
const invoke = (
  script: Act[],
  {
    secondsLeft = 420,
    heartbeatSeconds = 45,
    meanwhile = async () => {},
  }: {
    readonly secondsLeft?: number;
    readonly heartbeatSeconds?: number;
    readonly meanwhile?: (fixture: ReturnType<typeof createWorkerFixture>) => Promise<void>;
  } = {},
) =>
  inVirtualTime(noon, 1000, async () => {
    const fixture = createWorkerFixture(script);
    await fixture.accept();
    const writes: string[] = [];
    const apply: JobStore['apply'] = (id, transition) => {
      writes.push(transition.name);
      return fixture.jobs.apply(id, transition);
    };
    const settings = { ...fixture.dependencies.settings, heartbeatSeconds };
    const over = { ...real, jobs: { ...fixture.jobs, apply }, settings };
    const endsAt = Date.now() + secondsLeft * 1000;
    const working = fixture.process(over, {}, createMessage(), () => (endsAt - Date.now()) / 1000);
    const [verdict] = await Promise.all([working, meanwhile(fixture)]);
    const wakeUps = fixture.queue.take();
    return { verdict, job: await fixture.job(), asked: fixture.asked.length, writes, wakeUps, took: Date.now() - noon };
  });

describe('waitInPlace', () => {
  it('waits for seconds within the worker: two answers of 500 cost no hop and six seconds at most', async () => {
    const { job, asked, wakeUps, took } = await invoke([busy, busy, deliverImages()]);
    expect(job).toMatchObject({ status: 'completed', hop: 0, claim: 1 });
    expect(asked).toBe(3);
    expect(wakeUps).toEqual([]);
    expect(took).toBe(6000);
  });

  it('keeps the lease meanwhile', async () => {
    const { writes } = await invoke([busy, deliverImages()], { heartbeatSeconds: 0.9 });
    expect(writes.slice(2, 6)).toEqual(['updateAttempt', 'renew', 'renew', 'startAttempt']);
  });

  it('leaves a wait of more than five seconds to the queue', async () => {
    const patient = failWith('overloaded', 'busy', { statusCode: 503, retryAfterSeconds: 6 });
    const { wakeUps, took } = await invoke([patient]);
    expect(wakeUps).toMatchObject([{ wakeUp: { hop: 1 }, delaySeconds: 6 }]);
    expect(took).toBe(0);
  });

  it('leaves a wait to the queue where the function has no time for the request after it', async () => {
    // The request and the storing of its images may take 330 seconds, and the wait takes two.
    expect((await invoke([busy], { secondsLeft: 331.9 })).wakeUps).toHaveLength(1);
    expect((await invoke([busy, deliverImages()], { secondsLeft: 332 })).wakeUps).toEqual([]);
  });

  it('makes no request for a job that was cancelled meanwhile', async () => {
    const { job, asked, verdict } = await invoke([busy], {
      async meanwhile(fixture) {
        await seconds(1);
        await fixture.jobs.apply(fixture.order.id, cancel(await fixture.job(), Date.now()));
      },
    });
    expect(job.status).toBe('cancelled');
    expect(asked).toBe(1);
    expect(verdict.action).toBe('retry');
  });

  it('ends at once where the heartbeat finds that the job is lost', async () => {
    const { took, asked } = await invoke([busy], {
      heartbeatSeconds: 0.5,
      async meanwhile(fixture) {
        await seconds(0.1);
        await fixture.jobs.apply(fixture.order.id, cancel(await fixture.job(), Date.now()));
      },
    });
    expect(asked).toBe(1);
    expect(took).toBe(500);
  });

  it('goes on after a timer that was ahead of the clock', async () => {
    const fixture = createWorkerFixture([busy, deliverImages()]);
    await fixture.accept();
    const hasty = { after: (_: number, callback: () => void) => systemTimers.after(0, callback) };
    const timers = {
      after: (ms: number, callback: () => void) => (ms === 2000 ? hasty : systemTimers).after(ms, callback),
    };
    await fixture.process({ timers });
    expect((await fixture.job()).status).toBe('completed');
  });
});
