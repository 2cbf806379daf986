import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differences, pixelsOf } from '../../support/pictures.ts';
import { fileOf, formOf, headerOf, photograph, sha256 } from '../../support/sample-files.ts';
import { imagesOf } from '../client.ts';
import { promisesOf } from '../provider-promises.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';

let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom(
    {},
    {
      vendors: [{ name: 'ideogram', wire: 'ideogram' }],
      stageFor: (simulator) => ({
        providers: {
          ideogram: { baseUrl: simulator.baseUrl('ideogram'), resultHosts: [simulator.resultHost] },
        },
      }),
    },
  );
});

afterAll(async () => {
  await darkroom?.stop();
});

const promises = promisesOf(() => darkroom);

const requestsFor = (prompt: string) => darkroom.simulator.ledger.requests({ prompt });

describe('the provider ideogram', () => {
  it('makes several images in one request, in a size that it makes', async () => {
    const prompt = promptOf('two posters');
    const body = { model: 'ideogram/ideogram-v3', prompt, n: 2, aspect_ratio: '3:2', quality: 'low', style: 'DESIGN' };
    const job = await darkroom.client.run('generations', body);
    const images = await Promise.all((await imagesOf(job)).map(headerOf));
    expect(images).toEqual([
      { format: 'png', width: 1248, height: 832 },
      { format: 'png', width: 1248, height: 832 },
    ]);
    expect(requestsFor(prompt)).toMatchObject([
      { parameters: { num_images: '2', resolution: '1248x832', rendering_speed: 'TURBO', style_type: 'DESIGN' } },
    ]);
    expect(job.result?.extra_fields.warnings?.map(({ code }) => code)).toEqual(['param_mapped', 'quality_mapped']);
  });

  it('makes an image with v4', async () => {
    const body = { model: 'ideogram/ideogram-v4', prompt: promptOf('a shop sign'), size: '2048x2048' };
    const job = await darkroom.client.run('generations', body);
    expect(await headerOf((await imagesOf(job))[0])).toEqual({ format: 'png', width: 2048, height: 2048 });
  });

  it('makes a picture without a background', async () => {
    const body = { model: 'ideogram/ideogram-v3', prompt: promptOf('a sticker'), background: 'transparent' };
    const [image] = await imagesOf(await darkroom.client.run('generations', body));
    expect((await sharp(image).stats()).isOpaque).toBe(false);
  });

  it('edits with several images', async () => {
    const [coffee, cat] = [await photograph('coffee.png'), await photograph('chelsea.png')];
    const prompt = promptOf('the cat beside the cup');
    const form = formOf(
      ['model', 'ideogram/edit'],
      ['prompt', prompt],
      ['image[]', fileOf(coffee, 'coffee.png')],
      ['image[]', fileOf(cat, 'cat.png')],
    );
    const [image] = await imagesOf(await darkroom.client.run('edits', form));
    const { width = 0, height = 1 } = await headerOf(image);
    expect(width / height).toBeCloseTo(3 / 2, 1);
    expect(requestsFor(prompt)).toMatchObject([
      { files: [{ field: 'images', sha256: sha256(coffee) }, { sha256: sha256(cat) }] },
    ]);
  });

  it('makes variations by a remix, in the shape of their image', async () => {
    const cat = await photograph('chelsea.png');
    const form = formOf(['model', 'ideogram/ideogram-v3'], ['n', '2'], ['image', fileOf(cat, 'cat.png')]);
    const job = await darkroom.client.run('variations', form);
    const images = await imagesOf(job);
    expect(await Promise.all(images.map(headerOf))).toMatchObject([{ width: 1248, height: 832 }, { width: 1248 }]);
    expect(job.result?.extra_fields.warnings).toBeUndefined();
  });

  it('repaints what a mask says, and leaves the rest as it was', async () => {
    const [coffee, mask] = [await photograph('coffee.png'), await photograph('coffee-mask.png')];
    const form = formOf(
      ['model', 'ideogram/ideogram-v3'],
      ['type', 'inpainting'],
      ['prompt', promptOf('a bowl of soup')],
      ['image', fileOf(coffee, 'coffee.png')],
      ['mask', fileOf(mask, 'mask.png')],
    );
    const [image] = await imagesOf(await darkroom.client.run('edits', form));
    const before = await pixelsOf(coffee);
    const changed = differences(before, await pixelsOf(image ?? Buffer.alloc(0)), { left: 0, top: 0 });
    expect(changed.count).toBeGreaterThan(1000);
    expect(changed.count).toBeLessThan(before.width * before.height * 0.8);
  });

  it('extends an image by repainting a larger canvas', async () => {
    const cat = await photograph('chelsea.png');
    const { width, height } = await sharp(cat).metadata();
    const form = formOf(
      ['model', 'ideogram/ideogram-v3'],
      ['type', 'outpainting'],
      ['prompt', promptOf('a basket')],
      ['left', '80'],
      ['up', '40'],
      ['image', fileOf(cat, 'cat.png')],
    );
    const job = await darkroom.client.run('edits', form);
    expect(await headerOf((await imagesOf(job))[0])).toMatchObject({ width: width + 80, height: height + 40 });
    expect(job.result?.extra_fields.warnings).toMatchObject([{ code: 'emulated' }]);
  });

  promises.costsWhatIsBilled('ideogram/ideogram-v3', 'price_list');
  promises.removesBackgrounds('ideogram/remove-background');

  promises.failsWhatModerationRefuses('ideogram/ideogram-v3');
  promises.failsWhatModerationRefuses('ideogram/ideogram-v3', '[fail:refuse] [unsafe]');

  promises.leavesNothingSecretInTheLogs();
});
