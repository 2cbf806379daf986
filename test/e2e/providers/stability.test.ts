import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf, formOf, headerOf, photograph } from '../../support/sample-files.ts';
import { imagesOf } from '../client.ts';
import { promisesOf } from '../provider-promises.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';
import { promiseStabilityEdits } from '../stability-edits.ts';

let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom(
    {},
    {
      vendors: [{ name: 'stability', wire: 'stability' }],
      stageFor: (simulator) => ({ providers: { stability: { baseUrl: simulator.baseUrl('stability') } } }),
    },
  );
});

afterAll(async () => {
  await darkroom?.stop();
});

const promises = promisesOf(() => darkroom);

describe('the provider stability', () => {
  it.each([
    ['stable-image-ultra', 'webp'],
    ['stable-image-core', 'jpeg'],
    ['sd3.5-large-turbo', 'png'],
  ])('makes an image with %s in the type and shape that were asked for', async (name, format) => {
    const prompt = promptOf(`a mill by ${name}`);
    const body = { model: `stability/${name}`, prompt, aspect_ratio: '3:2', output_format: format, style: 'anime' };
    const job = await darkroom.client.run('generations', body);
    const [image] = await imagesOf(job);
    expect(await headerOf(image)).toEqual({ format, width: 1216, height: 832 });
    expect(job.result?.extra_fields).toMatchObject({
      provider: 'stability',
      attempts: [{ provider: 'stability', model: name, outcome: 'succeeded', billed: 'yes' }],
    });
    expect(job.result?.extra_fields.warnings).toBeUndefined();
    expect(darkroom.simulator.ledger.charges({ prompt })).toMatchObject([
      { model: name, parameters: { style_preset: 'anime' } },
    ]);
  });

  promiseStabilityEdits(() => darkroom, {
    edit: 'stability/sd3.5-large',
    inpaint: 'stability/inpaint',
    outpaint: 'stability/outpaint',
    removeBackground: 'stability/remove-background',
  });

  promises.costsWhatIsBilled('stability/stable-image-core', 'price_list');
  promises.failsWhatModerationRefuses('stability/stable-image-core');
  promises.failsWhatModerationRefuses('stability/stable-image-core', '[fail:refuse] [blurred]');

  it('is a 400 for an edit with the model that takes no image', async () => {
    const cat = await photograph('chelsea.png');
    const form = formOf(
      ['model', 'stability/stable-image-core'],
      ['prompt', promptOf('none')],
      ['image', fileOf(cat, 'cat.png')],
    );
    const answer = await darkroom.client.submit('edits', form);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: 'unsupported_operation' } });
  });

  promises.leavesNothingSecretInTheLogs();
});
