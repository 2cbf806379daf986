import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imagesOf } from '../client.ts';
import { promisesOf } from '../provider-promises.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';
import { fileOf, formOf, photograph, sha256 } from '../sample-files.ts';

const model = 'together/black-forest-labs/FLUX.2-pro';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom(
    {},
    {
      vendors: [{ name: 'together', wire: 'together' }],
      stageFor: (simulator) => ({ providers: { together: { baseUrl: simulator.baseUrl('together') } } }),
    },
  );
});

afterAll(async () => {
  await darkroom?.stop();
});

const promises = promisesOf(() => darkroom);

const factsOf = (images: readonly Buffer[]) => Promise.all(images.map((image) => sharp(image).metadata()));

describe('together', () => {
  it('generates images, by a model whose name has a slash', async () => {
    const body = { model, prompt: promptOf('two kites'), n: 2, size: '1024x1792', output_format: 'png', seed: 7 };
    const job = await darkroom.client.run('generations', body);
    const expected = { format: 'png', width: 1024, height: 1792 };
    expect(await factsOf(await imagesOf(job))).toMatchObject([expected, expected]);
    expect(job.result).toMatchObject({ model, extra_fields: { provider: 'together' } });
    expect(job.result?.extra_fields.warnings).toBeUndefined();
  });

  it('edits by several images', async () => {
    const [cat, coffee] = await Promise.all([photograph('chelsea.png'), photograph('coffee.png')]);
    const prompt = promptOf('the cat drinks coffee');
    const form = formOf(
      ['model', model],
      ['prompt', prompt],
      ['size', '512x512'],
      ['image[]', fileOf(cat, 'cat.png')],
      ['image[]', fileOf(coffee, 'coffee.png')],
    );
    const job = await darkroom.client.run('edits', form);
    expect(await factsOf(await imagesOf(job))).toMatchObject([{ format: 'jpeg', width: 512, height: 512 }]);
    expect(darkroom.simulator.ledger.requests({ prompt })[0]?.files.map((file) => file.sha256)).toEqual(
      [cat, coffee].map(sha256),
    );
  });

  promises.variesByEdits(model);

  promises.failsWhatModerationRefuses(model);

  promises.leavesNothingSecretInTheLogs();
});
