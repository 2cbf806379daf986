import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf, formOf, headerOf, photograph, sha256 } from '../../support/sample-files.ts';
import { imagesOf } from '../client.ts';
import { promisesOf } from '../provider-promises.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';

const model = 'azure/images-east';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom(
    {},
    {
      vendors: [{ name: 'azure', wire: 'azure', models: ['images-east'] }],
      stageFor: (simulator) => ({
        providers: { azure: { baseUrl: simulator.baseUrl('azure'), deployments: { 'images-east': 'gpt-image-2' } } },
      }),
    },
  );
});

afterAll(async () => {
  await darkroom?.stop();
});

const promises = promisesOf(() => darkroom);

describe('azure', () => {
  it('generates images with a deployment', async () => {
    const body = { model, prompt: promptOf('two kites'), n: 2, size: '1536x1024', output_format: 'jpeg' };
    const job = await darkroom.client.run('generations', body);
    const expected = { format: 'jpeg', width: 1536, height: 1024 };
    expect(await Promise.all((await imagesOf(job)).map(headerOf))).toMatchObject([expected, expected]);
    expect(job.result).toMatchObject({ model, extra_fields: { provider: 'azure' } });
  });

  it('edits within a mask', async () => {
    const [coffee, mask] = await Promise.all([photograph('coffee.png'), photograph('coffee-mask.png')]);
    const prompt = promptOf('a fern in the foam');
    const form = formOf(
      ['model', model],
      ['prompt', prompt],
      ['type', 'inpainting'],
      ['size', '1536x1024'],
      ['image', fileOf(coffee, 'coffee.png')],
      ['mask', fileOf(mask, 'mask.png')],
    );
    const job = await darkroom.client.run('edits', form);
    expect(await Promise.all((await imagesOf(job)).map(headerOf))).toMatchObject([
      { format: 'png', width: 1536, height: 1024 },
    ]);
    expect(darkroom.simulator.ledger.requests({ prompt })[0]?.files).toMatchObject([
      { field: 'image[]', sha256: sha256(coffee) },
      { field: 'mask', sha256: sha256(mask) },
    ]);
  });

  promises.costsWhatIsBilled(model, 'price_list');
  promises.variesByEdits(model, 'png');

  promises.failsWhatModerationRefuses(model);

  it('refuses WebP at submit', async () => {
    const webp = await sharp(await photograph('chelsea.png'))
      .webp()
      .toBuffer();
    const form = formOf(
      ['model', model],
      ['prompt', promptOf('none')],
      ['image', fileOf(webp, 'cat.webp', 'image/webp')],
    );
    const answer = await darkroom.client.submit('edits', form);
    expect(answer.status).toBe(400);
    const message = expect.stringContaining('takes png and jpeg images, not webp');
    expect(answer.json()).toMatchObject({ error: { code: 'unsupported_operation', message } });
  });

  promises.leavesNothingSecretInTheLogs();
});
