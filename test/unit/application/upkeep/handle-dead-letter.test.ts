import { describe, expect, it } from 'vitest';
import { handleDeadLetter } from '../../../../lambda/application/upkeep/handle-dead-letter.ts';
import { cancel } from '../../../../lambda/domain/jobs/endings.ts';
import { scheduleNextHop } from '../../../../lambda/domain/jobs/transitions.ts';
import { createApiFixture } from '../../../support/api-fixture.ts';
import { noon } from '../../../support/sample-job.ts';

const deadline = noon + 1800_000;
const done = { action: 'delete' };

function createDeadLetterFixture() {
  const fixture = createApiFixture();
  return { ...fixture, deadLetter: (hop = 0) => handleDeadLetter(fixture, { jobId: fixture.order.id, hop }) };
}

describe('handleDeadLetter', () => {
  it('acknowledges the wake-up of a job that is gone', async () => {
    const fixture = createDeadLetterFixture();
    expect(await fixture.deadLetter()).toEqual(done);
    expect(fixture.queue.sent).toEqual([]);
    expect(fixture.codes()).toEqual(['wake_up_orphaned']);
  });

  it('counts as deadLettered what makes a job late, and no wake-up that its job does not need', async () => {
    const late = createDeadLetterFixture();
    await late.accept();
    await late.deadLetter();
    expect(late.codes()).toEqual(['wake_up_dead_lettered']);
    const moved = createDeadLetterFixture();
    await moved.accept();
    const held = await moved.work();
    await moved.deadLetter(); // A copy, while the worker of the first is at it.
    await moved.jobs.apply(held.id, scheduleNextHop(held, noon + 900_000));
    await moved.deadLetter();
    const asleep = await moved.jobs.find(held.id);
    if (asleep) await moved.jobs.apply(held.id, cancel(asleep, noon));
    await moved.deadLetter(1);
    expect(moved.codes()).toEqual(['wake_up_stale', 'wake_up_stale']);
  });

  it('sends an open job again with the next hop', async () => {
    const fixture = createDeadLetterFixture();
    await fixture.accept();
    expect(await fixture.deadLetter()).toEqual(done);
    expect(fixture.queue.sent).toEqual([
      { wakeUp: { jobId: fixture.order.id, hop: 1 }, owner: 'vk_1', lane: 'shared', delaySeconds: 0 },
    ]);
    expect((await fixture.jobs.find(fixture.order.id))?.status).toBe('pending');
  });

  it('does so from the hop of the message where that is ahead of the item', async () => {
    const fixture = createDeadLetterFixture();
    await fixture.accept();
    await fixture.deadLetter(4);
    expect(fixture.queue.sent).toMatchObject([{ wakeUp: { hop: 5 } }]);
  });

  it('drops a forged wake-up, so that no job is moved on to hops that are none', async () => {
    const fixture = createDeadLetterFixture();
    await fixture.accept();
    expect(await fixture.deadLetter(1_000_000)).toEqual(done);
    expect(fixture.queue.sent).toEqual([]);
    expect(fixture.codes()).toEqual(['wake_up_malformed']);
  });

  it('acknowledges a stale wake-up: its successor was durable first', async () => {
    const fixture = createDeadLetterFixture();
    await fixture.accept();
    const held = await fixture.work();
    await fixture.jobs.apply(held.id, scheduleNextHop(held, noon + 900_000));
    expect(await fixture.deadLetter(0)).toEqual(done);
    expect(fixture.queue.sent).toEqual([]);
  });

  it('keeps the message until a live lease ends', async () => {
    const fixture = createDeadLetterFixture();
    await fixture.accept();
    await fixture.work();
    fixture.clock.advance(20);
    expect(await fixture.deadLetter()).toEqual({ action: 'retry', afterSeconds: 105 });
    fixture.clock.advance(105);
    expect(await fixture.deadLetter()).toEqual(done);
    expect(fixture.queue.sent).toMatchObject([{ wakeUp: { hop: 1 } }]);
  });

  it('fails a job that is past its deadline', async () => {
    const fixture = createDeadLetterFixture();
    await fixture.accept();
    fixture.clock.set(deadline);
    expect(await fixture.deadLetter()).toEqual(done);
    expect(await fixture.jobs.find(fixture.order.id)).toMatchObject({ status: 'failed', completedAt: deadline });
    expect(fixture.queue.sent).toEqual([]);
  });

  it('gives a worker its grace beyond the deadline, then fails the job and has its ledger closed', async () => {
    const fixture = createDeadLetterFixture();
    await fixture.accept();
    fixture.clock.set(deadline - 1000);
    await fixture.work();
    fixture.clock.set(deadline + 44_000);
    expect(await fixture.deadLetter()).toMatchObject({ action: 'retry' });
    expect((await fixture.jobs.find(fixture.order.id))?.status).toBe('processing');
    fixture.clock.advance(1);
    expect(await fixture.deadLetter()).toEqual(done);
    expect((await fixture.jobs.find(fixture.order.id))?.status).toBe('failed');
    expect(fixture.queue.sent).toMatchObject([{ wakeUp: { jobId: fixture.order.id } }]);
  });

  it('acknowledges the wake-up of an ended job, and sends another only for an open ledger', async () => {
    const fixture = createDeadLetterFixture();
    await fixture.accept();
    const held = await fixture.work();
    await fixture.jobs.apply(held.id, cancel(held, noon));
    expect(await fixture.deadLetter()).toEqual(done);
    expect(fixture.queue.take()).toHaveLength(1);
    const plain = createDeadLetterFixture();
    await plain.accept();
    const untouched = await plain.jobs.find(plain.order.id);
    if (!untouched) throw new Error('The job is gone.');
    await plain.jobs.apply(plain.order.id, cancel(untouched, noon));
    expect(await plain.deadLetter()).toEqual(done);
    expect(plain.queue.sent).toEqual([]);
  });
});
