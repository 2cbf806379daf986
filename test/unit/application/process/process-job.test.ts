import { describe, expect, it } from 'vitest';
import { durationsOf } from '../../../../lambda/application/attempt/duration-recorder.ts';
import type { Candidate } from '../../../../lambda/domain/generation.ts';
import { fail } from '../../../../lambda/domain/jobs/endings.ts';
import { claim } from '../../../../lambda/domain/jobs/transitions.ts';
import type { JobStore } from '../../../../lambda/domain/ports.ts';
import { noon } from '../../../support/sample-job.ts';
import {
  type Act,
  createMessage,
  createWorkerFixture,
  deliverImages,
  failWith,
  keysOf,
} from '../../../support/worker-fixture.ts';

const two = [
  { provider: 'openai', model: 'first' },
  { provider: 'openai', model: 'second' },
];
const ended = { action: 'delete' };

describe('processJob', () => {
  it('stores the images, then a manifest, then completes the job', async () => {
    const fixture = createWorkerFixture([deliverImages(2)]);
    await fixture.accept();
    expect(await fixture.process()).toEqual(ended);
    const job = await fixture.job();
    expect(job).toMatchObject({ status: 'completed', completedAt: noon, expiresAt: noon + 3600_000 });
    expect(job.attempts).toMatchObject([{ number: 1, outcome: 'succeeded', billed: 'yes' }]);
    const prefix = `results/r2/${fixture.order.submissionNonce}/1`;
    expect([...fixture.images.objects.keys()]).toEqual([
      `${prefix}/0.png`,
      `${prefix}/1.png`,
      `${prefix}/manifest.json`,
    ]);
  });

  it('records what the job took once it has let go of it, and nothing of one that failed', async () => {
    const fixture = createWorkerFixture([
      async (call, model) => {
        fixture.clock.advance(12);
        return deliverImages()(call, model);
      },
    ]);
    await fixture.accept();
    await fixture.process();
    const { provider, model } = fixture.order.candidates[0] as Candidate;
    expect((await fixture.gates.read(durationsOf({ provider, model }))).state.durations).toEqual([12]);
    const failing = createWorkerFixture([failWith('refused', 'No.')]);
    await failing.accept();
    await failing.process();
    expect((await failing.gates.read(durationsOf({ provider, model }))).state).not.toHaveProperty('durations');
  });

  it('has the request in the ledger before the provider sees it', async () => {
    let seen: unknown;
    const fixture = createWorkerFixture([
      async (call, model) => {
        seen = (await fixture.job()).attempts;
        return deliverImages()(call, model);
      },
    ]);
    await fixture.accept();
    await fixture.process();
    expect(seen).toMatchObject([{ number: 1, outcome: 'started', billed: 'unknown' }]);
  });

  it('asks the fallback, and shows both requests', async () => {
    const fixture = createWorkerFixture([failWith('billing', 'no credit', { statusCode: 402 }), deliverImages()], {
      order: { candidates: two },
    });
    await fixture.accept();
    await fixture.process();
    expect(fixture.asked).toEqual(['first', 'second']);
    expect(await fixture.job()).toMatchObject({
      status: 'completed',
      result: { model: 'second' },
      attempts: [{ outcome: 'billing', statusCode: 402, billed: 'no' }, { outcome: 'succeeded' }],
    });
  });

  it("fails with the asked model's failure when every candidate has failed", async () => {
    const fixture = createWorkerFixture([failWith('auth', 'bad key'), failWith('invalid', 'bad prompt')], {
      order: { candidates: two },
    });
    await fixture.accept();
    expect(await fixture.process()).toEqual(ended);
    expect(await fixture.job()).toMatchObject({
      status: 'failed',
      failure: { code: 'provider_auth', message: 'bad key' },
    });
  });

  it('sends the next hop and gives the lease back before it waits', async () => {
    const fixture = createWorkerFixture([
      failWith('rate_limited', 'slow down', { retryAfterSeconds: 20 }),
      deliverImages(),
    ]);
    await fixture.accept();
    expect(await fixture.process()).toEqual(ended);
    expect(fixture.queue.take()).toMatchObject([{ wakeUp: { hop: 1 }, delaySeconds: 20, owner: 'vk_1' }]);
    expect(await fixture.job()).toMatchObject({ status: 'processing', hop: 1, dueAt: noon + 20_000, leaseHeld: 0 });
    expect(await fixture.process({}, { hop: 1 })).toEqual({ action: 'retry', afterSeconds: 20 });
    fixture.clock.advance(20);
    expect(await fixture.process({}, { hop: 0 })).toEqual(ended); // the older wake-up is stale
    expect(fixture.asked).toHaveLength(1);
    expect(await fixture.process({}, { hop: 1 })).toEqual(ended);
    expect(await fixture.job()).toMatchObject({ status: 'completed', crashes: 0 });
  });

  it('keeps the message while another worker holds the job', async () => {
    const fixture = createWorkerFixture([]);
    await fixture.accept();
    await fixture.jobs.apply(fixture.order.id, claim(0, noon, 120));
    expect(await fixture.process()).toEqual({ action: 'retry', afterSeconds: 130 });
  });

  it('looks again soon where the next hop is faster than the lease is given back', async () => {
    const fixture = createWorkerFixture([]);
    await fixture.accept();
    await fixture.jobs.apply(fixture.order.id, claim(0, noon, 120));
    expect(await fixture.process({}, { hop: 1 })).toEqual({ action: 'retry', afterSeconds: 20 });
  });

  it('drops a forged wake-up, and is reached by its own all the same', async () => {
    const fixture = createWorkerFixture([deliverImages()]);
    await fixture.accept();
    expect(await fixture.process({}, { hop: 1_000_000 })).toEqual(ended);
    expect(fixture.events.map(({ code }) => code)).toEqual(['wake_up_malformed']);
    expect(await fixture.process()).toEqual(ended);
    expect(await fixture.job()).toMatchObject({ status: 'completed', hop: 0 });
  });

  it('keeps a wake-up that is faster than its item for a minute, then drops it', async () => {
    const fixture = createWorkerFixture([]);
    expect(await fixture.process({}, {}, createMessage(10))).toEqual({ action: 'retry', afterSeconds: 10 });
    expect(await fixture.process({}, {}, createMessage(61))).toEqual(ended);
  });

  it('starts no request that the rest of the function could not hold', async () => {
    const fixture = createWorkerFixture([]);
    await fixture.accept();
    expect(await fixture.process({}, {}, createMessage(), 200)).toEqual(ended);
    expect(fixture.queue.take()).toMatchObject([{ wakeUp: { hop: 1 }, delaySeconds: 0 }]);
    expect(fixture.asked).toEqual([]);
  });

  it('hides the message for the lease and a little more as soon as it has the job', async () => {
    const fixture = createWorkerFixture([deliverImages()]);
    await fixture.accept();
    const message = createMessage();
    await fixture.process({}, {}, message);
    expect(message.hidden[0]).toBe(130);
  });

  it('makes one further request after an outcome that nobody knows', async () => {
    const fixture = createWorkerFixture([failWith('unknown_outcome', 'cut'), failWith('overloaded', 'busy')]);
    await fixture.accept();
    await fixture.process();
    const job = await fixture.job();
    expect(job.status).toBe('failed');
    expect(job.attempts.map(({ outcome, billed }) => [outcome, billed])).toEqual([
      ['unknown_outcome', 'unknown'],
      ['overloaded', 'no'],
    ]);
  });

  it('asks again at once when the provider refused a key that has been replaced', async () => {
    const fixture = createWorkerFixture([failWith('auth', 'bad key', { statusCode: 401 }), deliverImages()]);
    await fixture.accept();
    await fixture.process({ keys: keysOf(['old'], ['new']) });
    expect(await fixture.job()).toMatchObject({ status: 'completed', attempts: [{ keyLeft: true }, {}] });
  });

  it('takes an answer without an image as malformed, and leaves nothing of it behind', async () => {
    const notAnImage: Act = async (call) => ({
      status: 'finished',
      images: [
        {
          image: await call.saveImage(
            0,
            (async function* () {
              yield Buffer.from('<html>');
            })(),
          ),
        },
      ],
      warnings: [],
    });
    const fixture = createWorkerFixture([notAnImage, notAnImage]);
    await fixture.accept();
    await fixture.process();
    expect(await fixture.job()).toMatchObject({ status: 'failed', failure: { code: 'provider_error' } });
    expect(fixture.images.objects.size).toBe(0);
  });
});

describe('processJob after a crash', () => {
  const crashedAfter = async (fixture: ReturnType<typeof createWorkerFixture>, fault: Partial<JobStore>) => {
    await fixture.accept();
    const disposition = await fixture.process({ jobs: { ...fixture.jobs, ...fault } });
    expect(disposition.action).toBe('retry');
    fixture.clock.advance(126);
  };

  it('finishes with the manifest of a request whose worker was lost, without paying again', async () => {
    const fixture = createWorkerFixture([deliverImages()]);
    await crashedAfter(fixture, {
      apply: (id, transition) =>
        ['complete', 'releaseLease'].includes(transition.name)
          ? Promise.reject(new Error('gone'))
          : fixture.jobs.apply(id, transition),
    });
    expect(await fixture.process()).toEqual(ended);
    expect(await fixture.job()).toMatchObject({
      status: 'completed',
      crashes: 1,
      attempts: [{ outcome: 'succeeded' }],
    });
    expect(fixture.asked).toHaveLength(1);
  });

  it('records a request without a trace as abandoned, and makes one more', async () => {
    const fixture = createWorkerFixture([failWith('invalid', 'x'), deliverImages()]);
    await crashedAfter(fixture, {
      apply: (id, transition) =>
        ['updateAttempt', 'releaseLease'].includes(transition.name)
          ? Promise.reject(new Error('gone'))
          : fixture.jobs.apply(id, transition),
    });
    await fixture.process();
    expect(await fixture.job()).toMatchObject({
      status: 'completed',
      attempts: [
        { outcome: 'abandoned', billed: 'unknown' },
        { outcome: 'succeeded', billed: 'yes' },
      ],
    });
  });

  it('goes on in an invocation alone, so that no neighbour pays for what it may do again', async () => {
    const fixture = createWorkerFixture([failWith('invalid', 'x'), deliverImages()]);
    await crashedAfter(fixture, {
      apply: (id, transition) =>
        ['updateAttempt', 'releaseLease'].includes(transition.name)
          ? Promise.reject(new Error('gone'))
          : fixture.jobs.apply(id, transition),
    });
    expect(await fixture.process({}, {}, { ...createMessage(), isAlone: false })).toEqual(ended);
    expect(fixture.asked).toHaveLength(1);
    expect(fixture.queue.take()).toMatchObject([{ wakeUp: { hop: 1 }, lane: 'alone', delaySeconds: 0 }]);
    expect(await fixture.job()).toMatchObject({
      lane: 'alone',
      crashes: 1,
      leaseHeld: 0,
      attempts: [{ outcome: 'started' }],
    });
    expect(await fixture.process({}, { hop: 1 })).toEqual(ended);
    expect(await fixture.job()).toMatchObject({ status: 'completed', lane: 'alone', crashes: 1 });
  });

  it('gives a job up after three crashes', async () => {
    const fixture = createWorkerFixture([]);
    await fixture.accept();
    for (let crash = 0; crash < 3; crash += 1) {
      const claimed = await fixture.jobs.apply(fixture.order.id, claim(0, fixture.clock.now(), 120));
      expect(claimed.applied).toBe(true);
      fixture.clock.advance(126);
    }
    expect(await fixture.process()).toEqual(ended);
    expect(await fixture.job()).toMatchObject({ status: 'failed', failure: { code: 'internal' }, crashes: 3 });
  });

  it('settles the ledger when the job has ended under the worker, and keeps the end as it was', async () => {
    const failure = { code: 'deadline_exceeded', message: 'late', warnings: [] } as const;
    const fixture = createWorkerFixture([
      async (call, model) => {
        const job = await fixture.job();
        if (job.status !== 'processing') throw new Error('not processing');
        await fixture.jobs.apply(job.id, fail(job, failure, noon));
        return deliverImages()(call, model);
      },
    ]);
    await fixture.accept();
    await fixture.process();
    expect(await fixture.job()).toMatchObject({
      status: 'failed',
      failure,
      attempts: [{ outcome: 'succeeded', billed: 'yes' }],
    });
    expect(fixture.images.objects.size).toBe(0);
  });

  it('resumes by the ticket, and never submits again', async () => {
    const wait: Act = async () => ({ status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 7 });
    const fixture = createWorkerFixture([wait], { resume: [wait, deliverImages()] });
    await fixture.accept();
    await fixture.process();
    expect((await fixture.job()).attempts).toMatchObject([{ outcome: 'started', ticket: { id: 't-1' } }]);
    expect(fixture.queue.take()).toMatchObject([{ wakeUp: { hop: 1 }, delaySeconds: 7 }]);
    fixture.clock.advance(7);
    await fixture.process({}, { hop: 1 });
    fixture.clock.advance(7);
    await fixture.process({}, { hop: 2 });
    expect(await fixture.job()).toMatchObject({ status: 'completed', attempts: [{ number: 1, outcome: 'succeeded' }] });
    expect(fixture.asked).toHaveLength(1);
  });
});
