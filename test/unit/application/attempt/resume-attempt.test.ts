import { describe, expect, it } from 'vitest';
import { isOpen } from '../../../../lambda/domain/jobs/job.ts';
import type { PlanRequest } from '../../../../lambda/domain/ports.ts';
import type { Waiting } from '../../../../lambda/domain/provider.ts';
import { createWorkerFixture, deliverImages } from '../../../support/worker-fixture.ts';

const waiting: Waiting = { status: 'waiting', ticket: { id: 'task-1' }, checkAfterSeconds: 30 };
const warning = { code: 'param_dropped', param: 'seed', message: 'The model takes no seed.' } as const;

function createFixture() {
  const fixture = createWorkerFixture([async () => waiting], {
    resume: [async () => waiting, async () => waiting, deliverImages()],
  });
  let plans = 0;
  let reads = 0;
  const plan: PlanRequest = (...asked) => {
    plans += 1;
    const planned = fixture.dependencies.plan(...asked);
    const parameters = { ...planned.request.parameters, quality: 'high' };
    return { ...planned, request: { ...planned.request, parameters }, warnings: [warning] };
  };
  const images = {
    ...fixture.images,
    findJson: (key: string) => {
      reads += 1;
      return fixture.images.findJson(key);
    },
  };
  const poll = async () => {
    await fixture.process({ plan, images }, { hop: (await fixture.job()).hop });
    fixture.clock.advance(31);
  };
  return { ...fixture, poll, counts: () => ({ plans, reads }) };
}

describe('a poll', () => {
  it('plans nothing and reads nothing from the bucket; the result tells of the plan of its start', async () => {
    const fixture = createFixture();
    await fixture.accept();
    await fixture.poll();
    expect(fixture.counts()).toEqual({ plans: 1, reads: 0 });
    for (let polls = 0; polls < 3 && isOpen(await fixture.job()); polls += 1) await fixture.poll();
    expect(fixture.counts()).toEqual({ plans: 1, reads: 0 });
    const job = await fixture.job();
    expect(job).toMatchObject({
      status: 'completed',
      result: { quality: 'high', deployment: expect.stringMatching(/^deployed-/), warnings: [warning] },
    });
  });

  it('finds the plan in the ledger while the ticket is open, and leaves none there afterwards', async () => {
    const fixture = createFixture();
    await fixture.accept();
    await fixture.poll();
    expect((await fixture.job()).attempts).toMatchObject([{ outcome: 'started', plan: { warnings: [warning] } }]);
    for (let polls = 0; polls < 3; polls += 1) await fixture.poll();
    const { attempts } = await fixture.job();
    expect(attempts).toMatchObject([{ outcome: 'succeeded' }]);
    expect(attempts[0]).not.toHaveProperty('plan');
  });
});
