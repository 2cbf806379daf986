import { describe, expect, it } from 'vitest';
import { deleteJob } from '../../../../lambda/application/serve/delete-job.ts';
import type { KeyStore } from '../../../../lambda/domain/keys/key-store.ts';
import type { VirtualKey } from '../../../../lambda/domain/keys/virtual-key.ts';
import { jobView } from '../../../../lambda/http/answer/job-view.ts';
import { sampleCaller, sampleKey } from '../../../support/api-bench.ts';
import { noon } from '../../../support/sample-job.ts';
import { type Act, createWorkerBench, deliverImages, failWith } from '../../../support/worker-bench.ts';

const key = sampleKey();

/** A worker with a job that was submitted by a key, which is as `now` says at each look. */
function createKeyBench(script: Act[], options: Parameters<typeof createWorkerBench>[1] = {}) {
  const bench = createWorkerBench(script, options);
  const looks: string[] = [];
  let now: VirtualKey | undefined = key;
  const virtualKeys: Pick<KeyStore, 'find'> = {
    async find(id) {
      looks.push(id);
      return now;
    },
  };
  return {
    ...bench,
    looks,
    set: (next: VirtualKey | undefined) => {
      now = next;
    },
    work: (hop = 0) => bench.process({ virtualKeys }, { hop }),
  };
}

const stopped = { status: 'cancelled', failure: { code: 'virtual_key_blocked' } };

describe('stopBlocked', () => {
  it.each([
    ['is blocked', { ...key, active: false }, 'blocked'],
    ['has expired', { ...key, expiresAt: noon }, 'expired'],
    ['was deleted', undefined, 'deleted'],
  ])('ends a waiting job whose key %s, and asks no provider', async (_, standing, why) => {
    const bench = createKeyBench([deliverImages()]);
    await bench.accept();
    bench.set(standing);
    expect(await bench.work()).toEqual({ word: 'finished' });
    expect(await bench.job()).toMatchObject({ ...stopped, attempts: [], completedAt: noon, leaseHeld: 0 });
    expect([bench.asked, bench.looks]).toEqual([[], [bench.order.owner]]);
    expect(bench.events.at(-1)).toMatchObject({ code: 'job_stopped', fields: { standing: why } });
    expect(bench.jobs.record(bench.order.id)).not.toHaveProperty('openShard');
  });

  it('lets a job go on whose key is good, also one that expires later', async () => {
    const bench = createKeyBench([deliverImages()]);
    await bench.accept();
    bench.set({ ...key, expiresAt: noon + 1 });
    await bench.work();
    expect((await bench.job()).status).toBe('completed');
  });

  it('makes no further request for a job of which one has failed', async () => {
    const bench = createKeyBench([
      async (call, model) => {
        bench.set({ ...key, active: false });
        return failWith('overloaded', 'Busy.')(call, model);
      },
      deliverImages(),
    ]);
    await bench.accept();
    await bench.work();
    for (const hop of [1, 2]) {
      bench.clock.advance(60);
      await bench.work(hop);
    }
    expect(bench.asked).toHaveLength(1);
    expect(await bench.job()).toMatchObject({ ...stopped, attempts: [{ outcome: 'overloaded' }] });
  });

  it('makes no further request for the images that are missing', async () => {
    const bench = createKeyBench(
      [
        async (call, model) => {
          bench.set(undefined);
          return deliverImages(1)(call, model);
        },
      ],
      {
        imagesPerRequest: 1,
        order: {
          imagesWanted: 2,
          submission: {
            in: 'item',
            submission: { operation: 'generation', prompt: 'p', n: 2, parameters: {}, extra: {} },
          },
        },
      },
    );
    await bench.accept();
    await bench.work();
    expect(await bench.job()).toMatchObject({ ...stopped, attempts: [{ outcome: 'succeeded', billed: 'yes' }] });
    const { clock, jobs, images, queue } = bench;
    const { telemetry, usage } = bench.dependencies;
    await deleteJob(
      { clock, jobs, images, queue, usage, telemetry },
      sampleCaller({ owner: bench.order.owner }),
      'generation',
      bench.order.id,
    );
    expect([...images.objects.keys()]).toEqual([]);
  });

  it('lets work that a provider has in hand go on to its end', async () => {
    const ticket: Act = async () => ({ status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 5 });
    const bench = createKeyBench([ticket], { resume: [deliverImages()] });
    await bench.accept();
    await bench.work();
    bench.set({ ...key, active: false });
    bench.clock.advance(5);
    await bench.work(1);
    expect((await bench.job()).status).toBe('completed');
  });

  it('neither starts nor ends anything while the store of keys does not answer, and tries again', async () => {
    const bench = createKeyBench([deliverImages()]);
    await bench.accept();
    const virtualKeys: Pick<KeyStore, 'find'> = { find: () => Promise.reject(new Error('down')) };
    expect((await bench.process({ virtualKeys })).word).toBe('keep');
    expect(bench.asked).toEqual([]);
    expect(await bench.job()).toMatchObject({ status: 'processing', leaseHeld: 0, attempts: [] });
    bench.clock.advance(15);
    await bench.work();
    expect(await bench.job()).toMatchObject({ status: 'completed', crashes: 0 });
  });

  it('asks nobody about a job that an admin has submitted', async () => {
    const bench = createWorkerBench([deliverImages()], { order: { owner: 'admin:ann' } });
    await bench.accept();
    await bench.process({ virtualKeys: { find: () => Promise.reject(new Error('asked')) } });
    expect((await bench.job()).status).toBe('completed');
  });

  it('is told to the caller as a refusal of the key', async () => {
    const bench = createKeyBench([]);
    await bench.accept();
    bench.set(undefined);
    await bench.work();
    const linkTo = () => '';
    expect(jobView(await bench.job(), { linkTo })).toMatchObject({
      status: 'cancelled',
      status_code: 403,
      error: { status_code: 403, type: 'virtual_key_blocked', is_bifrost_error: true },
    });
  });
});
