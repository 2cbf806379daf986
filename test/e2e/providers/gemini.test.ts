import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../support/sample-files.ts';
import { imagesOf } from '../client.ts';
import { promisesOf } from '../provider-promises.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';

const model = 'gemini/gemini-3.1-flash-image';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom(
    {},
    {
      vendors: [{ name: 'gemini', wire: 'gemini' }],
      stageFor: (simulator) => ({ providers: { gemini: { baseUrl: simulator.baseUrl('gemini') } } }),
    },
  );
});

afterAll(async () => {
  await darkroom?.stop();
});

const promises = promisesOf(() => darkroom);

describe('the provider gemini', () => {
  it('makes an image of the nearest shape and size, and says what became of the pixels', async () => {
    const prompt = promptOf('a harbour at dawn');
    const job = await darkroom.client.run('generations', { model, prompt, size: '1792x1024', seed: 7 });
    const [image] = await imagesOf(job);
    expect(await headerOf(image)).toEqual({ format: 'png', width: 1360, height: 768 });
    expect(job.result?.extra_fields).toMatchObject({
      provider: 'gemini',
      warnings: [{ code: 'size_adjusted', param: 'size' }],
      attempts: [{ provider: 'gemini', outcome: 'succeeded', billed: 'yes' }],
    });
    expect(job.result?.usage).toMatchObject({ output_tokens: 1184 });
    expect(darkroom.simulator.ledger.requests({ prompt })).toMatchObject([
      { model: 'gemini-3.1-flash-image', charged: true, parameters: { generationConfig: { seed: 7 } } },
    ]);
  });

  promises.costsWhatIsBilled('gemini/gemini-nano-banana-2.1', 'price_list');
  promises.editsSeveralPictures('gemini/gemini-3-pro-image', { format: 'png', width: 2512, height: 1680 }, '2048x1365');

  promises.variesByEdits('gemini/gemini-3.1-flash-lite-image', 'png');

  promises.failsWhatModerationRefuses(model);

  it('makes several images by as many requests, since one makes one', async () => {
    const prompt = promptOf('two boats');
    const job = await darkroom.client.run('generations', { model, prompt, n: 2 });
    expect(await imagesOf(job)).toHaveLength(2);
    expect(darkroom.simulator.ledger.charges({ prompt })).toMatchObject([{ images: 1 }, { images: 1 }]);
  });

  promises.namesTheSuccessorOf('gemini/gemini-2.5-flash-image', 'gemini/gemini-nano-banana-2.1');

  promises.leavesNothingSecretInTheLogs();
});
