import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../lambda/domain/failure.ts';
import type { JsonValue } from '../../../lambda/domain/generation.ts';
import type { JobStore } from '../../../lambda/domain/ports.ts';
import type { Failed } from '../../../lambda/domain/provider.ts';
import { type Act, createMessage, createWorkerBench, deliverImages, failWith } from '../../support/worker-bench.ts';

const down = () => Promise.reject(new Error('down'));
const finished = { word: 'finished' };
type Bench = ReturnType<typeof createWorkerBench>;

/** The store of a bench that fails at one kind of write. */
const failingAt = (bench: Bench, ...names: string[]): { jobs: JobStore } => ({
  jobs: {
    ...bench.jobs,
    apply: (id, transition) => (names.includes(transition.name) ? down() : bench.jobs.apply(id, transition)),
  },
});

const limited = failWith('rate_limited', 'slow down', { retryAfterSeconds: 20 });

describe('processJob, when a store is down', () => {
  it('keeps the message for ten seconds and some jitter when it can not even claim', async () => {
    const bench = createWorkerBench([]);
    await bench.accept();
    expect(await bench.process(failingAt(bench, 'claim'))).toEqual({ word: 'keep', afterSeconds: 15 });
    expect(await bench.process({ ...failingAt(bench, 'claim'), random: () => 0 })).toMatchObject({ afterSeconds: 10 });
    expect((await bench.job()).status).toBe('pending');
  });

  it('gives the job back, so that the same message goes on with it and no crash is counted', async () => {
    const bench = createWorkerBench([limited, limited, limited, limited, deliverImages()]);
    await bench.accept();
    for (let fault = 0; fault < 4; fault += 1) {
      expect(await bench.process({ queue: { send: down } })).toEqual({ word: 'keep', afterSeconds: 15 });
      expect(await bench.job()).toMatchObject({ status: 'processing', hop: 0, leaseHeld: 0, leaseUntil: 0 });
      bench.clock.advance(20);
    }
    expect(await bench.process()).toEqual(finished);
    expect(await bench.job()).toMatchObject({ status: 'completed', crashes: 0 });
  });

  it('finishes with the images that are there when only the last write failed, and asks nobody again', async () => {
    const bench = createWorkerBench([deliverImages()]);
    await bench.accept();
    expect(await bench.process(failingAt(bench, 'complete'))).toMatchObject({ word: 'keep' });
    bench.clock.advance(15);
    expect(await bench.process()).toEqual(finished);
    expect(await bench.job()).toMatchObject({ status: 'completed', crashes: 0, attempts: [{ outcome: 'succeeded' }] });
    expect(bench.asked).toHaveLength(1);
  });

  it('sends no request that it could not write down', async () => {
    const bench = createWorkerBench([deliverImages()]);
    await bench.accept();
    await bench.process(failingAt(bench, 'startAttempt'));
    expect(bench.asked).toEqual([]);
    bench.clock.advance(15);
    expect(await bench.process()).toEqual(finished);
  });

  it('does not let go of a job that waits before the next hop is durable', async () => {
    const bench = createWorkerBench([limited, deliverImages()]);
    await bench.accept();
    const written: string[] = [];
    const queue = { send: async () => void written.push('send') };
    const apply: JobStore['apply'] = (id, transition) => {
      written.push(transition.name);
      return bench.jobs.apply(id, transition);
    };
    await bench.process({ queue, jobs: { ...bench.jobs, apply } });
    expect(written.slice(-2)).toEqual(['send', 'release']);
  });

  it('lets the successor go on when it could not let go itself', async () => {
    const bench = createWorkerBench([limited, deliverImages()]);
    await bench.accept();
    await bench.process(failingAt(bench, 'release', 'giveBack'));
    expect(bench.queue.take()).toMatchObject([{ wakeUp: { hop: 1 } }]);
    bench.clock.advance(20);
    expect(await bench.process({}, { hop: 1 })).toMatchObject({ word: 'keep' });
    bench.clock.advance(105);
    expect(await bench.process({}, { hop: 1 })).toEqual(finished);
    expect(await bench.process({}, { hop: 0 })).toEqual(finished);
    expect(await bench.job()).toMatchObject({ status: 'completed', hop: 1, crashes: 1 });
    expect(bench.asked).toHaveLength(2);
  });

  it('calls the images of a lost job its own to remove, and is not stopped by a bucket that fails', async () => {
    const late: Act = async (call, model) => {
      const job = await bench.job();
      await bench.jobs.apply(job.id, {
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
    const bench = createWorkerBench([late]);
    await bench.accept();
    const verdict = await bench.process({ images: { ...bench.images, remove: down } }, {}, createMessage());
    expect(verdict).toEqual({ word: 'keep', afterSeconds: 10 });
    expect(bench.events.map(({ code }) => code)).toContain('cleanup_failed');
    expect((await bench.job()).attempts).toMatchObject([{ outcome: 'succeeded', billed: 'yes' }]);
  });

  it('records images that it could not list as paid for, and makes its one further request', async () => {
    const bench = createWorkerBench([deliverImages(), deliverImages()]);
    await bench.accept();
    const putJson = (key: string, value: JsonValue) =>
      key.endsWith('/1/manifest.json') ? down() : bench.images.putJson(key, value);
    await bench.process({ images: { ...bench.images, putJson } });
    const notStored = { outcome: 'not_stored', billed: 'yes', message: expect.stringContaining('store') };
    expect((await bench.job()).attempts).toMatchObject([notStored, { outcome: 'succeeded' }]);
  });

  it('finishes with the images that are there where the provider has forgotten the work since', async () => {
    const ticket: Act = async () => ({ status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 5 });
    const forgotten: Act<Failed> = async () => ({
      status: 'failed',
      failure: new ProviderFailure('malformed', 'There is no such work any more.'),
    });
    const bench = createWorkerBench([ticket], { resume: [deliverImages(), forgotten] });
    await bench.accept();
    await bench.process();
    bench.clock.advance(5);
    await bench.process(failingAt(bench, 'complete'), { hop: 1 });
    bench.clock.advance(15);
    expect(await bench.process({}, { hop: 1 })).toEqual(finished);
    expect(await bench.job()).toMatchObject({ status: 'completed', attempts: [{ outcome: 'succeeded' }] });
  });
});
