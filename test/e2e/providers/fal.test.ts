import { afterAll, beforeAll, describe, it } from 'vitest';
import { fileOf, formOf, headerOf, photograph, sha256 } from '../../support/sample-files.ts';
import { imagesOf } from '../client.ts';
import { fastMotion, promisesOf } from '../provider-promises.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';

let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom(fastMotion, {
    vendors: [{ name: 'fal', wire: 'fal' }],
    stageFor: (simulator) => ({
      providers: { fal: { baseUrl: simulator.baseUrl('fal'), resultHosts: [simulator.resultHost] } },
    }),
  });
});

afterAll(async () => {
  await darkroom?.stop();
});

const promises = promisesOf(() => darkroom);

const submitsOf = (prompt: string) => darkroom.simulator.ledger.requests({ prompt });

describe.concurrent('the provider fal', () => {
  it('makes several images in one request', async ({ expect }) => {
    const prompt = promptOf('two kites');
    const body = { model: 'fal/fal-ai/flux/dev', prompt, n: 2, size: '1024x768', output_format: 'png' };
    const job = await darkroom.client.run('generations', body);
    const images = await imagesOf(job);
    const made = { format: 'png', width: 1024, height: 768 };
    expect(await Promise.all(images.map(headerOf))).toMatchObject([made, made]);
    expect(submitsOf(prompt)).toMatchObject([{ model: 'fal-ai/flux/dev', parameters: { num_images: 2 } }]);
    expect(job.result?.extra_fields.warnings).toBeUndefined();
  });

  it('makes and edits images with FLUX.2', async ({ expect }) => {
    const model = 'fal/fal-ai/flux-2-pro';
    const [cat, prompt] = [await photograph('chelsea.png'), promptOf('the cat in oils')];
    const form = formOf(['model', model], ['prompt', prompt], ['size', '512x512'], ['image', fileOf(cat, 'cat.png')]);
    const [made, edited] = await Promise.all([
      darkroom.client.run('generations', { model, prompt: promptOf('a lighthouse'), size: '512x768' }),
      darkroom.client.run('edits', form),
    ]);
    expect(await headerOf((await imagesOf(made))[0])).toMatchObject({ format: 'jpeg', width: 512, height: 768 });
    expect(await headerOf((await imagesOf(edited))[0])).toMatchObject({ width: 512, height: 512 });
    expect(submitsOf(prompt)).toMatchObject([
      { path: '/fal/fal-ai/flux-2-pro/edit', files: [{ field: 'image_urls[0]', sha256: sha256(cat) }] },
    ]);
  });

  it('makes and edits images with Kontext, in shapes', async ({ expect }) => {
    const model = 'fal/fal-ai/flux-pro/kontext';
    const form = formOf(
      ['model', model],
      ['prompt', promptOf('a donut beside it')],
      ['image', fileOf(await photograph('coffee.png'), 'coffee.png')],
    );
    const [made, edited] = await Promise.all([
      darkroom.client.run('generations', { model, prompt: promptOf('a wide field'), aspect_ratio: '16:9' }),
      darkroom.client.run('edits', form),
    ]);
    const { width = 0, height = 1 } = await headerOf((await imagesOf(made))[0]);
    expect(width / height).toBeCloseTo(16 / 9, 1);
    expect(await imagesOf(edited)).toHaveLength(1);
  });

  it('makes variations with a model of their own', async ({ expect }) => {
    const cat = await photograph('chelsea.png');
    const form = formOf(
      ['model', 'fal/fal-ai/flux-1/dev/redux'],
      ['size', '512x512'],
      ['image', fileOf(cat, 'cat.png')],
    );
    const job = await darkroom.client.run('variations', form);
    expect(await headerOf((await imagesOf(job))[0])).toMatchObject({ width: 512, height: 512 });
    expect(job.result?.extra_fields.warnings).toBeUndefined();
  });

  promises.costsWhatIsBilled('fal/fal-ai/flux/dev', 'provider');
  promises.removesBackgrounds('fal/fal-ai/bria/background/remove');

  promises.failsWhatModerationRefuses('fal/fal-ai/flux/dev');

  promises.isToldToStop('fal/fal-ai/flux/dev');
});

describe('the functions that asked fal', () => {
  promises.leavesNothingSecretInTheLogs();
});
