import { describe, expect, it } from 'vitest';
import { sweepJobs } from '../../../../lambda/application/upkeep/sweep-jobs.ts';
import type { Lane } from '../../../../lambda/domain/jobs/lane.ts';
import { claim, scheduleNextHop } from '../../../../lambda/domain/jobs/transitions.ts';
import { createApiFixture } from '../../../support/api-fixture.ts';
import { noon } from '../../../support/sample-job.ts';

const idOf = (number: number) => `3f2f6a52-1111-4a5b-8c3d-${String(number).padStart(12, '0')}`;

/** A stage with jobs that nobody has claimed, and a queue that says how many wake-ups wait. */
async function createBacklogFixture(jobs: number, waiting: () => Promise<number>) {
  const fixture = createApiFixture();
  for (let number = 0; number < jobs; number += 1) await fixture.accept({ id: idOf(number) });
  /** Sweeps each minute; says in which minutes how many were woken. */
  async function wokenByMinute(minutes: number): Promise<Record<number, number>> {
    const woken: Record<number, number> = {};
    for (let minute = 0; minute < minutes; minute += 1) {
      fixture.clock.set(noon + minute * 60_000);
      const sweep = await sweepJobs({ ...fixture, backlog: { waiting } }, () => 55);
      if (sweep.woken > 0) woken[minute] = sweep.woken;
    }
    return woken;
  }
  return { fixture, wokenByMinute };
}

describe('wakePatience', () => {
  it('leaves jobs that nobody has claimed alone while the queue holds as many wake-ups, until a third of their time', async () => {
    const { wokenByMinute } = await createBacklogFixture(20, async () => 20);
    expect(await wokenByMinute(30)).toEqual({ 10: 20, 20: 20 });
  });

  it('wakes them as ever where no wake-up waits', async () => {
    const { wokenByMinute } = await createBacklogFixture(20, async () => 0);
    expect(await wokenByMinute(10)).toEqual({ 2: 20, 4: 20, 8: 20 });
  });

  it('lets wake-ups of one lane explain no job of the other', async () => {
    const { fixture } = await createBacklogFixture(2, async () => 0);
    await fixture.accept({ id: idOf(9), lane: 'alone' });
    fixture.clock.advance(120);
    const backlog = { waiting: async (lane: Lane) => (lane === 'alone' ? 5 : 0) };
    expect((await sweepJobs({ ...fixture, backlog }, () => 55)).woken).toBe(2);
    expect(fixture.queue.sent.map(({ wakeUp }) => wakeUp.jobId)).not.toContain(idOf(9));
  });

  it('wakes as many as there are beyond those that the queue can hold', async () => {
    const { wokenByMinute } = await createBacklogFixture(20, async () => 13);
    expect(await wokenByMinute(3)).toEqual({ 2: 7 });
  });

  it('wakes a job that was claimed before, however far behind the queue is', async () => {
    const { fixture, wokenByMinute } = await createBacklogFixture(1, async () => 1000);
    const held = await fixture.jobs.apply(idOf(0), claim(0, noon, 120));
    if (held.job?.status !== 'processing') throw new Error('The job was not claimed.');
    await fixture.jobs.apply(idOf(0), scheduleNextHop(held.job, noon));
    expect(await wokenByMinute(5)).toEqual({ 2: 1, 4: 1 });
  });

  it('settles what is overdue, however far behind the queue is', async () => {
    const { fixture } = await createBacklogFixture(20, async () => 1000);
    fixture.clock.set(noon + 1800_000);
    const backlog = { waiting: async () => 1000 };
    expect((await sweepJobs({ ...fixture, backlog }, () => 55)).ended).toBe(20);
  });

  it('wakes as ever where the queue says nothing, and tells of it', async () => {
    const { fixture, wokenByMinute } = await createBacklogFixture(20, () => Promise.reject(new Error('down')));
    expect(await wokenByMinute(3)).toEqual({ 2: 20 });
    expect(fixture.codes()).toContain('backlog_unknown');
  });

  it('waits for ten seconds, and no longer, for a queue that does not answer', async () => {
    const { fixture } = await createBacklogFixture(20, async () => 0);
    fixture.clock.advance(120);
    const asked: number[] = [];
    const timers = {
      after(milliseconds: number, callback: () => void) {
        asked.push(milliseconds);
        queueMicrotask(callback);
        return () => {};
      },
    };
    const backlog = { waiting: () => new Promise<number>(() => {}) };
    expect((await sweepJobs({ ...fixture, backlog, timers }, () => 55)).woken).toBe(20);
    expect(asked).toEqual([10_000, 10_000]);
    expect(fixture.codes()).toContain('backlog_unknown');
  });
});
