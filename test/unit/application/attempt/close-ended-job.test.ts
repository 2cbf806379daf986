import { describe, expect, it } from 'vitest';
import type { Ticket } from '../../../../lambda/domain/jobs/attempt.ts';
import { cancel, failOverdue } from '../../../../lambda/domain/jobs/endings.ts';
import type { OpenJob } from '../../../../lambda/domain/jobs/job.ts';
import { claim, startAttempt } from '../../../../lambda/domain/jobs/transitions.ts';
import { noon, sampleAttempt } from '../../../support/sample-job.ts';
import { type Act, createMessage, createWorkerFixture, keysOf } from '../../../support/worker-fixture.ts';

const done = { action: 'delete' };

function createEndFixture(script: Act[] = [], resume: Act[] = []) {
  const calledOff: { ticket: Ticket; apiKey: string }[] = [];
  const fixture = createWorkerFixture(script, {
    resume,
    cancel: async (ticket, call) => void calledOff.push({ ticket, apiKey: call.apiKey }),
  });
  return {
    ...fixture,
    calledOff,
    async cancel(): Promise<void> {
      await fixture.jobs.apply(fixture.order.id, cancel(await fixture.job(), fixture.clock.now()));
    },
    /** A worker takes the job, has a request under way, and is never heard of again. */
    async vanish(ticket?: Ticket): Promise<void> {
      const claimed = await fixture.jobs.apply(fixture.order.id, claim(0, fixture.clock.now(), 120));
      const attempt = sampleAttempt(ticket ? { ticket } : {});
      await fixture.jobs.apply(fixture.order.id, startAttempt(claimed.job as OpenJob, attempt));
    },
  };
}

const waiting: Act = async () => ({ status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 60 });

describe('closeEndedJob', () => {
  it("calls off a cancelled job's work at the provider, and closes its entry", async () => {
    const fixture = createEndFixture([waiting]);
    await fixture.accept();
    await fixture.process();
    await fixture.cancel();
    const before = await fixture.job();
    expect(await fixture.process({}, { hop: 0 })).toEqual(done);
    expect(fixture.calledOff).toEqual([{ ticket: { id: 't-1' }, apiKey: 'provider-key' }]);
    const after = await fixture.job();
    expect(after.attempts).toMatchObject([{ outcome: 'abandoned', billed: 'unknown', ticket: { id: 't-1' } }]);
    expect({ ...after, attempts: [], ledgerVersion: 0 }).toEqual({ ...before, attempts: [], ledgerVersion: 0 });
  });

  it('does so once, however many wake-ups come', async () => {
    const fixture = createEndFixture([waiting]);
    await fixture.accept();
    await fixture.process();
    await fixture.cancel();
    for (const hop of [0, 1, 1, 7]) expect(await fixture.process({}, { hop })).toEqual(done);
    expect(fixture.calledOff).toHaveLength(1);
    expect(fixture.events.filter(({ code }) => code === 'attempt_closed_late')).toHaveLength(1);
  });

  it("calls off an overdue job's work", async () => {
    const fixture = createEndFixture([waiting]);
    await fixture.accept();
    await fixture.process();
    fixture.clock.set(fixture.order.deadlineAt);
    await fixture.jobs.apply(fixture.order.id, failOverdue(await fixture.job(), fixture.clock.now(), 120));
    expect(await fixture.process({}, { hop: 1 })).toEqual(done);
    expect(fixture.calledOff).toHaveLength(1);
    expect((await fixture.job()).attempts).toMatchObject([{ outcome: 'abandoned' }]);
  });

  it('calls off what a worker still holds a ticket for when it meets the deadline itself', async () => {
    const fixture = createEndFixture([waiting]);
    await fixture.accept();
    await fixture.process();
    fixture.clock.set(fixture.order.deadlineAt);
    expect(await fixture.process({}, { hop: 1 })).toEqual(done);
    expect(await fixture.job()).toMatchObject({
      status: 'failed',
      failure: { code: 'deadline_exceeded' },
      attempts: [{ outcome: 'abandoned' }],
    });
    expect(fixture.calledOff).toHaveLength(1);
  });

  it('closes the entry though the provider can not be told, or has no way to be', async () => {
    for (const keys of [{ ...keysOf(['k']), keysFor: () => Promise.reject(new Error('no key')) }, keysOf(['k'])]) {
      const fixture = createWorkerFixture([waiting], { resume: [], cancel: () => Promise.reject(new Error('503')) });
      await fixture.accept();
      await fixture.process();
      await fixture.jobs.apply(fixture.order.id, cancel(await fixture.job(), noon));
      expect(await fixture.process({ keys }, { hop: 1 })).toEqual(done);
      expect((await fixture.job()).attempts).toMatchObject([{ outcome: 'abandoned' }]);
      expect(fixture.events.some(({ code }) => code === 'ticket_cancel_failed')).toBe(true);
    }
  });

  it('waits for the lease of a worker that may still have its own word to say', async () => {
    const fixture = createEndFixture();
    await fixture.accept();
    await fixture.vanish({ id: 't-2' });
    await fixture.cancel();
    fixture.clock.advance(30);
    expect(await fixture.process()).toEqual({ action: 'retry', afterSeconds: 100 });
    expect(fixture.calledOff).toEqual([]);
    expect((await fixture.job()).attempts).toMatchObject([{ outcome: 'started' }]);
    fixture.clock.advance(95);
    expect(await fixture.process()).toEqual(done);
    expect(fixture.calledOff).toHaveLength(1);
    expect((await fixture.job()).attempts).toMatchObject([{ outcome: 'abandoned' }]);
  });
});

describe('processJob, when its job is cancelled under it', () => {
  it('stops the provider request with the next heartbeat, and settles the entry', async () => {
    let reason: unknown;
    const fixture = createEndFixture([
      async (call) => {
        await fixture.cancel();
        await new Promise((resolve) => call.signal.addEventListener('abort', resolve, { once: true }));
        reason = call.signal.reason;
        throw reason;
      },
    ]);
    await fixture.accept();
    const settings = { ...fixture.dependencies.settings, heartbeatSeconds: 0.02 };
    expect((await fixture.process({ settings })).action).toBe('retry');
    expect(reason).toMatchObject({ name: 'JobLost' });
    expect(await fixture.job()).toMatchObject({
      status: 'cancelled',
      attempts: [{ outcome: 'unknown_outcome', billed: 'unknown' }],
    });
    expect(await fixture.process({}, {}, createMessage())).toEqual(done);
    expect(fixture.asked).toHaveLength(1);
  });

  it('keeps the ticket that a provider gave after the end, so that it can be called off', async () => {
    const fixture = createEndFixture([
      async (call, model) => {
        await fixture.cancel();
        return waiting(call, model);
      },
    ]);
    await fixture.accept();
    expect((await fixture.process()).action).toBe('retry');
    expect((await fixture.job()).attempts).toMatchObject([{ outcome: 'started', ticket: { id: 't-1' } }]);
    fixture.clock.advance(125);
    expect(await fixture.process()).toEqual(done);
    expect(fixture.calledOff).toMatchObject([{ ticket: { id: 't-1' } }]);
  });
});
