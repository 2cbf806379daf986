import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differences, pixelsOf } from '../../support/pictures.ts';
import { fileOf, formOf, headerOf, photograph, sha256 } from '../../support/sample-files.ts';
import { imagesOf } from '../client.ts';
import { fastMotion, promisesOf } from '../provider-promises.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';

let darkroom: RunningDarkroom;

const flux2 = 'replicate/black-forest-labs/flux-2-pro';
const schnell = 'replicate/black-forest-labs/flux-schnell';

beforeAll(async () => {
  darkroom = await startDarkroom(fastMotion, {
    vendors: [{ name: 'replicate', wire: 'replicate' }],
    stageFor: (simulator) => ({
      providers: {
        replicate: { baseUrl: simulator.baseUrl('replicate'), resultHosts: [simulator.resultHost] },
      },
    }),
  });
});

afterAll(async () => {
  await darkroom?.stop();
});

const promises = promisesOf(() => darkroom);

/** A photograph of three megabytes. */
const largePhotograph = async (): Promise<Buffer> =>
  sharp(await photograph('coffee.png'))
    .resize(1400)
    .png()
    .toBuffer();

const requestsFor = (prompt: string) => darkroom.simulator.ledger.requests({ prompt });

describe.concurrent('the provider replicate', () => {
  it('makes several images in one prediction, in the shape and type that were asked for', async ({ expect }) => {
    const prompt = promptOf('two kites');
    const body = { model: schnell, prompt, n: 2, aspect_ratio: '16:9', resolution: '512', output_format: 'png' };
    const job = await darkroom.client.run('generations', body);
    const images = await Promise.all((await imagesOf(job)).map(headerOf));
    expect(images).toMatchObject([{ format: 'png' }, { format: 'png' }]);
    expect((images[0]?.width ?? 0) / (images[0]?.height ?? 1)).toBeCloseTo(16 / 9, 1);
    expect(requestsFor(prompt)).toMatchObject([
      { model: 'black-forest-labs/flux-schnell', parameters: { input: { num_outputs: 2, megapixels: '0.25' } } },
    ]);
  });

  it('makes an image of the size that was asked for', async ({ expect }) => {
    const body = { model: flux2, prompt: promptOf('a lighthouse'), size: '512x768', output_format: 'jpeg' };
    const job = await darkroom.client.run('generations', body);
    const [image] = await imagesOf(job);
    expect(await headerOf(image)).toMatchObject({ format: 'jpeg', width: 512, height: 768 });
    expect(job.result?.extra_fields.warnings).toBeUndefined();
  });

  it('edits an image with Kontext, in its own shape', async ({ expect }) => {
    const coffee = await photograph('coffee.png');
    const form = formOf(
      ['model', 'replicate/black-forest-labs/flux-kontext-pro'],
      ['prompt', promptOf('a donut beside it')],
      ['output_format', 'png'],
      ['image', fileOf(coffee, 'coffee.png')],
    );
    const [image] = await imagesOf(await darkroom.client.run('edits', form));
    expect(await headerOf(image)).toMatchObject({ ...(await headerOf(coffee)), format: 'png' });
  });

  it('makes variations with a model of their own, in the shape of their image', async ({ expect }) => {
    const cat = await photograph('chelsea.png');
    const form = formOf(
      ['model', 'replicate/black-forest-labs/flux-redux-dev'],
      ['n', '2'],
      ['image', fileOf(cat, 'cat.png')],
    );
    const job = await darkroom.client.run('variations', form);
    const images = await imagesOf(job);
    const { width = 0, height = 1 } = await headerOf(images[1]);
    expect(width / height).toBeCloseTo(3 / 2, 1);
    expect(job.result?.extra_fields.warnings).toBeUndefined();
  });

  promises.costsWhatIsBilled('replicate/black-forest-labs/flux-schnell', 'price_list');
  promises.removesBackgrounds('replicate/bria/remove-background');

  it('fills what a mask says, and leaves the rest as it was', async ({ expect }) => {
    const [coffee, mask] = [await photograph('coffee.png'), await photograph('coffee-mask.png')];
    const prompt = promptOf('a bowl of soup');
    const form = formOf(
      ['model', 'replicate/black-forest-labs/flux-fill-pro'],
      ['type', 'inpainting'],
      ['prompt', prompt],
      ['output_format', 'png'],
      ['num_inference_steps', '30'],
      ['image', fileOf(coffee, 'coffee.png')],
      ['mask', fileOf(mask, 'mask.png')],
    );
    const [image] = await imagesOf(await darkroom.client.run('edits', form));
    const [before, after] = [await pixelsOf(coffee), await pixelsOf(image ?? Buffer.alloc(0))];
    const changed = differences(before, after, { left: 0, top: 0 });
    expect(changed.count).toBeGreaterThan(1000);
    expect(changed.count).toBeLessThan(before.width * before.height * 0.8);
    expect(requestsFor(prompt)).toMatchObject([{ parameters: { input: { steps: 30 } }, files: [{}, {}] }]);
  });

  it.each([
    ['replicate/bria/expand-image', []],
    ['replicate/black-forest-labs/flux-fill-pro', ['emulated']],
  ])('extends an image with %s', async (model, warnings) => {
    const cat = await photograph('chelsea.png');
    const form = formOf(
      ['model', model],
      ['type', 'outpainting'],
      ['prompt', promptOf('a basket')],
      ['right', '100'],
      ['down', '60'],
      ['image', fileOf(cat, 'cat.png')],
    );
    const job = await darkroom.client.run('edits', form);
    const { width, height } = await sharp(cat).metadata();
    expect(await headerOf((await imagesOf(job))[0])).toMatchObject({ width: width + 100, height: height + 60 });
    expect((job.result?.extra_fields.warnings ?? []).map(({ code }) => code)).toEqual(warnings);
  });

  it('fails a job that moderation refuses behind the ticket', async ({ expect }) => {
    const prompt = promptOf('[fail:refuse]');
    const job = await darkroom.client.run('generations', { model: schnell, prompt });
    expect(job).toMatchObject({ status: 'failed', status_code: 422, error: { error: { code: 'content_refused' } } });
    expect(job.error?.error.message).toContain('E005');
    expect(requestsFor(prompt)).toHaveLength(1);
  });

  it('waits out a limit for as long as its words say', async ({ expect }) => {
    const prompt = promptOf('a busy street [fail:429x1]');
    const job = await darkroom.client.run('generations', { model: schnell, prompt });
    expect(await imagesOf(job)).toHaveLength(1);
    expect(requestsFor(prompt).map(({ status }) => status)).toEqual([429, 200]);
  });

  promises.isToldToStop(schnell);
});

describe('the provider replicate, with a large input', () => {
  it('edits a photograph of megabytes, which is uploaded first', async () => {
    const [photo, cat] = [await largePhotograph(), await photograph('chelsea.png')];
    expect(photo.length).toBeGreaterThan(2_500_000);
    const prompt = promptOf('the cat beside the cup');
    const form = formOf(
      ['model', flux2],
      ['prompt', prompt],
      ['image[]', fileOf(photo, 'cup.png')],
      ['image[]', fileOf(cat, 'cat.png')],
    );
    const job = await darkroom.client.run('edits', form);
    const { width, height } = await sharp(photo).metadata();
    expect(await headerOf((await imagesOf(job))[0])).toMatchObject({ width, height });
    const [task] = requestsFor(prompt);
    expect(task?.files).toMatchObject([
      { field: 'input.input_images[0]', sha256: sha256(photo) },
      { field: 'input.input_images[1]', sha256: sha256(cat) },
    ]);
    expect(JSON.stringify(task?.parameters)).toContain('/files/');
  });
});

describe('the functions that asked replicate', () => {
  promises.leavesNothingSecretInTheLogs();
});
