import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf, formOf, headerOf, photograph, sha256 } from '../../support/sample-files.ts';
import { imagesOf } from '../client.ts';
import { promisesOf } from '../provider-promises.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';

let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom(
    {},
    {
      vendors: [{ name: 'recraft', wire: 'recraft' }],
      stageFor: (simulator) => ({
        providers: {
          recraft: { baseUrl: simulator.baseUrl('recraft'), resultHosts: [simulator.resultHost] },
        },
      }),
    },
  );
});

afterAll(async () => {
  await darkroom?.stop();
});

const promises = promisesOf(() => darkroom);

describe('the provider recraft', () => {
  it('makes images of the size and type that were asked for, in one request', async () => {
    const prompt = promptOf('two windmills');
    const body = { model: 'recraft/recraftv4_1', prompt, n: 2, size: '1344x768', output_format: 'png', seed: 7 };
    const job = await darkroom.client.run('generations', body);
    const expected = { format: 'png', width: 1344, height: 768 };
    expect(await Promise.all((await imagesOf(job)).map(headerOf))).toEqual([expected, expected]);
    expect(job.result?.extra_fields).toMatchObject({
      provider: 'recraft',
      attempts: [{ provider: 'recraft', model: 'recraftv4_1', outcome: 'succeeded', billed: 'yes' }],
    });
    expect(job.result?.extra_fields.warnings).toBeUndefined();
    expect(darkroom.simulator.ledger.charges({ prompt })).toMatchObject([{ parameters: { random_seed: 7 } }]);
  });

  it('edits a picture as far as strength says, in its own size', async () => {
    const prompt = promptOf('a colder morning');
    const coffee = await photograph('coffee.png');
    const form = formOf(
      ['model', 'recraft/recraftv3'],
      ['prompt', prompt],
      ['strength', '0.4'],
      ['style', 'Illustration'],
      ['image', fileOf(coffee, 'coffee.png')],
    );
    const [image] = await imagesOf(await darkroom.client.run('edits', form));
    expect(await headerOf(image)).toEqual({ ...(await headerOf(coffee)), format: 'webp' });
    expect(darkroom.simulator.ledger.requests({ prompt })).toMatchObject([
      { parameters: { strength: 0.4, style: 'Illustration' }, files: [{ sha256: sha256(coffee) }] },
    ]);
  });

  it('makes variations by an endpoint for them, in the shape of the picture', async () => {
    const cat = await photograph('chelsea.png');
    const form = formOf(['model', 'recraft/recraftv4_1'], ['n', '2'], ['image', fileOf(cat, 'cat.png')]);
    const job = await darkroom.client.run('variations', form);
    const expected = { format: 'webp', width: 1280, height: 832 };
    expect(await Promise.all((await imagesOf(job)).map(headerOf))).toEqual([expected, expected]);
    expect(job.result?.extra_fields.warnings).toBeUndefined();
  });

  promises.costsWhatIsBilled('recraft/recraftv4_1', 'provider');
  promises.removesBackgrounds('recraft/removeBackground');

  promises.failsWhatModerationRefuses('recraft/recraftv4_1');

  promises.leavesNothingSecretInTheLogs();
});
