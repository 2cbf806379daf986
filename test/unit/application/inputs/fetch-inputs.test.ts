import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fetchInputs } from '../../../../lambda/application/inputs/fetch-inputs.ts';
import { deleteJob } from '../../../../lambda/application/serve/delete-job.ts';
import { JobLost } from '../../../../lambda/application/timing/heartbeat.ts';
import type { Candidate } from '../../../../lambda/domain/generation.ts';
import type { ByteStream } from '../../../../lambda/domain/images/image.ts';
import type { InputSources } from '../../../../lambda/domain/jobs/input-addresses.ts';
import type { Job, OpenJob } from '../../../../lambda/domain/jobs/job.ts';
import { budgetedWindows } from '../../../../lambda/domain/usage/budgets.ts';
import { takeSlot } from '../../../../lambda/domain/usage/running-slots.ts';
import { addressed, inputHosts, orderOf } from '../../../support/addressed-inputs.ts';
import { sampleCaller, sampleKey } from '../../../support/api-fixture.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { noon } from '../../../support/sample-job.ts';
import {
  type Act,
  createWorkerFixture,
  deliverImages,
  failWith,
  onePixelPng,
} from '../../../support/worker-fixture.ts';

const png = Buffer.from(pngBytes(5000));
const [first, second] = [addressed('image-1'), addressed('image-2', 'image[]')];
const everywhere = { [first.address]: png, [second.address]: png };

/** A job whose inputs are at hosts that have these bytes. */
async function world(
  sources: InputSources,
  bytesAt: Parameters<typeof inputHosts>[0],
  script: Act[] = [deliverImages()],
) {
  const fixture = createWorkerFixture(script, { order: orderOf(sources) });
  const hosts = inputHosts(bytesAt);
  const { addresses } = fixture.order;
  if (!addresses) throw new Error('The order names no address.');
  await fixture.images.putJson(addresses.key, JSON.parse(JSON.stringify(sources)));
  await fixture.accept();
  const codes = () => fixture.events.map(({ code }) => code);
  return {
    ...fixture,
    ...hosts,
    addresses,
    codes,
    work: (over: Parameters<typeof fixture.process>[0] = {}, ...rest: never[]) =>
      fixture.process({ fetchInput: hosts.fetchInput, ...over }, ...rest),
  };
}

const failureIn = (job: Job) => ('failure' in job ? job.failure : undefined);

describe(fetchInputs, () => {
  it('brings addressed inputs into the bucket, in their order among the others, before anything is asked of a provider', async () => {
    const stored = {
      key: 'inputs/r2/n/image-0.png',
      bytes: 9,
      type: 'png',
      width: 8,
      height: 8,
      hasAlpha: true,
    } as const;
    const fixture = await world({ images: [first, stored, second] }, everywhere, [
      async (call, model) => {
        expect(fixture.asked).toEqual([first.address, second.address]);
        expect((await fixture.job()).addresses?.isFetched).toBe(true);
        return deliverImages()(call, model);
      },
    ]);
    await fixture.work();
    const job = await fixture.job();
    const sha256 = createHash('sha256').update(png).digest('hex');
    const facts = { type: 'png', width: 640, height: 480, hasAlpha: false, bytes: 5000, sha256 };
    expect(job).toMatchObject({ status: 'completed', addresses: { isFetched: true } });
    expect(job.images).toEqual([
      { ...facts, key: `${first.keyWithoutExtension}.png` },
      stored,
      { ...facts, key: `${second.keyWithoutExtension}.png` },
    ]);
    expect(fixture.images.objects.get(`${first.keyWithoutExtension}.png`)?.bytes).toEqual(png);
    expect(fixture.events).toContainEqual({
      code: 'inputs_fetched',
      fields: { jobId: job.id, operation: 'edit', count: 2, bytes: 10_009, seconds: 0 },
      cause: undefined,
    });
  });

  it("waits for one of its owner's slots first, since a slow host occupies a worker, also for a polled task", async () => {
    const fixture = await world({ images: [first] }, everywhere);
    const settings = { ...fixture.dependencies.settings, maxRunningJobs: { shared: 1, alone: 1 } };
    const { catalog } = fixture.dependencies;
    const polled = { ...catalog, timing: (candidate: Candidate) => ({ ...catalog.timing(candidate), isPolled: true }) };
    const name = { owner: 'vk_1', lane: 'shared', part: 0 } as const;
    const seen = await fixture.slots.read(name);
    const other = { jobId: 'another-job-of', claim: 1, until: noon + 420_000, maxSlots: 1 };
    const taken = takeSlot(seen.state, { ...other, typicalMilliseconds: 20_000, random: 0 }, noon);
    await fixture.slots.write(name, seen, taken.state);
    await fixture.work({ settings, catalog: polled });
    expect(fixture.asked).toEqual([]);
    expect(fixture.codes()).toContain('slot_awaited');
    await fixture.slots.write(name, await fixture.slots.read(name), seen.state);
    fixture.clock.advance(60);
    await fixture.work({ settings, catalog: polled }, ...([{ hop: 1 }] as never[]));
    expect(fixture.asked).toEqual([first.address]);
    expect((await fixture.job()).status).toBe('completed');
  });

  it('fetches nothing again for whatever is tried next', async () => {
    const fixture = await world({ images: [first] }, everywhere, [
      failWith('overloaded', 'busy'),
      failWith('overloaded', 'busy'),
      deliverImages(),
    ]);
    for (let hop = 0; hop < 4 && (await fixture.job()).status !== 'completed'; hop += 1) {
      await fixture.work({}, ...([{ hop: (await fixture.job()).hop }] as never[]));
      fixture.clock.advance(60);
    }
    expect(await fixture.job()).toMatchObject({ status: 'completed', attempts: [{}, {}, { outcome: 'succeeded' }] });
    expect(fixture.asked).toEqual([first.address]);
  });

  it('fetches an address once that several inputs name, in whichever spelling, and deletes with the job what they share', async () => {
    const again = { ...addressed('image-2', 'image[]'), address: first.address };
    const spelt = { ...addressed('image-3', 'image[]'), address: 'HTTPS://Images.Example:443/x/../image-1#part' };
    const mask = { ...addressed('mask', 'mask'), address: first.address };
    const sources = { images: [first, again, spelt, second], mask };
    const fixture = await world(sources, { [first.address]: onePixelPng, [second.address]: onePixelPng });
    await fixture.work();
    expect(fixture.asked).toEqual([first.address, second.address]);
    const job = await fixture.job();
    const [shared, other] = [`${first.keyWithoutExtension}.png`, `${second.keyWithoutExtension}.png`];
    expect(job).toMatchObject({ status: 'completed', mask: { key: shared } });
    expect(job.images.map(({ key }) => key)).toEqual([shared, shared, shared, other]);
    expect(fixture.events.find(({ code }) => code === 'inputs_fetched')?.fields).toMatchObject({
      count: 5,
      bytes: 2 * onePixelPng.length,
    });
    await deleteJob(fixture.dependencies, sampleCaller(), 'edit', fixture.order.id);
    expect([...fixture.images.objects.keys()]).toEqual([]);
  });

  it('judges a shared input as each of those that name it', async () => {
    const mask = { ...addressed('mask', 'mask'), address: first.address };
    const fixture = await world({ images: [first], mask }, everywhere, []);
    await fixture.work();
    expect(fixture.asked).toEqual([first.address]);
    expect(failureIn(await fixture.job())).toMatchObject({ code: 'invalid_image', param: 'mask' });
  });

  it.each([
    ['what no host has', {}, 'could not be fetched from its address: the server answered 404.', 'status'],
    [
      'text',
      { [second.address]: Buffer.from('<html>Not here</html>') },
      'is not a readable PNG, JPEG or WebP image. (The type is detected from the bytes.)',
      'not_an_image',
    ],
    [
      'too many pixels',
      { [second.address]: pngBytes(99, { width: 9000, height: 9000 }) },
      'has 9000x9000 pixels; the maximum is 64,000,000. Scale it down.',
      'too_many_pixels',
    ],
  ])('ends the job at no cost for %s, naming the field', async (_, other, what, reason) => {
    const fixture = await world({ images: [first, second] }, { [first.address]: png, ...other }, []);
    const at = { nonce: fixture.order.submissionNonce, jobId: fixture.order.id, at: fixture.order.createdAt };
    const budgets = [{ usd: 1, micros: 1_000_000, period: '1d' } as const];
    await fixture.usage.reserve('vk_1', { ...at, micros: 5000 }, { maxOpenJobs: 9, rateLimits: [], budgets });
    await fixture.work();
    const job = await fixture.job();
    expect(failureIn(job)).toEqual({
      code: 'invalid_image',
      message: `The image in "image[]" ${what}`,
      param: 'image[]',
      warnings: [],
    });
    expect(job).toMatchObject({ status: 'failed', attempts: [] });
    const usage = await fixture.usage.find('vk_1');
    expect(usage?.open).toEqual([]);
    expect(budgetedWindows(usage?.sums ?? [], budgets, fixture.clock.now())).toMatchObject([{ committed: 0 }]);
    expect(fixture.events.find(({ code }) => code === 'input_not_fetched')).toEqual({
      code: 'input_not_fetched',
      fields: { jobId: job.id, operation: 'edit', reason },
      // It would name the host.
      cause: undefined,
    });
  });

  it.each([
    [
      'of another size',
      pngBytes(99, { width: 64, height: 64 }),
      'is 64x64, but the first image is 640x480: both must have the same size.',
    ],
    ['without alpha', png, 'has no alpha channel. Its transparent areas mark what to edit: send a PNG with alpha.'],
  ])('refuses a mask %s as at submission', async (_, bytes, what) => {
    const mask = addressed('mask', 'mask');
    const fixture = await world({ images: [first], mask }, { ...everywhere, [mask.address]: bytes }, []);
    await fixture.work();
    expect(failureIn(await fixture.job())).toMatchObject({ message: `The image in "mask" ${what}`, param: 'mask' });
  });

  it('refuses a mask that leaves nothing to edit', async () => {
    const mask = addressed('mask', 'mask');
    const one = { [first.address]: onePixelPng, [mask.address]: onePixelPng };
    const opaque = await world({ images: [first], mask }, one, []);
    await opaque.work({ inspectMask: async () => 'opaque' });
    expect(failureIn(await opaque.job())?.message).toContain('has no transparent area');
    const transparent = await world({ images: [first], mask }, one);
    await transparent.work();
    expect(await transparent.job()).toMatchObject({
      status: 'completed',
      mask: { key: `${mask.keyWithoutExtension}.png` },
    });
  });

  it('checks a mask that came with the request against a first image that did not', async () => {
    const mask = { key: 'inputs/r2/n/mask.png', bytes: 9, type: 'png', width: 8, height: 8, hasAlpha: true } as const;
    const fixture = await world({ images: [first], mask }, everywhere, []);
    await fixture.work();
    expect(failureIn(await fixture.job())).toMatchObject({ code: 'invalid_image', param: 'mask' });
  });

  it('gives a host up that takes too long', async () => {
    const silent = (): ByteStream => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) });
    const fixture = await world({ images: [first] }, { [first.address]: silent }, []);
    const waits: number[] = [];
    const timers = {
      after(milliseconds: number, run: () => void) {
        if (milliseconds === 60_000) setImmediate(run);
        waits.push(milliseconds);
        return () => {};
      },
    };
    await fixture.work({ timers });
    expect(waits).toContain(60_000);
    expect(failureIn(await fixture.job())?.message).toBe(
      'The image in "image" could not be fetched from its address in time.',
    );
  });

  it("takes a fault of the gateway's bucket for no fault of the caller", async () => {
    const fixture = await world({ images: [first] }, everywhere);
    const save = async () => {
      throw new Error('S3 is down.');
    };
    await fixture.work({ images: { ...fixture.images, save } });
    expect(await fixture.job()).toMatchObject({ status: 'processing', attempts: [], addresses: { isFetched: false } });
    fixture.clock.advance(60);
    await fixture.work();
    expect(await fixture.job()).toMatchObject({ status: 'completed' });
  });

  it('ends with its lease, and keeps nothing', async () => {
    const lost = new AbortController();
    const silent = (): ByteStream => ({
      [Symbol.asyncIterator]: () => {
        lost.abort(new JobLost('The lease was lost.'));
        return { next: () => new Promise(() => {}) };
      },
    });
    const fixture = await world({ images: [first] }, { [first.address]: silent }, []);
    const dependencies = { ...fixture.dependencies, fetchInput: fixture.fetchInput };
    const job = (await fixture.job()) as OpenJob;
    await expect(fetchInputs(dependencies, job, 300, lost.signal)).rejects.toThrow(JobLost);
    expect(await fixture.job()).toMatchObject({ status: 'pending', images: [], addresses: { isFetched: false } });
  });

  it('starts nothing that its function has no time for', async () => {
    const fixture = await world({ images: [first] }, everywhere);
    await fixture.process({ fetchInput: fixture.fetchInput }, {}, undefined, 200);
    expect(fixture.asked).toEqual([]);
    await fixture.process({ fetchInput: fixture.fetchInput }, { hop: 1 });
    expect(await fixture.job()).toMatchObject({ status: 'completed' });
  });

  it('fetches again, into the same objects, if the write that keeps them was lost', async () => {
    const fixture = await world({ images: [first] }, everywhere);
    const apply: typeof fixture.jobs.apply = async (id, transition) => {
      if (transition.name === 'keepInputs') throw new Error('DynamoDB is down.');
      return fixture.jobs.apply(id, transition);
    };
    await fixture.work({ jobs: { ...fixture.jobs, apply } });
    fixture.clock.advance(60);
    await fixture.work();
    expect(fixture.asked).toHaveLength(2);
    const inputs = [...fixture.images.objects.keys()].filter((key) => key.startsWith('inputs/'));
    expect(inputs.toSorted()).toEqual([fixture.addresses.key, `${first.keyWithoutExtension}.png`]);
  });

  it('leaves no input of a job that is deleted meanwhile', async () => {
    const fixture = await world(
      { images: [first, second] },
      {
        [first.address]: png,
        [second.address]: async function* () {
          yield png;
          await deleteJob(fixture.dependencies, sampleCaller(), 'edit', fixture.order.id);
        },
      },
      [],
    );
    await fixture.work();
    expect(await fixture.job()).toMatchObject({ status: 'cancelled', attempts: [] });
    expect([...fixture.images.objects.keys()]).toEqual([]);
    expect(fixture.codes()).toContain('job_lost');
  });

  it('leaves no input of a deleted job that could not have been fetched', async () => {
    const fixture = await world(
      { images: [first, second] },
      {
        [first.address]: png,
        [second.address]: async function* () {
          await deleteJob(fixture.dependencies, sampleCaller(), 'edit', fixture.order.id);
          yield Buffer.from('text');
        },
      },
      [],
    );
    await fixture.work();
    expect([...fixture.images.objects.keys()]).toEqual([]);
  });

  it('is deleted with the job, whatever type an earlier worker found', async () => {
    const fixture = await world({ images: [first] }, everywhere);
    await fixture.images.put(`${first.keyWithoutExtension}.webp`, png, 'image/webp');
    await fixture.work();
    await deleteJob(fixture.dependencies, sampleCaller(), 'edit', fixture.order.id);
    expect([...fixture.images.objects.keys()]).toEqual([]);
  });

  it('reserves what the real inputs cost, and ends the job over budget before anything is asked', async () => {
    const fixture = await world({ images: [first] }, everywhere, []);
    const at = { nonce: fixture.order.submissionNonce, jobId: fixture.order.id, at: fixture.order.createdAt };
    const budgets = [{ usd: 0.01, micros: 10_000, period: '1d' } as const];
    await fixture.usage.reserve('vk_1', { ...at, micros: 5000 }, { maxOpenJobs: 9, rateLimits: [], budgets });
    const plan: typeof fixture.dependencies.plan = (...asked) => {
      const [, , [image]] = asked;
      const micros = (image?.width ?? 0) * 100;
      return { ...fixture.dependencies.plan(...asked), quote: { worst: micros, likely: micros, each: micros } };
    };
    await fixture.work({ plan, virtualKeys: { find: async () => sampleKey({ limits: { budgets } }) } });
    expect(failureIn(await fixture.job())).toMatchObject({ code: 'budget_exceeded' });
    expect((await fixture.usage.find('vk_1'))?.open).toEqual([]);
  });
});
