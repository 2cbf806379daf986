import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../support/sample-files.ts';
import { imagesOf } from '../client.ts';
import { promisesOf } from '../provider-promises.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';

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

describe('together', () => {
  it('generates images, by a model whose name has a slash', async () => {
    const body = { model, prompt: promptOf('two kites'), n: 2, size: '1024x1792', output_format: 'png', seed: 7 };
    const job = await darkroom.client.run('generations', body);
    const expected = { format: 'png', width: 1024, height: 1792 };
    expect(await Promise.all((await imagesOf(job)).map(headerOf))).toMatchObject([expected, expected]);
    expect(job.result).toMatchObject({ model, extra_fields: { provider: 'together' } });
    expect(job.result?.extra_fields.warnings).toBeUndefined();
  });

  promises.costsWhatIsBilled('together/black-forest-labs/FLUX.2-dev', 'price_list');
  promises.editsSeveralPictures(model, { format: 'jpeg', width: 512, height: 512 }, '512x512');

  promises.variesByEdits(model, 'jpeg');

  promises.failsWhatModerationRefuses(model);

  promises.leavesNothingSecretInTheLogs();
});
