import { describe, expect, it } from 'vitest';
import { handleDeadLetter } from '../../../../lambda/application/upkeep/handle-dead-letter.ts';
import { cancel } from '../../../../lambda/domain/jobs/endings.ts';
import { release } from '../../../../lambda/domain/jobs/transitions.ts';
import { createApiBench } from '../../../support/api-bench.ts';
import { noon } from '../../../support/sample-job.ts';

const deadline = noon + 1800_000;
const done = { word: 'finished' };

function createDeadLetterBench() {
  const bench = createApiBench();
  return { ...bench, deadLetter: (hop = 0) => handleDeadLetter(bench, { jobId: bench.order.id, hop }) };
}

describe('handleDeadLetter', () => {
  it('acknowledges the wake-up of a job that is gone', async () => {
    const bench = createDeadLetterBench();
    expect(await bench.deadLetter()).toEqual(done);
    expect(bench.queue.sent).toEqual([]);
    expect(bench.codes()).toEqual(['wake_up_orphaned']);
  });

  it('counts as deadLettered what makes a job late, and no wake-up that its job does not need', async () => {
    const late = createDeadLetterBench();
    await late.accept();
    await late.deadLetter();
    expect(late.codes()).toEqual(['wake_up_dead_lettered']);
    const moved = createDeadLetterBench();
    await moved.accept();
    const held = await moved.work();
    await moved.deadLetter(); // A copy, while the worker of the first is at it.
    await moved.jobs.apply(held.id, release(held, noon + 900_000));
    await moved.deadLetter();
    const asleep = await moved.jobs.find(held.id);
    if (asleep) await moved.jobs.apply(held.id, cancel(asleep, noon));
    await moved.deadLetter(1);
    expect(moved.codes()).toEqual(['wake_up_stale', 'wake_up_stale']);
  });

  it('sends an open job again with the next hop', async () => {
    const bench = createDeadLetterBench();
    await bench.accept();
    expect(await bench.deadLetter()).toEqual(done);
    expect(bench.queue.sent).toEqual([
      { wakeUp: { jobId: bench.order.id, hop: 1 }, owner: 'vk_1', lane: 'shared', delaySeconds: 0 },
    ]);
    expect((await bench.jobs.find(bench.order.id))?.status).toBe('pending');
  });

  it('does so from the hop of the message where that is ahead of the item', async () => {
    const bench = createDeadLetterBench();
    await bench.accept();
    await bench.deadLetter(4);
    expect(bench.queue.sent).toMatchObject([{ wakeUp: { hop: 5 } }]);
  });

  it('drops a forged wake-up, so that no job is moved on to hops that are none', async () => {
    const bench = createDeadLetterBench();
    await bench.accept();
    expect(await bench.deadLetter(1_000_000)).toEqual(done);
    expect(bench.queue.sent).toEqual([]);
    expect(bench.codes()).toEqual(['wake_up_malformed']);
  });

  it('acknowledges a stale wake-up: its successor was durable first', async () => {
    const bench = createDeadLetterBench();
    await bench.accept();
    const held = await bench.work();
    await bench.jobs.apply(held.id, release(held, noon + 900_000));
    expect(await bench.deadLetter(0)).toEqual(done);
    expect(bench.queue.sent).toEqual([]);
  });

  it('keeps the message until a live lease ends', async () => {
    const bench = createDeadLetterBench();
    await bench.accept();
    await bench.work();
    bench.clock.advance(20);
    expect(await bench.deadLetter()).toEqual({ word: 'keep', afterSeconds: 105 });
    bench.clock.advance(105);
    expect(await bench.deadLetter()).toEqual(done);
    expect(bench.queue.sent).toMatchObject([{ wakeUp: { hop: 1 } }]);
  });

  it('fails a job that is past its deadline', async () => {
    const bench = createDeadLetterBench();
    await bench.accept();
    bench.clock.set(deadline);
    expect(await bench.deadLetter()).toEqual(done);
    expect(await bench.jobs.find(bench.order.id)).toMatchObject({ status: 'failed', completedAt: deadline });
    expect(bench.queue.sent).toEqual([]);
  });

  it('gives a worker its grace beyond the deadline, then fails the job and has its ledger closed', async () => {
    const bench = createDeadLetterBench();
    await bench.accept();
    bench.clock.set(deadline - 1000);
    await bench.work();
    bench.clock.set(deadline + 44_000);
    expect(await bench.deadLetter()).toMatchObject({ word: 'keep' });
    expect((await bench.jobs.find(bench.order.id))?.status).toBe('processing');
    bench.clock.advance(1);
    expect(await bench.deadLetter()).toEqual(done);
    expect((await bench.jobs.find(bench.order.id))?.status).toBe('failed');
    expect(bench.queue.sent).toMatchObject([{ wakeUp: { jobId: bench.order.id } }]);
  });

  it('acknowledges the wake-up of an ended job, and sends another only for an open ledger', async () => {
    const bench = createDeadLetterBench();
    await bench.accept();
    const held = await bench.work();
    await bench.jobs.apply(held.id, cancel(held, noon));
    expect(await bench.deadLetter()).toEqual(done);
    expect(bench.queue.take()).toHaveLength(1);
    const plain = createDeadLetterBench();
    await plain.accept();
    const untouched = await plain.jobs.find(plain.order.id);
    if (!untouched) throw new Error('The job is gone.');
    await plain.jobs.apply(plain.order.id, cancel(untouched, noon));
    expect(await plain.deadLetter()).toEqual(done);
    expect(plain.queue.sent).toEqual([]);
  });
});
