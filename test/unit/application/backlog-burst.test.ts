import { describe, expect, it } from 'vitest';
import { sweepJobs } from '../../../lambda/application/upkeep/sweep-jobs.ts';
import { fail } from '../../../lambda/domain/jobs/endings.ts';
import { isOpen } from '../../../lambda/domain/jobs/job.ts';
import { claim, claimRefusal } from '../../../lambda/domain/jobs/transitions.ts';
import type { WakeUp } from '../../../lambda/domain/ports.ts';
import { createApiFixture } from '../../support/api-fixture.ts';
import { noon } from '../../support/sample-job.ts';

const idOf = (number: number) => `3f2f6a52-1111-4a5b-8c3d-${String(number).padStart(12, '0')}`;
const failure = { code: 'internal', message: 'Done.', warnings: [] } as const;
const [workers, batchSize, jobSeconds] = [2, 4, 40];

interface Message {
  readonly wakeUp: WakeUp;
  visibleAt: number;
}

/**
 * Jobs that all come at once, and workers that take a batch when they have done with the last one, all of it: a message that
 * can do nothing holds its slot as long as the slowest of its batch. Of what waits, a standard queue hands out some of the
 * oldest. A sweep each minute. Tells how often messages were received until none was left, and when the last job had ended.
 */
async function burst(count: number, knowsBacklog: boolean) {
  const { queue, ...fixture } = createApiFixture();
  const { clock, jobs } = fixture;
  for (let number = 0; number < count; number += 1) await fixture.accept({ id: idOf(number) });
  const messages = new Set<Message>();
  const send = async (wakeUp: WakeUp) => void messages.add({ wakeUp, visibleAt: clock.now() });
  for (let number = 0; number < count; number += 1) await send({ jobId: idOf(number), hop: 0 });
  const visible = () => [...messages].filter(({ visibleAt }) => visibleAt <= clock.now());
  const backlog = { waiting: async () => (knowsBacklog ? visible().length : 0) };
  let [receives, endedAt, draw] = [0, 0, 1];
  function next(): Message | undefined {
    const oldest = visible().slice(0, 40);
    draw = (draw * 48_271) % 2_147_483_647;
    return oldest[draw % Math.max(1, oldest.length)];
  }

  /** Takes up one message; true where that is a job's work. */
  async function receive(message: Message): Promise<boolean> {
    receives += 1;
    const { jobId, hop } = message.wakeUp;
    const { applied, job } = await jobs.apply(jobId, claim(hop, clock.now(), 120));
    if (applied) {
      message.visibleAt = Number.POSITIVE_INFINITY;
      return true;
    }
    const refusal = job && claimRefusal(job, hop, clock.now());
    if (refusal && 'until' in refusal) message.visibleAt = refusal.until;
    else messages.delete(message);
    return false;
  }
  async function end(message: Message): Promise<void> {
    const job = await jobs.find(message.wakeUp.jobId);
    if (!job || !isOpen(job)) return;
    await jobs.apply(job.id, fail(job, failure, clock.now()));
    messages.delete(message);
    endedAt = clock.now();
  }

  const busy = Array.from({ length: workers }, () => ({ until: 0, at: [] as Message[] }));
  for (; messages.size > 0; clock.advance(1)) {
    for (const worker of busy.filter(({ until }) => until <= clock.now())) {
      for (const message of worker.at) await end(message);
      worker.at = [];
      for (let slot = 0; slot < batchSize; slot += 1) {
        const message = next();
        if (message && (await receive(message))) worker.at.push(message);
      }
      if (worker.at.length > 0) worker.until = clock.now() + jobSeconds * 1000;
    }
    if ((clock.now() - noon) % 60_000 !== 0) continue;
    await sweepJobs({ ...fixture, queue: { send }, backlog }, () => 55);
  }
  return { receives, minutes: Math.ceil((endedAt - noon) / 60_000) };
}

describe('a burst of jobs that workers need ten minutes for', () => {
  it('is worked off by one receive a job, where the sweep knows that they merely wait', async () => {
    expect(await burst(120, true)).toEqual({ receives: 120, minutes: 10 });
    // What it would cost without: copies of those that wait, and slots that stand empty.
    const without = await burst(120, false);
    expect(without.receives).toBeGreaterThan(240);
    expect(without.minutes).toBeGreaterThan(11);
  });
});
