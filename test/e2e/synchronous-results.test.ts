import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ListedModel } from '../../lambda/contract/model-list.ts';
import { dataUri, fileOf, formOf, photograph, sha256 } from '../support/sample-files.ts';
import { type Answer, createClient, fetchAnswer } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom } from './running-darkroom.ts';
import { sharedDarkroom } from './shared-darkroom.ts';
import { isReplayed, jobIdOf, resultOf, shouldRetryOf } from './synchronous-answers.ts';

const model = 'openai/gpt-image-2';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await sharedDarkroom();
});

const requestsFor = (prompt: string) => darkroom.simulator.ledger.requests({ prompt });

/** The images of a result, by their links and as they stand in it. */
async function imagesIn(answer: Answer) {
  const { data } = resultOf(answer);
  const linked = data.flatMap(({ url }) => (url === undefined ? [] : [fetchAnswer(url)]));
  return {
    linked: (await Promise.all(linked)).map(({ status, bytes }) => `${status} ${sha256(bytes)}`),
    inPlace: data.flatMap(({ b64_json: text }) => (text ? [`200 ${sha256(Buffer.from(text, 'base64'))}`] : [])),
  };
}

describe('Retry-After', () => {
  it("follows what a model's jobs have taken, instead of what its row says", async () => {
    const quick = 'together/black-forest-labs/FLUX.2-pro';
    const { capabilities } = (await darkroom.client.ask(`/v1/models/${quick}`)).json() as Pick<
      ListedModel,
      'capabilities'
    >;
    for (let made = 0; made < 4; made += 1) {
      const answer = await darkroom.client.make('generations', { model: quick, prompt: promptOf(`quick ${made}`) });
      expect(answer.status).toBe(200);
    }
    const accepted = await darkroom.client.submit('generations', { model: quick, prompt: promptOf('the fifth') });
    expect(accepted.status).toBe(202);
    expect(Number(accepted.headers.get('retry-after'))).toBeLessThan(capabilities.typical_seconds);
  });
});

describe('POST /v1/images/generations', () => {
  it('answers with the whole result, and with the job that it is of', async () => {
    const prompt = promptOf('a lighthouse at once');
    const requestId = randomUUID();
    const headers = { 'x-request-id': requestId };
    const answer = await darkroom.client.make('generations', { model, prompt, size: '1536x1024' }, headers);
    const result = resultOf(answer);
    expect(result).toMatchObject({
      model,
      created: expect.any(Number),
      size: '1536x1024',
      quality: expect.any(String),
      output_format: 'png',
      background: expect.any(String),
      usage: {
        input_tokens: expect.any(Number),
        input_tokens_details: { image_tokens: expect.any(Number), text_tokens: expect.any(Number) },
        output_tokens: expect.any(Number),
        total_tokens: expect.any(Number),
      },
      extra_fields: {
        request_type: 'image_generation',
        provider: 'openai',
        model_requested: model,
        latency: expect.any(Number),
        chunk_index: 0,
        attempts: [{ provider: 'openai', model: 'gpt-image-2', outcome: 'succeeded', billed: 'yes' }],
      },
    });
    expect(result.data.map(({ index }) => index)).toEqual([0]);
    const [image] = result.data;
    const metadata = await sharp(Buffer.from(image?.b64_json ?? '', 'base64')).metadata();
    expect(metadata).toMatchObject({ format: 'png', width: 1536, height: 1024 });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ratelimit: expect.stringMatching(/^"1m";r=\d+;t=\d+$/),
      'ratelimit-policy': '"1m";q=6000;w=60',
    });
    expect([answer.headers.get('location'), shouldRetryOf(answer), isReplayed(answer)]).toEqual([null, null, false]);
    expect(requestsFor(prompt)).toMatchObject([{ charged: true }]);

    const job = (await darkroom.client.ask(`/v1/async/images/generations/${result.id}`)).job();
    const { data, ...rest } = result;
    expect(job).toMatchObject({ id: jobIdOf(answer), status: 'completed', request_id: requestId, result: rest });
    expect(job.result?.data).toEqual(data.map(({ b64_json: _, ...linked }) => linked));
  });

  it.each([
    ['both ways to the GPT image family, where nobody says how', model, {}, 1, 1],
    ['as links to others', 'xai/grok-imagine-image', {}, 1, 0],
    ['as links', model, { response_format: 'url' }, 1, 0],
    ['in base64', model, { response_format: 'b64_json' }, 0, 1],
    ['in base64 by any model', 'xai/grok-imagine-image', { response_format: 'b64_json' }, 0, 1],
  ] as const)('shows images %s', async (what, asked, format, links, texts) => {
    const answer = await darkroom.client.make('generations', { model: asked, prompt: promptOf(what), ...format });
    const { linked, inPlace } = await imagesIn(answer);
    expect([linked.length, inPlace.length]).toEqual([links, texts]);
    if (links === texts) expect(linked).toEqual(inPlace);
    expect([...linked, ...inPlace].every((image) => image.startsWith('200 '))).toBe(true);
  });

  it('makes as many images as were asked for', async () => {
    const prompt = promptOf('three at once');
    const { inPlace, linked } = await imagesIn(await darkroom.client.make('generations', { model, prompt, n: 3 }));
    expect(new Set(inPlace).size).toBe(3);
    expect(linked).toEqual(inPlace);
  });

  it('shows the exchange with the provider where that is asked for, without key and image', async () => {
    const prompt = promptOf('raw, at once');
    const asked = { 'x-bf-send-back-raw-request': 'true', 'x-bf-send-back-raw-response': 'true' };
    const { extra_fields: shown } = resultOf(await darkroom.client.make('generations', { model, prompt }, asked));
    expect(shown.raw_request).toMatchObject({ model: 'gpt-image-2', prompt });
    expect(shown.raw_response).toMatchObject({ data: [{ b64_json: expect.stringMatching(/^<\d+ bytes of image>$/) }] });
    expect(JSON.stringify(shown)).not.toContain('sk-simulated');
  });

  it('writes links for the address by which it was asked, the stage included', async () => {
    const root = darkroom.outputs.ApiUrl?.replace(/\/$/, '') ?? '';
    const body = { model, prompt: promptOf('below the stage, at once') };
    const answer = await createClient(root).make('generations', body);
    expect(resultOf(answer).data[0]?.url).toMatch(new RegExp(`^${root}/v1/images/content/${jobIdOf(answer)}/0\\?`));
    expect((await imagesIn(answer)).linked).toEqual((await imagesIn(answer)).inPlace);
  });

  it('asks fallbacks in the same request, and says so', async () => {
    const prompt = promptOf('fallbacks at once [fail:404x2]');
    const fallbacks = ['openai/gpt-image-2.5-flare', { provider: 'openai', model: 'gpt-image-2.5-sunburst' }];
    const result = resultOf(await darkroom.client.make('generations', { model, prompt, fallbacks }));
    expect(result.model).toBe('openai/gpt-image-2.5-sunburst');
    expect(result.extra_fields).toMatchObject({
      model_requested: model,
      attempts: [
        { model: 'gpt-image-2', outcome: 'unsupported', billed: 'no' },
        { model: 'gpt-image-2.5-flare', outcome: 'unsupported', billed: 'no' },
        { model: 'gpt-image-2.5-sunburst', outcome: 'succeeded', billed: 'yes' },
      ],
    });
  });

  it('waits in place for a backoff, and makes the image in the second try', async () => {
    const prompt = promptOf('busy at first, at once [fail:500x1]');
    const { extra_fields: said } = resultOf(await darkroom.client.make('generations', { model, prompt }));
    expect(said.attempts.map(({ outcome }) => outcome)).toEqual(['overloaded', 'succeeded']);
  });

  it('warns of what the model does not take, as the asynchronous route does', async () => {
    const body = { model, prompt: promptOf('with trimmings, at once'), seed: 7, quality: 'hd' };
    const { warnings = [] } = resultOf(await darkroom.client.make('generations', body)).extra_fields;
    expect(warnings.map(({ code, param }) => `${code} ${param}`).sort()).toEqual([
      'param_dropped seed',
      'quality_mapped quality',
    ]);
  });
});

describe('POST /v1/images/edits', () => {
  it('takes a form, hands photograph and mask on as they came, and makes two images', async () => {
    const prompt = promptOf('a fern in the foam, at once');
    const [coffee, mask] = await Promise.all([photograph('coffee.png'), photograph('coffee-mask.png')]);
    const form = formOf(
      ...([
        ['model', model],
        ['prompt', prompt],
        ['n', '2'],
        ['output_format', 'webp'],
      ] as const),
      ['image[]', fileOf(coffee, 'coffee.png')],
      ['mask', fileOf(mask, 'coffee-mask.png')],
    );
    const answer = await darkroom.client.make('edits', form);
    const result = resultOf(answer);
    expect(result).toMatchObject({ output_format: 'webp', extra_fields: { request_type: 'image_edit' } });
    expect((await imagesIn(answer)).linked).toHaveLength(2);
    const sent = requestsFor(prompt).flatMap(({ files }) => files.map((file) => [file.field, file.sha256]));
    expect(sent).toEqual([
      ['image[]', sha256(coffee)],
      ['mask', sha256(mask)],
    ]);
  });

  it('takes the same as JSON, its image as a data: URI', async () => {
    const prompt = promptOf('by data URI, at once');
    const coffee = await photograph('coffee.png');
    const body = { model, prompt, images: [{ image_url: dataUri(coffee) }] };
    expect((await imagesIn(await darkroom.client.make('edits', body))).linked).toHaveLength(1);
    expect(requestsFor(prompt).flatMap(({ files }) => files.map((file) => file.sha256))).toEqual([sha256(coffee)]);
  });
});

describe('POST /v1/images/variations', () => {
  it.each(['a form', 'JSON'])('makes another take on an image in %s', async (how) => {
    const cat = await photograph('chelsea.png');
    const flare = 'openai/gpt-image-2.5-flare';
    const body =
      how === 'JSON'
        ? { model: flare, image: dataUri(cat) }
        : formOf(['model', flare], ['image', fileOf(cat, 'cat.png')]);
    const before = requestsFor('').length;
    const answer = await darkroom.client.make('variations', body);
    expect(resultOf(answer).extra_fields).toMatchObject({
      request_type: 'image_variation',
      warnings: [{ code: 'emulated' }],
    });
    expect((await imagesIn(answer)).linked).toHaveLength(1);
    const received = requestsFor('').slice(before);
    expect(received.flatMap(({ files }) => files.map((file) => file.sha256))).toEqual([sha256(cat)]);
  });
});

describe('runLocally', () => {
  it('logs what happened without keys, prompts or images', () => {
    expect(darkroom.logLines.some((line) => line.includes('job_completed'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
