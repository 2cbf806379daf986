import { describe, expect, it } from 'vitest';
import { processJob } from '../../../lambda/application/process/process-job.ts';
import { acceptedJob } from '../../../lambda/domain/jobs/job.ts';
import type { ReceivedMessage } from '../../../lambda/domain/ports.ts';
import { createSimulatedQueue } from '../../support/simulated-queue.ts';
import { inVirtualTime, seconds } from '../../support/virtual-time.ts';
import { createWorkerFixture, deliverImages } from '../../support/worker-fixture.ts';

/** Receives after which SQS makes a message a dead letter, by the queue's redrive policy. */
const maxReceives = 10;

describe('a wake-up of a job that takes the id of one long ended', () => {
  it('stays on the queue until the item of its own job is there', async () => {
    const fixture = createWorkerFixture([deliverImages(), deliverImages()]);
    await fixture.accept();
    await fixture.process();
    const daySeconds = 24 * 3600;
    fixture.clock.advance(daySeconds);
    expect(await fixture.process()).toEqual({ action: 'delete' });
    fixture.clock.advance(2 * daySeconds);
    expect(await fixture.process()).toEqual({ action: 'retry', afterSeconds: 10 });
    const createdAt = fixture.clock.now();
    const next = { ...fixture.order, submissionNonce: 'the-next', createdAt, deadlineAt: createdAt + 1800_000 };
    expect(await fixture.jobs.create(acceptedJob(next))).toBe('created');
    expect(await fixture.process()).toEqual({ action: 'delete' });
    expect(await fixture.job()).toMatchObject({ status: 'completed', submissionNonce: 'the-next' });
  });
});

describe('an orphaned wake-up', () => {
  it.each([0, 1, 2])('is dropped before it is a dead letter, also where %i of its receives lead nowhere', (lost) => {
    const fixture = createWorkerFixture([]);
    const dependencies = { ...fixture.dependencies, clock: { now: () => Date.now() } };
    const wakeUp = { jobId: fixture.order.id, hop: 0 };
    let [receives, deadLettered] = [0, 0];
    async function receive(message: ReceivedMessage): Promise<void> {
      receives += 1;
      if (receives <= lost) return message.hideFor(0);
      const disposition = await processJob(dependencies, wakeUp, message, () => 420);
      await (disposition.action === 'delete' ? message.remove() : message.hideFor(disposition.afterSeconds));
    }
    return inVirtualTime(fixture.clock.now(), 600, async () => {
      const queue = createSimulatedQueue({
        ...{ visibilitySeconds: 450, maxReceives, faultOf: () => ({ copies: 1, lateSeconds: 0 }) },
        deliver: (_, message) => void receive(message),
        deadLetter: () => {
          deadLettered += 1;
        },
      });
      await queue.send(wakeUp, { owner: 'vk_1', lane: 'shared' }, 0);
      while (queue.size() > 0) await seconds(1);
      expect(deadLettered).toBe(0);
      expect(receives - lost).toBe(7);
      expect(fixture.events.map(({ code }) => code)).toEqual(['wake_up_orphaned']);
    });
  });
});
