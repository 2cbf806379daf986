import { describe, expect, it } from 'vitest';
import { resultKeys } from '../../../../lambda/application/attempt/storage/attempt-keys.ts';
import type { ProcessJobDependencies } from '../../../../lambda/application/process/process-job.ts';
import { cancel, erase } from '../../../../lambda/domain/jobs/endings.ts';
import { acceptedJob, type JobOrder } from '../../../../lambda/domain/jobs/job.ts';
import { sampleOrder } from '../../../support/sample-job.ts';
import { type Act, createWorkerFixture, deliverImages, failWith } from '../../../support/worker-fixture.ts';

const idOf = (number: number) => `3f2f6a52-1111-4a5b-8c3d-00000000000${number}`;
const nonceOf = (number: number) => `9d1c6a52-2222-4a5b-8c3d-00000000000${number}`;
const cache = { id: 'answer-1', ttlSeconds: 300, store: true };

/** A stage with equal jobs, by their numbers. */
function createCacheFixture(script: Act[]) {
  const fixture = createWorkerFixture(script, { order: { cache } });
  const accept = (number: number, over: Partial<JobOrder> = {}) => {
    const at = fixture.clock.now();
    const times = { createdAt: at, deadlineAt: at + 1800_000 };
    const order = sampleOrder({ id: idOf(number), submissionNonce: nonceOf(number), cache, ...times, ...over });
    return fixture.jobs.create(acceptedJob(order));
  };
  const find = async (number: number) => {
    const job = await fixture.jobs.find(idOf(number));
    if (!job) throw new Error(`There is no job ${number}.`);
    return job;
  };
  return {
    ...fixture,
    accept,
    find,
    /** A worker takes the job up as far as it goes. */
    async work(number: number, over: Partial<ProcessJobDependencies> = {}) {
      const { hop } = await find(number);
      await fixture.process(over, { jobId: idOf(number), hop });
      return find(number);
    },
    codes: () => fixture.events.map(({ code }) => code),
    keysBelow: (prefix: string) => [...fixture.images.objects.keys()].filter((key) => key.startsWith(prefix)),
  };
}

const imagesOf = (job: Awaited<ReturnType<ReturnType<typeof createCacheFixture>['find']>>) =>
  job.status === 'completed' ? job.result.images.map(({ key }) => key) : [];

describe('consultAnswers', () => {
  it('completes an equal job with copies of its own, without a provider request', async () => {
    const fixture = createCacheFixture([deliverImages()]);
    await fixture.accept(1);
    await fixture.work(1);
    await fixture.accept(2);
    const hit = await fixture.work(2);
    expect(hit).toMatchObject({ status: 'completed', attempts: [], result: { cached: true } });
    expect(imagesOf(hit)).toEqual([`results/r2/${nonceOf(2)}/answer/0.png`]);
    expect(fixture.asked).toHaveLength(1);
    expect(fixture.codes()).toEqual(expect.arrayContaining(['answer_led', 'answer_published', 'answer_hit']));
    expect(fixture.keysBelow('cache/')).toEqual([`cache/r2/${nonceOf(1)}/0.png`]);
  });

  it('costs a hit no provider request, and one call to the bucket for each image', async () => {
    const fixture = createCacheFixture([deliverImages(3)]);
    await fixture.accept(1, { imagesWanted: 3 });
    await fixture.work(1);
    await fixture.accept(2, { imagesWanted: 3 });
    const calls: string[] = [];
    const counted = <Port extends object>(name: string, port: Port): Port =>
      new Proxy(port, {
        get(target, member) {
          const value: unknown = Reflect.get(target, member);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]) => {
            calls.push(`${name}.${String(member)}`);
            return value.apply(target, args);
          };
        },
      });
    const { answers, images, gates, slots } = fixture.dependencies;
    await fixture.work(2, {
      ...{ answers: counted('answers', answers), images: counted('images', images) },
      ...{ gates: counted('gates', gates), slots: counted('slots', slots) },
    });
    expect(calls).toEqual(['answers.find', 'images.copy', 'images.copy', 'images.copy']);
  });

  it('waits while the leader is at work, and takes no slot meanwhile', async () => {
    const fixture = createCacheFixture([]);
    await fixture.accept(1);
    await fixture.answers.lead(
      { id: cache.id, owner: 'vk_1', leader: idOf(1), nonce: nonceOf(1), state: 'leading', deadlineAt: 0 },
      undefined,
    );
    await fixture.accept(2);
    const slots = { read: () => Promise.reject(new Error('no slot')), write: async () => true };
    const waiting = await fixture.work(2, { slots });
    expect(waiting).toMatchObject({ status: 'processing', hop: 1, dueAt: fixture.clock.now() + 2500, leaseUntil: 0 });
    expect(fixture.asked).toEqual([]);
    expect(fixture.codes()).not.toContain('slot_not_told');
  });

  it('makes its own request, and leads nothing, once there would be no time for it', async () => {
    const fixture = createCacheFixture([deliverImages()]);
    await fixture.accept(1, { deadlineAt: fixture.clock.now() + 7200_000 });
    const entry = { id: cache.id, owner: 'vk_1', leader: idOf(1), nonce: nonceOf(1) };
    await fixture.answers.lead({ ...entry, state: 'leading', deadlineAt: 0 }, undefined);
    await fixture.accept(2);
    // Its request may take 300 s, and its wake-up be 120 s late.
    fixture.clock.advance(1800 - 300 - 120 - 2);
    const waiting = await fixture.work(2);
    expect(waiting).toMatchObject({ status: 'processing', dueAt: fixture.clock.now() + 2000 });
    fixture.clock.advance(2);
    expect(await fixture.work(2)).toMatchObject({ status: 'completed' });
    expect(fixture.answers.entries.get(cache.id)).toMatchObject({ leader: idOf(1), state: 'leading' });
    expect(fixture.keysBelow('cache/')).toEqual([]);
  });

  it.each([
    ['failed', [failWith('invalid', 'No.')], {}],
    ['completed in part', [deliverImages(1)], { imagesWanted: 2 }],
  ] as const)('takes the place of a leader that has %s', async (_, script, over) => {
    const fixture = createCacheFixture([...script, deliverImages(2)]);
    await fixture.accept(1, over);
    await fixture.work(1);
    await fixture.accept(2, over);
    expect(await fixture.work(2)).toMatchObject({ status: 'completed' });
    expect(fixture.asked).toHaveLength(2);
    expect(fixture.answers.entries.get(cache.id)).toMatchObject({ leader: idOf(2), nonce: nonceOf(2), state: 'full' });
  });

  it('takes the place of a leader that was cancelled, and of one that is unknown', async () => {
    const fixture = createCacheFixture([deliverImages()]);
    await fixture.accept(1);
    await fixture.jobs.apply(idOf(1), cancel(await fixture.find(1), fixture.clock.now()));
    const entry = { id: cache.id, owner: 'vk_1', leader: idOf(1), nonce: nonceOf(1) };
    await fixture.answers.lead({ ...entry, state: 'leading', deadlineAt: 0 }, undefined);
    await fixture.accept(2);
    await fixture.work(2);
    expect(fixture.events).toContainEqual(
      expect.objectContaining({ code: 'answer_led', fields: expect.objectContaining({ takenOver: true }) }),
    );
    const other = createCacheFixture([deliverImages()]);
    await other.answers.lead({ ...entry, leader: 'gone', state: 'leading', deadlineAt: 0 }, undefined);
    await other.accept(2);
    expect(await other.work(2)).toMatchObject({ status: 'completed' });
  });

  it('publishes in the stead of a leader that has completed and said nothing', async () => {
    const fixture = createCacheFixture([deliverImages()]);
    await fixture.accept(1);
    const publish = () => Promise.reject(new Error('The table is down.'));
    await fixture.work(1, { answers: { ...fixture.answers, publish } });
    expect(fixture.answers.entries.get(cache.id)).toMatchObject({ state: 'leading' });
    await fixture.accept(2);
    expect(await fixture.work(2)).toMatchObject({ status: 'processing', dueAt: fixture.clock.now() + 1000 });
    fixture.clock.advance(6);
    expect(await fixture.work(2)).toMatchObject({ status: 'completed', result: { cached: true } });
    expect(fixture.asked).toHaveLength(1);
  });

  it('serves hits that are whole after the job that made the images was deleted', async () => {
    const fixture = createCacheFixture([deliverImages()]);
    await fixture.accept(1);
    const leader = await fixture.work(1);
    await fixture.images.remove(resultKeys(leader));
    await fixture.jobs.apply(idOf(1), erase(leader, fixture.clock.now()));
    await fixture.accept(2);
    const hit = await fixture.work(2);
    for (const key of imagesOf(hit)) expect(fixture.images.objects.has(key)).toBe(true);
    expect(imagesOf(hit)).toHaveLength(1);
  });

  it('makes new images where one of an answer is gone, or its time is over', async () => {
    const fixture = createCacheFixture([deliverImages(), deliverImages(), deliverImages()]);
    await fixture.accept(1);
    await fixture.work(1);
    await fixture.images.remove([`cache/r2/${nonceOf(1)}/0.png`]);
    await fixture.accept(2);
    expect((await fixture.work(2)).attempts).toHaveLength(1);
    fixture.clock.advance(300);
    await fixture.accept(3);
    expect((await fixture.work(3)).attempts).toHaveLength(1);
    // What it replaces goes with it.
    expect(fixture.keysBelow('cache/')).toEqual([`cache/r2/${nonceOf(3)}/0.png`]);
  });

  it('neither leads nor stores where that is not wanted, and takes an answer', async () => {
    const fixture = createCacheFixture([deliverImages(), deliverImages()]);
    const noStore = { cache: { ...cache, store: false } };
    await fixture.accept(1, noStore);
    await fixture.work(1);
    expect(fixture.answers.entries.size).toBe(0);
    await fixture.accept(2);
    await fixture.work(2);
    await fixture.accept(3, noStore);
    expect(await fixture.work(3)).toMatchObject({ result: { cached: true } });
  });

  it('continues without the table of answers where that fails', async () => {
    const fixture = createCacheFixture([deliverImages()]);
    await fixture.accept(1);
    const find = () => Promise.reject(new Error('The table is down.'));
    expect(await fixture.work(1, { answers: { ...fixture.answers, find } })).toMatchObject({ status: 'completed' });
    expect(fixture.codes()).toContain('answers_unavailable');
  });

  it('tries again where the bucket fails to copy', async () => {
    const fixture = createCacheFixture([deliverImages()]);
    await fixture.accept(1);
    await fixture.work(1);
    await fixture.accept(2);
    const copy = () => Promise.reject(new Error('The bucket is down.'));
    const later = await fixture.work(2, { images: { ...fixture.images, copy } });
    expect(later).toMatchObject({ status: 'processing', dueAt: fixture.clock.now() + 10_000 });
    fixture.clock.advance(10);
    expect(await fixture.work(2)).toMatchObject({ result: { cached: true } });
  });

  it('leaves no copies of a job that was deleted meanwhile', async () => {
    const fixture = createCacheFixture([deliverImages()]);
    await fixture.accept(1);
    await fixture.work(1);
    await fixture.accept(2);
    const copy = async (from: string, to: string) => {
      const now = fixture.clock.now();
      await fixture.jobs.apply(idOf(2), cancel(await fixture.find(2), now));
      await fixture.jobs.apply(idOf(2), erase(await fixture.find(2), now));
      return fixture.images.copy(from, to);
    };
    await fixture.work(2, { images: { ...fixture.images, copy } });
    expect(fixture.codes()).toContain('job_lost');
    expect(fixture.keysBelow(`results/r2/${nonceOf(2)}`)).toEqual([]);
  });
});
