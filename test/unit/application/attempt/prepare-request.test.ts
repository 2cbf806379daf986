import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { prepareRequest } from '../../../../lambda/application/attempt/prepare-request.ts';
import type { ProcessJobDependencies } from '../../../../lambda/application/process/process-job.ts';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import type { InputImage } from '../../../../lambda/domain/images/image.ts';
import {
  type Act,
  createMessage,
  createWorkerFixture,
  deliverImages,
  streamOf,
} from '../../../support/worker-fixture.ts';

const image: InputImage = {
  key: 'inputs/a.png',
  type: 'png',
  width: 9,
  height: 9,
  hasAlpha: true,
  bytes: 5,
  sha256: 'a',
};
const redrawn = (key: string, text: string) => {
  const bytes = new TextEncoder().encode(text);
  return { image: { ...image, key, bytes: bytes.length }, bytes };
};
const request: ImageRequest = {
  operation: 'edit',
  editType: 'inpainting',
  model: 'first',
  prompt: 'x',
  n: 1,
  parameters: {},
  extra: {},
  images: [image, { ...image, key: 'inputs/b.png' }],
  mask: { ...image, key: 'inputs/mask.png' },
};
const conversion = { maskForm: 'white' } as const;

/** A worker's fixture whose plan wants the inputs redrawn. */
function benchThat(convert: ProcessJobDependencies['convert'], ...script: Act[]) {
  const fixture = createWorkerFixture(script);
  const over: Partial<ProcessJobDependencies> = {
    convert,
    plan: () => ({ request, deployment: 'd', warnings: [], conversion }),
  };
  return { fixture, run: () => fixture.process(over) };
}

describe(prepareRequest, () => {
  it('gives the provider what was redrawn, of which nothing is ever in the bucket', async () => {
    const read: string[] = [];
    const sends: Act = async (call) => {
      const { images = [], mask } = fixture.requests[0] ?? {};
      for (const each of [...images, ...(mask ? [mask] : [])]) {
        read.push((await buffer(await call.openImage(each))).toString());
      }
      return deliverImages()(call, 'first');
    };
    const convert: ProcessJobDependencies['convert'] = async () => ({
      image: redrawn('redrawn/image.png', 'an image'),
      mask: redrawn('redrawn/mask.png', 'a mask'),
    });
    const { fixture, run } = benchThat(convert, sends);
    await fixture.images.put('inputs/b.png', Buffer.from('the second'), 'image/png');
    await fixture.accept();
    await run();
    expect(await fixture.job()).toMatchObject({ status: 'completed' });
    expect(read).toEqual(['an image', 'the second', 'a mask']);
    expect([...fixture.images.objects.keys()].filter((key) => key.includes('redrawn'))).toEqual([]);
  });

  it('reads what is to be redrawn from the bucket, and leaves the rest as it came', async () => {
    const opened: string[] = [];
    const images = { open: async (key: string) => streamOf(Buffer.from(key)) };
    const prepared = await prepareRequest(
      {
        images,
        async convert(asked, { image: first, mask }, open) {
          expect(asked).toEqual(conversion);
          for (const each of [first, mask]) if (each) opened.push((await buffer(await open(each))).toString());
          return { mask: redrawn('redrawn/mask.png', 'm') };
        },
      },
      { request, deployment: 'd', warnings: [], conversion },
      new AbortController().signal,
    );
    expect(opened).toEqual(['inputs/a.png', 'inputs/mask.png']);
    expect(prepared.request).toEqual({ ...request, mask: redrawn('redrawn/mask.png', 'm').image });
    expect([...prepared.redrawn.keys()]).toEqual(['redrawn/mask.png']);
  });

  it('redraws before anything is in the ledger that may cost money', async () => {
    const ledgers: number[] = [];
    const { fixture, run } = benchThat(async () => {
      ledgers.push((await fixture.job()).attempts.length);
      return {};
    }, deliverImages());
    await fixture.accept();
    await run();
    expect(ledgers).toEqual([0]);
    expect((await fixture.job()).attempts).toMatchObject([{ outcome: 'succeeded' }]);
  });

  it('fails a job whose image can not be redrawn, unpaid and by the name of the parameter', async () => {
    const { fixture, run } = benchThat(async () => {
      throw new ProviderFailure('invalid', 'The image in "mask" is damaged.', { param: 'mask' });
    });
    await fixture.accept();
    expect(await run()).toEqual({ action: 'delete' });
    expect(fixture.asked).toEqual([]);
    expect(await fixture.job()).toMatchObject({
      status: 'failed',
      failure: { code: 'invalid_request', message: 'The image in "mask" is damaged.', param: 'mask' },
      attempts: [{ outcome: 'invalid', billed: 'no', provider: 'openai', imagesAsked: 0 }],
    });
    // No provider decided it.
    expect(await fixture.job()).not.toHaveProperty('failure.provider');
  });

  it('fails a candidate that takes no inputs as large as they became, unpaid', async () => {
    const { fixture } = benchThat(async () => ({}));
    const over: Partial<ProcessJobDependencies> = {
      plan: () => ({
        request,
        deployment: 'd',
        warnings: [],
        conversion,
        inputLimits: { maxBytes: 5, maxMaskBytes: 3 },
      }),
      convert: async () => ({ mask: redrawn('redrawn/mask.png', 'mask') }),
    };
    await fixture.accept();
    expect(await fixture.process(over)).toEqual({ action: 'delete' });
    expect(fixture.asked).toEqual([]);
    expect(await fixture.job()).toMatchObject({
      status: 'failed',
      failure: {
        code: 'unsupported_operation',
        message:
          'Redrawn for it, the inputs are too large: first takes masks of at most 3 bytes, not 4. Send a smaller one, or use another model.',
        param: 'mask',
      },
      attempts: [{ outcome: 'unsupported', billed: 'no' }],
    });
  });

  describe('of inputs that the provider fetches', () => {
    const planned = { request, deployment: 'd', warnings: [], sendsAddresses: true } as const;
    const images = { open: async () => streamOf(Buffer.from('x')) };
    const convert: ProcessJobDependencies['convert'] = async () => ({ mask: redrawn('redrawn/mask.png', 'm') });
    const links = {
      linkTo: async (...asked: readonly unknown[]) => `https://bucket.example/${asked.join('|')}`,
    };
    const { signal } = new AbortController();

    it('presigns their addresses for a quarter of an hour, but not of what is redrawn', async () => {
      const { addresses } = await prepareRequest({ images, convert, links }, { ...planned, conversion }, signal);
      expect([...addresses]).toEqual([
        ['inputs/a.png', 'https://bucket.example/inputs/a.png|png|900|GET'],
        ['inputs/b.png', 'https://bucket.example/inputs/b.png|png|900|GET'],
      ]);
      const whole = await prepareRequest({ images, convert, links }, planned, signal);
      expect([...whole.addresses.keys()]).toEqual(['inputs/a.png', 'inputs/b.png', 'inputs/mask.png']);
    });

    it('presigns none where the plan or the stage has none', async () => {
      const { sendsAddresses: _, ...plain } = planned;
      expect((await prepareRequest({ images, convert, links }, plain, signal)).addresses.size).toBe(0);
      expect((await prepareRequest({ images, convert }, planned, signal)).addresses.size).toBe(0);
    });

    it('does not count them in the bytes of the request', async () => {
      const limited = {
        ...planned,
        conversion,
        inputLimits: { request: { maxBytes: 4_800, sends: 'base64' } },
      } as const;
      expect((await prepareRequest({ images, convert, links }, limited, signal)).addresses.size).toBe(2);
      await expect(prepareRequest({ images, convert }, limited, signal)).rejects.toThrow('at most 4,800 bytes');
    });

    it('takes a presigner that fails for a fault of ours, before anything is paid', async () => {
      const broken = { linkTo: () => Promise.reject(new Error('no credentials')) };
      await expect(prepareRequest({ images, convert, links: broken }, planned, signal)).rejects.toMatchObject({
        name: 'GatewayFailure',
        kind: 'not_sent',
      });
    });
  });

  it('starts no request for which the redrawing has left no time, and wakes the job at once', async () => {
    let secondsLeft = 420;
    const fixture = createWorkerFixture([]);
    const over: Partial<ProcessJobDependencies> = {
      plan: () => ({ request, deployment: 'd', warnings: [], conversion }),
      async convert() {
        secondsLeft = 300;
        return {};
      },
    };
    await fixture.accept();
    expect(await fixture.process(over, {}, createMessage(), () => secondsLeft)).toEqual({ action: 'delete' });
    expect(fixture.asked).toEqual([]);
    expect(await fixture.job()).toMatchObject({ status: 'processing', hop: 1, attempts: [] });
  });

  it('leaves the job to another worker where the converter itself fails', async () => {
    const { fixture, run } = benchThat(async () => {
      throw new Error('The thread died.');
    });
    await fixture.accept();
    expect(await run()).toMatchObject({ action: 'retry' });
    expect(await fixture.job()).toMatchObject({ status: 'processing', attempts: [] });
  });
});
