import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf, formOf, photograph } from '../support/sample-files.ts';
import { imagesOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

const model = 'openai/gpt-image-2';
const flare = 'openai/gpt-image-2.5-flare';
const sunburst = 'openai/gpt-image-2.5-sunburst';
const objects = [
  { provider: 'openai', model: 'gpt-image-2.5-flare' },
  { provider: 'openai', model: 'gpt-image-2.5-sunburst' },
];
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom();
});

afterAll(async () => {
  await darkroom?.stop();
});

/** The first two models fail for a prompt with this, so that only a third can deliver. */
const twoFail = '[fail:404x2]';

const inJson: readonly (readonly [form: string, fallbacks: unknown])[] = [
  ['strings', [flare, sunburst]],
  ['objects', objects],
  ['both', [flare, objects[1]]],
  ['text that holds a list', JSON.stringify([flare, sunburst])],
];

const inMultipart: readonly (readonly [form: string, parts: readonly (readonly [string, string])[]])[] = [
  [
    'repeated parts',
    [
      ['fallbacks', flare],
      ['fallbacks', sunburst],
    ],
  ],
  [
    'repeated parts with brackets',
    [
      ['fallbacks[]', flare],
      ['fallbacks[]', sunburst],
    ],
  ],
  ['one part with a JSON list of strings', [['fallbacks', JSON.stringify([flare, sunburst])]]],
  ['one part with a JSON list of objects', [['fallbacks', JSON.stringify(objects)]]],
  ['parts with an object each', objects.map((each) => ['fallbacks[]', JSON.stringify(each)] as const)],
];

describe.concurrent('POST /v1/async/images/{operation}', () => {
  it.each(inJson)('takes fallbacks in JSON as %s, and asks them in turn', async (form, fallbacks) => {
    const prompt = promptOf(`fallbacks as ${form} ${twoFail}`);
    const job = await darkroom.client.run('generations', { model, prompt, fallbacks });
    expect(job.result?.model).toBe(sunburst);
    expect(job.result?.extra_fields).toMatchObject({
      model_requested: model,
      attempts: [
        { model: 'gpt-image-2', outcome: 'unsupported', billed: 'no' },
        { model: 'gpt-image-2.5-flare', outcome: 'unsupported', billed: 'no' },
        { model: 'gpt-image-2.5-sunburst', outcome: 'succeeded', billed: 'yes' },
      ],
    });
    expect(await imagesOf(job)).toHaveLength(1);
  });

  it.each(inMultipart)('takes fallbacks in multipart as %s, and asks them in turn', async (form, parts) => {
    const coffee = fileOf(await photograph('coffee.png'), 'coffee.png');
    const prompt = promptOf(`fallbacks as ${form} ${twoFail}`);
    const job = await darkroom.client.run(
      'edits',
      formOf(['model', model], ['prompt', prompt], ...parts, ['image', coffee]),
    );
    expect(job.result?.model).toBe(sunburst);
    const asked = darkroom.simulator.ledger.requests({ prompt }).map((request) => request.model);
    expect(asked).toEqual(['gpt-image-2', 'gpt-image-2.5-flare', 'gpt-image-2.5-sunburst']);
  });

  it('leaves out a fallback that nobody serves, and says so', async () => {
    const fallbacks = ['acme/dream', 'openai/dall-e-3', flare];
    const prompt = promptOf('strange fallbacks [fail:404x1]');
    const job = await darkroom.client.run('generations', { model, prompt, fallbacks });
    expect(job.result?.model).toBe(flare);
    expect(job.result?.extra_fields.warnings).toMatchObject([
      { code: 'fallback_dropped', param: 'fallbacks', message: expect.stringContaining('acme') },
      { code: 'fallback_dropped', param: 'fallbacks', message: expect.stringContaining('dall-e-3') },
    ]);
  });

  it('says the same in the error of a job that fails', async () => {
    const body = { model, prompt: promptOf('refused [fail:refuse]'), fallbacks: ['acme/dream'] };
    const job = await darkroom.client.run('generations', body);
    expect(job.error?.extra_fields.warnings).toMatchObject([{ code: 'fallback_dropped', param: 'fallbacks' }]);
  });

  it('asks no fallback where the first model delivers', async () => {
    const prompt = promptOf('no need');
    const job = await darkroom.client.run('generations', { model, prompt, fallbacks: [flare] });
    expect(job.result?.model).toBe(model);
    expect(job.result?.extra_fields.warnings).toBeUndefined();
    expect(darkroom.simulator.ledger.requests({ prompt })).toHaveLength(1);
  });

  it('reports every parameter that the model does not take as it came', async () => {
    const prompt = promptOf('with trimmings');
    const trimmings = { size: '512x512', quality: 'hd', seed: 7, output_compression: 50, glitter: true };
    const job = await darkroom.client.run('generations', { model, prompt, ...trimmings });
    const warnings = job.result?.extra_fields.warnings?.map(({ code, param }) => [code, param]);
    expect(warnings?.sort()).toEqual([
      ['param_dropped', 'glitter'],
      ['param_dropped', 'output_compression'],
      ['param_dropped', 'seed'],
      ['quality_mapped', 'quality'],
      ['size_adjusted', 'size'],
    ]);
    const [request] = darkroom.simulator.ledger.requests({ prompt });
    expect(Object.keys(request?.parameters ?? {}).sort()).toEqual(['model', 'n', 'prompt', 'quality', 'size']);
  });
});

describe('runLocally', () => {
  it('logs what happened without keys, prompts or images', () => {
    expect(darkroom.logLines.some((line) => line.includes('job_completed'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
