import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf, formOf, headerOf, photograph, sha256 } from '../../support/sample-files.ts';
import { imagesOf } from '../client.ts';
import { promisesOf } from '../provider-promises.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';

const model = 'xai/grok-imagine-image-2.0';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom(
    {},
    {
      vendors: [{ name: 'xai', wire: 'xai' }],
      stageFor: (simulator) => ({ providers: { xai: { baseUrl: simulator.baseUrl('xai') } } }),
    },
  );
});

afterAll(async () => {
  await darkroom?.stop();
});

const promises = promisesOf(() => darkroom);

describe('xai', () => {
  it('generates images of the shape that is asked for', async () => {
    const body = { model, prompt: promptOf('two kites'), n: 2, aspect_ratio: '16:9', resolution: '1k' };
    const job = await darkroom.client.run('generations', body);
    const expected = { format: 'jpeg', width: 1365, height: 768 };
    expect(await Promise.all((await imagesOf(job)).map(headerOf))).toMatchObject([expected, expected]);
    expect(job.result?.extra_fields.warnings).toBeUndefined();
  });

  it('edits an image, whose shape stays', async () => {
    const cat = await photograph('chelsea.png');
    const prompt = promptOf('the cat in oils');
    const parts = formOf(
      ['model', model],
      ['prompt', prompt],
      ['size', '1024x1024'],
      ['image', fileOf(cat, 'cat.png')],
    );
    const job = await darkroom.client.run('edits', parts);
    const [{ width = 0, height = 1 } = {}] = await Promise.all((await imagesOf(job)).map(headerOf));
    const input = await headerOf(cat);
    expect(width / height).toBeCloseTo(input.width / input.height, 1);
    expect(job.result?.extra_fields.warnings?.map(({ param }) => param)).toEqual(['size', 'aspect_ratio']);
    expect(darkroom.simulator.ledger.requests({ prompt })[0]?.files).toMatchObject([{ sha256: sha256(cat) }]);
  });

  promises.costsWhatIsBilled('xai/grok-imagine-image-2.0', 'provider');
  promises.variesByEdits(model, 'jpeg');

  promises.failsWhatModerationRefuses(model);

  promises.leavesNothingSecretInTheLogs();
});
