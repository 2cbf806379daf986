import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../../lambda/domain/failure.ts';
import type { FetchImage } from '../../../../../lambda/domain/ports.ts';
import {
  type Act,
  createWorkerFixture,
  deliverImages,
  onePixelPng,
  streamOf,
} from '../../../../support/worker-fixture.ts';

const named =
  (...urls: string[]): Act =>
  async () => ({ status: 'finished', images: urls.map((url) => ({ url, revisedPrompt: 'redder' })), warnings: [] });

const gone: FetchImage = async function* () {
  yield* [];
  throw new ProviderFailure('malformed', "The provider's image could not be fetched: gone.", { billed: 'yes' });
};

describe('fetchResults', () => {
  it('brings what a provider only named into the bucket before the job is completed', async () => {
    const asked: unknown[] = [];
    const fixture = createWorkerFixture([named('https://cdn.example/1', 'https://cdn.example/2')]);
    await fixture.accept();
    const fetchImage: FetchImage = (url, provider, signal) => {
      asked.push([url, provider, signal.aborted]);
      return streamOf(onePixelPng);
    };
    await fixture.process({ fetchImage });
    expect(asked).toEqual([
      ['https://cdn.example/1', 'openai', false],
      ['https://cdn.example/2', 'openai', false],
    ]);
    const job = await fixture.job();
    if (job.status !== 'completed') throw new Error(`The job is ${job.status}.`);
    for (const image of job.result.images) {
      expect(image).toMatchObject({ type: 'png', bytes: onePixelPng.length, revisedPrompt: 'redder' });
      expect(onePixelPng.equals(fixture.images.objects.get(image.key)?.bytes ?? Buffer.alloc(0))).toBe(true);
    }
    expect(new Set(job.result.images.map(({ key }) => key)).size).toBe(2);
  });

  it('fetches after any number of milliseconds, for one payment', async () => {
    // In seconds, some of these leave a time that is no whole number of milliseconds.
    for (let milliseconds = 16_000; milliseconds < 16_300; milliseconds += 1) {
      const fixture = createWorkerFixture([
        async (call, model) => {
          fixture.clock.set(fixture.clock.now() + milliseconds);
          return named('https://cdn.example/1')(call, model);
        },
      ]);
      await fixture.accept();
      await fixture.process();
      expect(await fixture.job()).toMatchObject({ status: 'completed', attempts: [{ outcome: 'succeeded' }] });
    }
  });

  it('keeps images of both kinds apart', async () => {
    const mixed: Act = async (call) => {
      const [image] = [await call.saveImage(0, streamOf(onePixelPng))];
      return { status: 'finished', images: [{ url: 'https://cdn.example/1' }, { image }], warnings: [] };
    };
    const fixture = createWorkerFixture([mixed]);
    await fixture.accept();
    await fixture.process();
    const job = await fixture.job();
    expect(job.status === 'completed' && new Set(job.result.images.map(({ key }) => key)).size).toBe(2);
  });

  it('records an image that can not be had as paid for, and makes its one further request', async () => {
    const fixture = createWorkerFixture([named('https://cdn.example/1'), deliverImages()]);
    await fixture.accept();
    await fixture.process({ fetchImage: gone });
    expect(await fixture.job()).toMatchObject({
      status: 'completed',
      attempts: [
        { outcome: 'malformed', billed: 'yes', message: "The provider's image could not be fetched: gone." },
        { outcome: 'succeeded' },
      ],
    });
  });

  it('takes an address that leads to no image for the same', async () => {
    const fixture = createWorkerFixture([named('https://cdn.example/1'), deliverImages()]);
    await fixture.accept();
    await fixture.process({ fetchImage: () => streamOf(Buffer.from('<html>Not found</html>')) });
    expect((await fixture.job()).attempts).toMatchObject([{ outcome: 'malformed', billed: 'yes' }, {}]);
  });

  it('delivers the images that can be had, and says how many are missing', async () => {
    const fixture = createWorkerFixture([named('https://cdn.example/gone', 'https://cdn.example/2')]);
    await fixture.accept();
    const fetchImage: FetchImage = (url, ...rest) =>
      url.endsWith('gone') ? gone(url, ...rest) : streamOf(onePixelPng);
    await fixture.process({ fetchImage });
    expect(await fixture.job()).toMatchObject({
      status: 'completed',
      result: {
        images: [{ type: 'png' }],
        warnings: [{ code: 'images_missing', message: expect.stringContaining('1 of 2 images') }],
      },
    });
  });

  it('takes a bucket that fails for no fault of the address', async () => {
    const fixture = createWorkerFixture([named('https://cdn.example/1'), deliverImages()]);
    await fixture.accept();
    const save = async () => Promise.reject(new Error('The bucket is down.'));
    await fixture.process({ images: { ...fixture.images, save } });
    expect((await fixture.job()).attempts[0]).toMatchObject({
      outcome: 'not_stored',
      billed: 'yes',
      message: "The gateway could not store the provider's images.",
    });
  });
});
