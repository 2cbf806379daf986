import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../lambda/domain/failure.ts';
import type { JsonValue } from '../../../lambda/domain/generation.ts';
import type { JobStore } from '../../../lambda/domain/ports.ts';
import type { Failed } from '../../../lambda/domain/provider.ts';
import { type Act, createMessage, createWorkerFixture, deliverImages, failWith } from '../../support/worker-fixture.ts';

const down = () => Promise.reject(new Error('down'));
const finished = { action: 'delete' };
type Fixture = ReturnType<typeof createWorkerFixture>;

/** The store of a fixture that fails at one kind of write. */
const failingAt = (fixture: Fixture, ...names: string[]): { jobs: JobStore } => ({
  jobs: {
    ...fixture.jobs,
    apply: (id, transition) => (names.includes(transition.name) ? down() : fixture.jobs.apply(id, transition)),
  },
});

const limited = failWith('rate_limited', 'slow down', { retryAfterSeconds: 20 });

describe('processJob, when a store is down', () => {
  it('keeps the message for ten seconds and some jitter when it can not even claim', async () => {
    const fixture = createWorkerFixture([]);
    await fixture.accept();
    expect(await fixture.process(failingAt(fixture, 'claim'))).toEqual({ action: 'retry', afterSeconds: 15 });
    expect(await fixture.process({ ...failingAt(fixture, 'claim'), random: () => 0 })).toMatchObject({
      afterSeconds: 10,
    });
    expect((await fixture.job()).status).toBe('pending');
  });

  it('gives the job back, so that the same message goes on with it and no crash is counted', async () => {
    const fixture = createWorkerFixture([limited, limited, limited, limited, deliverImages()]);
    await fixture.accept();
    for (let fault = 0; fault < 4; fault += 1) {
      expect(await fixture.process({ queue: { send: down } })).toEqual({ action: 'retry', afterSeconds: 15 });
      expect(await fixture.job()).toMatchObject({ status: 'processing', hop: 0, leaseHeld: 0, leaseUntil: 0 });
      fixture.clock.advance(20);
    }
    expect(await fixture.process()).toEqual(finished);
    expect(await fixture.job()).toMatchObject({ status: 'completed', crashes: 0 });
  });

  it('finishes with the images that are there when only the last write failed, and asks nobody again', async () => {
    const fixture = createWorkerFixture([deliverImages()]);
    await fixture.accept();
    expect(await fixture.process(failingAt(fixture, 'complete'))).toMatchObject({ action: 'retry' });
    fixture.clock.advance(15);
    expect(await fixture.process()).toEqual(finished);
    expect(await fixture.job()).toMatchObject({
      status: 'completed',
      crashes: 0,
      attempts: [{ outcome: 'succeeded' }],
    });
    expect(fixture.asked).toHaveLength(1);
  });

  it('sends no request that it could not write down', async () => {
    const fixture = createWorkerFixture([deliverImages()]);
    await fixture.accept();
    await fixture.process(failingAt(fixture, 'startAttempt'));
    expect(fixture.asked).toEqual([]);
    fixture.clock.advance(15);
    expect(await fixture.process()).toEqual(finished);
  });

  it('does not let go of a job that waits before the next hop is durable', async () => {
    const fixture = createWorkerFixture([limited, deliverImages()]);
    await fixture.accept();
    const written: string[] = [];
    const queue = { send: async () => void written.push('send') };
    const apply: JobStore['apply'] = (id, transition) => {
      written.push(transition.name);
      return fixture.jobs.apply(id, transition);
    };
    await fixture.process({ queue, jobs: { ...fixture.jobs, apply } });
    expect(written.slice(-2)).toEqual(['send', 'scheduleNextHop']);
  });

  it('lets the successor go on when it could not let go itself', async () => {
    const fixture = createWorkerFixture([limited, deliverImages()]);
    await fixture.accept();
    await fixture.process(failingAt(fixture, 'scheduleNextHop', 'releaseLease'));
    expect(fixture.queue.take()).toMatchObject([{ wakeUp: { hop: 1 } }]);
    fixture.clock.advance(20);
    expect(await fixture.process({}, { hop: 1 })).toMatchObject({ action: 'retry' });
    fixture.clock.advance(105);
    expect(await fixture.process({}, { hop: 1 })).toEqual(finished);
    expect(await fixture.process({}, { hop: 0 })).toEqual(finished);
    expect(await fixture.job()).toMatchObject({ status: 'completed', hop: 1, crashes: 1 });
    expect(fixture.asked).toHaveLength(2);
  });

  it('calls the images of a lost job its own to remove, and is not stopped by a bucket that fails', async () => {
    const late: Act = async (call, model) => {
      const job = await fixture.job();
      await fixture.jobs.apply(job.id, {
        name: 'end',
        when: [],
        change: {
          set: {
            status: 'failed',
            completedAt: 1,
            expiresAt: 2,
            failure: { code: 'internal', message: 'm', warnings: [] },
          },
        },
      });
      return deliverImages()(call, model);
    };
    const fixture = createWorkerFixture([late]);
    await fixture.accept();
    const disposition = await fixture.process({ images: { ...fixture.images, remove: down } }, {}, createMessage());
    expect(disposition).toEqual({ action: 'retry', afterSeconds: 10 });
    expect(fixture.events.map(({ code }) => code)).toContain('cleanup_failed');
    expect((await fixture.job()).attempts).toMatchObject([{ outcome: 'succeeded', billed: 'yes' }]);
  });

  it('records images that it could not list as paid for, and makes its one further request', async () => {
    const fixture = createWorkerFixture([deliverImages(), deliverImages()]);
    await fixture.accept();
    const putJson = (key: string, value: JsonValue) =>
      key.endsWith('/1/manifest.json') ? down() : fixture.images.putJson(key, value);
    await fixture.process({ images: { ...fixture.images, putJson } });
    const notStored = { outcome: 'not_stored', billed: 'yes', message: expect.stringContaining('store') };
    expect((await fixture.job()).attempts).toMatchObject([notStored, { outcome: 'succeeded' }]);
  });

  it('finishes with the images that are there where the provider has forgotten the work since', async () => {
    const ticket: Act = async () => ({ status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 5 });
    const forgotten: Act<Failed> = async () => ({
      status: 'failed',
      failure: new ProviderFailure('malformed', 'There is no such work any more.'),
    });
    const fixture = createWorkerFixture([ticket], { resume: [deliverImages(), forgotten] });
    await fixture.accept();
    await fixture.process();
    fixture.clock.advance(5);
    await fixture.process(failingAt(fixture, 'complete'), { hop: 1 });
    fixture.clock.advance(15);
    expect(await fixture.process({}, { hop: 1 })).toEqual(finished);
    expect(await fixture.job()).toMatchObject({ status: 'completed', attempts: [{ outcome: 'succeeded' }] });
  });
});
