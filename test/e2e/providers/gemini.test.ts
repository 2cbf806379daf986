import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imagesOf } from '../client.ts';
import { leaksIn } from '../log-leaks.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';
import { fileOf, formOf, headerOf, photograph, sha256 } from '../sample-files.ts';

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

  it('edits several pictures in the size that was asked for', async () => {
    const prompt = promptOf('the cat drinks the coffee');
    const [coffee, cat] = await Promise.all([photograph('coffee.png'), photograph('chelsea.png')]);
    const form = formOf(
      ['model', 'gemini/gemini-3-pro-image'],
      ['prompt', prompt],
      ['size', '2048x1365'],
      ['image[]', fileOf(coffee, 'coffee.png')],
      ['image[]', fileOf(cat, 'cat.png')],
    );
    const job = await darkroom.client.run('edits', form);
    const [image] = await imagesOf(job);
    expect(await headerOf(image)).toEqual({ format: 'png', width: 2512, height: 1680 });
    const [request] = darkroom.simulator.ledger.requests({ prompt });
    expect(request?.files.map((file) => file.sha256)).toEqual([sha256(coffee), sha256(cat)]);
  });

  it('makes a variation by an edit', async () => {
    const cat = await photograph('chelsea.png');
    const form = formOf(['model', 'gemini/gemini-3.1-flash-lite-image'], ['image', fileOf(cat, 'cat.png')]);
    const job = await darkroom.client.run('variations', form);
    expect(await imagesOf(job)).toHaveLength(1);
    expect(job.result?.extra_fields.warnings).toMatchObject([{ code: 'emulated' }]);
  });

  it('tells a refusal that hides in a success', async () => {
    const job = await darkroom.client.run('generations', { model, prompt: promptOf('no [fail:refuse]') });
    expect(job).toMatchObject({ status: 'failed', status_code: 422, error: { error: { code: 'content_refused' } } });
  });

  it('makes several images by as many requests, since one makes one', async () => {
    const prompt = promptOf('two boats');
    const job = await darkroom.client.run('generations', { model, prompt, n: 2 });
    expect(await imagesOf(job)).toHaveLength(2);
    expect(darkroom.simulator.ledger.charges({ prompt })).toMatchObject([{ images: 1 }, { images: 1 }]);
  });

  it('is a 400 for a model that has ended, with its successor', async () => {
    const body = { model: 'gemini/gemini-2.5-flash-image', prompt: promptOf('none') };
    const answer = await darkroom.client.submit('generations', body);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({
      error: { code: 'model_retired', message: expect.stringContaining('gemini/gemini-3.1-flash-image') },
    });
  });

  it('leaves no key, prompt or image in the logs', () => {
    expect(darkroom.logLines.some((line) => line.includes('job_completed'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
