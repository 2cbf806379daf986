import { describe, expect, it } from 'vitest';
import { deleteJob } from '../../../../lambda/application/serve/delete-job.ts';
import type { KeyStore } from '../../../../lambda/domain/keys/key-store.ts';
import type { VirtualKey } from '../../../../lambda/domain/keys/virtual-key.ts';
import { jobView } from '../../../../lambda/http/answer/job-view.ts';
import { sampleCaller, sampleKey } from '../../../support/api-fixture.ts';
import { noon } from '../../../support/sample-job.ts';
import { type Act, createWorkerFixture, deliverImages, failWith } from '../../../support/worker-fixture.ts';

const key = sampleKey();

/** A worker with a job that was submitted by a key, which is as `now` says at each look. */
function createKeyFixture(script: Act[], options: Parameters<typeof createWorkerFixture>[1] = {}) {
  const fixture = createWorkerFixture(script, options);
  const polls: string[] = [];
  let now: VirtualKey | undefined = key;
  const virtualKeys: Pick<KeyStore, 'find'> = {
    async find(id) {
      polls.push(id);
      return now;
    },
  };
  return {
    ...fixture,
    polls,
    set: (next: VirtualKey | undefined) => {
      now = next;
    },
    work: (hop = 0) => fixture.process({ virtualKeys }, { hop }),
  };
}

const stopped = { status: 'cancelled', failure: { code: 'virtual_key_blocked' } };

describe('stopBlocked', () => {
  it.each([
    ['is blocked', { ...key, active: false }, 'blocked'],
    ['has expired', { ...key, expiresAt: noon }, 'expired'],
    ['was deleted', undefined, 'deleted'],
  ])('ends a waiting job whose key %s, and asks no provider', async (_, standing, why) => {
    const fixture = createKeyFixture([deliverImages()]);
    await fixture.accept();
    fixture.set(standing);
    expect(await fixture.work()).toEqual({ action: 'delete' });
    expect(await fixture.job()).toMatchObject({ ...stopped, attempts: [], completedAt: noon, leaseHeld: 0 });
    expect([fixture.asked, fixture.polls]).toEqual([[], [fixture.order.owner]]);
    expect(fixture.events.at(-1)).toMatchObject({ code: 'job_stopped', fields: { standing: why } });
    expect(fixture.jobs.record(fixture.order.id)).not.toHaveProperty('openShard');
  });

  it('lets a job go on whose key is good, also one that expires later', async () => {
    const fixture = createKeyFixture([deliverImages()]);
    await fixture.accept();
    fixture.set({ ...key, expiresAt: noon + 1 });
    await fixture.work();
    expect((await fixture.job()).status).toBe('completed');
  });

  it('makes no further request for a job of which one has failed', async () => {
    const fixture = createKeyFixture([
      async (call, model) => {
        fixture.set({ ...key, active: false });
        return failWith('overloaded', 'Busy.')(call, model);
      },
      deliverImages(),
    ]);
    await fixture.accept();
    await fixture.work();
    for (const hop of [1, 2]) {
      fixture.clock.advance(60);
      await fixture.work(hop);
    }
    expect(fixture.asked).toHaveLength(1);
    expect(await fixture.job()).toMatchObject({ ...stopped, attempts: [{ outcome: 'overloaded' }] });
  });

  it('makes no further request for the images that are missing', async () => {
    const fixture = createKeyFixture(
      [
        async (call, model) => {
          fixture.set(undefined);
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
    await fixture.accept();
    await fixture.work();
    expect(await fixture.job()).toMatchObject({ ...stopped, attempts: [{ outcome: 'succeeded', billed: 'yes' }] });
    const { clock, jobs, images, queue } = fixture;
    const { telemetry, usage } = fixture.dependencies;
    await deleteJob(
      { clock, jobs, images, queue, usage, telemetry },
      sampleCaller({ owner: fixture.order.owner }),
      'generation',
      fixture.order.id,
    );
    expect([...images.objects.keys()]).toEqual([]);
  });

  it('lets work that a provider has in hand go on to its end', async () => {
    const ticket: Act = async () => ({ status: 'waiting', ticket: { id: 't-1' }, checkAfterSeconds: 5 });
    const fixture = createKeyFixture([ticket], { resume: [deliverImages()] });
    await fixture.accept();
    await fixture.work();
    fixture.set({ ...key, active: false });
    fixture.clock.advance(5);
    await fixture.work(1);
    expect((await fixture.job()).status).toBe('completed');
  });

  it('neither starts nor ends anything while the store of keys does not answer, and tries again', async () => {
    const fixture = createKeyFixture([deliverImages()]);
    await fixture.accept();
    const virtualKeys: Pick<KeyStore, 'find'> = { find: () => Promise.reject(new Error('down')) };
    expect((await fixture.process({ virtualKeys })).action).toBe('retry');
    expect(fixture.asked).toEqual([]);
    expect(await fixture.job()).toMatchObject({ status: 'processing', leaseHeld: 0, attempts: [] });
    fixture.clock.advance(15);
    await fixture.work();
    expect(await fixture.job()).toMatchObject({ status: 'completed', crashes: 0 });
  });

  it('asks nobody about a job that an admin has submitted', async () => {
    const fixture = createWorkerFixture([deliverImages()], { order: { owner: 'admin:ann' } });
    await fixture.accept();
    await fixture.process({ virtualKeys: { find: () => Promise.reject(new Error('asked')) } });
    expect((await fixture.job()).status).toBe('completed');
  });

  it('is told to the caller as a refusal of the key', async () => {
    const fixture = createKeyFixture([]);
    await fixture.accept();
    fixture.set(undefined);
    await fixture.work();
    const linkTo = () => '';
    expect(jobView(await fixture.job(), { linkTo })).toMatchObject({
      status: 'cancelled',
      status_code: 403,
      error: { status_code: 403, type: 'virtual_key_blocked', is_bifrost_error: true },
    });
  });
});
