import { describe, expect, it } from 'vitest';
import type { Ticket } from '../../../../lambda/domain/jobs/attempt.ts';
import { cancel, failOverdue } from '../../../../lambda/domain/jobs/endings.ts';
import type { OpenJob } from '../../../../lambda/domain/jobs/job.ts';
import { claim, startAttempt } from '../../../../lambda/domain/jobs/transitions.ts';
import { noon, sampleAttempt } from '../../../support/sample-job.ts';
import { type Act, createMessage, createWorkerBench, keysOf } from '../../../support/worker-bench.ts';

const done = { word: 'finished' };

function createEndBench(script: Act[] = [], resume: Act[] = []) {
  const calledOff: { ticket: Ticket; apiKey: string }[] = [];
  const bench = createWorkerBench(script, {
    resume,
    cancel: async (ticket, call) => void calledOff.push({ ticket, apiKey: call.apiKey }),
  });
  return {
    ...bench,
    calledOff,
    async cancel(): Promise<void> {
      await bench.jobs.apply(bench.order.id, cancel(await bench.job(), bench.clock.now()));
    },
    /** A worker takes the job, has a request under way, and is never heard of again. */
    async vanish(ticket?: Ticket): Promise<void> {
      const claimed = await bench.jobs.apply(bench.order.id, claim(0, bench.clock.now(), 120));
      const attempt = sampleAttempt(ticket ? { ticket } : {});
      await bench.jobs.apply(bench.order.id, startAttempt(claimed.job as OpenJob, attempt));
    },
  };
}

const waiting: Act = async () => ({ status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 60 });

describe('settleEndedJob', () => {
  it("calls off a cancelled job's work at the provider, and closes its entry", async () => {
    const bench = createEndBench([waiting]);
    await bench.accept();
    await bench.process();
    await bench.cancel();
    const before = await bench.job();
    expect(await bench.process({}, { hop: 0 })).toEqual(done);
    expect(bench.calledOff).toEqual([{ ticket: { id: 't-1' }, apiKey: 'provider-key' }]);
    const after = await bench.job();
    expect(after.attempts).toMatchObject([{ outcome: 'abandoned', billed: 'unknown', ticket: { id: 't-1' } }]);
    expect({ ...after, attempts: [], ledgerVersion: 0 }).toEqual({ ...before, attempts: [], ledgerVersion: 0 });
  });

  it('does so once, however many wake-ups come', async () => {
    const bench = createEndBench([waiting]);
    await bench.accept();
    await bench.process();
    await bench.cancel();
    for (const hop of [0, 1, 1, 7]) expect(await bench.process({}, { hop })).toEqual(done);
    expect(bench.calledOff).toHaveLength(1);
    expect(bench.events.filter(({ code }) => code === 'attempt_settled')).toHaveLength(1);
  });

  it("calls off an overdue job's work", async () => {
    const bench = createEndBench([waiting]);
    await bench.accept();
    await bench.process();
    bench.clock.set(bench.order.deadlineAt);
    await bench.jobs.apply(bench.order.id, failOverdue(await bench.job(), bench.clock.now(), 120));
    expect(await bench.process({}, { hop: 1 })).toEqual(done);
    expect(bench.calledOff).toHaveLength(1);
    expect((await bench.job()).attempts).toMatchObject([{ outcome: 'abandoned' }]);
  });

  it('calls off what a worker still holds a ticket for when it meets the deadline itself', async () => {
    const bench = createEndBench([waiting]);
    await bench.accept();
    await bench.process();
    bench.clock.set(bench.order.deadlineAt);
    expect(await bench.process({}, { hop: 1 })).toEqual(done);
    expect(await bench.job()).toMatchObject({
      status: 'failed',
      failure: { code: 'deadline_exceeded' },
      attempts: [{ outcome: 'abandoned' }],
    });
    expect(bench.calledOff).toHaveLength(1);
  });

  it('closes the entry though the provider can not be told, or has no way to be', async () => {
    for (const keys of [{ ...keysOf(['k']), keysFor: () => Promise.reject(new Error('no key')) }, keysOf(['k'])]) {
      const bench = createWorkerBench([waiting], { resume: [], cancel: () => Promise.reject(new Error('503')) });
      await bench.accept();
      await bench.process();
      await bench.jobs.apply(bench.order.id, cancel(await bench.job(), noon));
      expect(await bench.process({ keys }, { hop: 1 })).toEqual(done);
      expect((await bench.job()).attempts).toMatchObject([{ outcome: 'abandoned' }]);
      expect(bench.events.some(({ code }) => code === 'ticket_cancel_failed')).toBe(true);
    }
  });

  it('waits for the lease of a worker that may still have its own word to say', async () => {
    const bench = createEndBench();
    await bench.accept();
    await bench.vanish({ id: 't-2' });
    await bench.cancel();
    bench.clock.advance(30);
    expect(await bench.process()).toEqual({ word: 'keep', afterSeconds: 100 });
    expect(bench.calledOff).toEqual([]);
    expect((await bench.job()).attempts).toMatchObject([{ outcome: 'started' }]);
    bench.clock.advance(95);
    expect(await bench.process()).toEqual(done);
    expect(bench.calledOff).toHaveLength(1);
    expect((await bench.job()).attempts).toMatchObject([{ outcome: 'abandoned' }]);
  });
});

describe('processJob, when its job is cancelled under it', () => {
  it('stops the provider request with the next heartbeat, and settles the entry', async () => {
    let reason: unknown;
    const bench = createEndBench([
      async (call) => {
        await bench.cancel();
        await new Promise((resolve) => call.signal.addEventListener('abort', resolve, { once: true }));
        reason = call.signal.reason;
        throw reason;
      },
    ]);
    await bench.accept();
    const settings = { ...bench.dependencies.settings, heartbeatSeconds: 0.02 };
    const startedAt = performance.now();
    expect((await bench.process({ settings })).word).toBe('keep');
    expect(performance.now() - startedAt).toBeLessThan(5000);
    expect(reason).toMatchObject({ name: 'JobLost' });
    expect(await bench.job()).toMatchObject({
      status: 'cancelled',
      attempts: [{ outcome: 'unknown_outcome', billed: 'unknown' }],
    });
    expect(await bench.process({}, {}, createMessage())).toEqual(done);
    expect(bench.asked).toHaveLength(1);
  });

  it('keeps the ticket that a provider gave after the end, so that it can be called off', async () => {
    const bench = createEndBench([
      async (call, model) => {
        await bench.cancel();
        return waiting(call, model);
      },
    ]);
    await bench.accept();
    expect((await bench.process()).word).toBe('keep');
    expect((await bench.job()).attempts).toMatchObject([{ outcome: 'started', ticket: { id: 't-1' } }]);
    bench.clock.advance(125);
    expect(await bench.process()).toEqual(done);
    expect(bench.calledOff).toMatchObject([{ ticket: { id: 't-1' } }]);
  });
});
