import OpenAI, { AuthenticationError, BadRequestError, UnprocessableEntityError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localKey } from '../../../bin/run-locally.ts';
import { clearMask, fileOf, headerOf, photograph, sha256 } from '../../support/sample-files.ts';
import { leaksIn } from '../log-leaks.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';
import { thrownBy } from '../sdk-errors.ts';

const model = 'openai/gpt-image-2';
let darkroom: RunningDarkroom;
let openai: OpenAI;

// As its users would: the base address and the key, and nothing else.
const openaiWith = (apiKey: string): OpenAI => new OpenAI({ baseURL: `${darkroom.origin}/v1`, apiKey });

beforeAll(async () => {
  darkroom = await startDarkroom();
  openai = openaiWith(localKey);
});

afterAll(async () => {
  await darkroom?.stop();
});

const bytesOf = (base64: string | undefined): Buffer => Buffer.from(base64 ?? '', 'base64');

describe('images.generate', () => {
  it('gives images in base64, with usage and what was made, for a model of the GPT image family', async () => {
    const prompt = promptOf('two lighthouses by the SDK');
    const { data: result, request_id } = await openai.images
      .generate({ model, prompt, n: 2, size: '1536x1024', quality: 'low' })
      .withResponse();
    expect(request_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(result).toMatchObject({ size: '1536x1024', quality: 'low', output_format: 'png', background: 'opaque' });
    expect(result.usage?.total_tokens).toBeGreaterThan(0);
    expect(result.data).toHaveLength(2);
    for (const { b64_json } of result.data ?? [])
      expect(await headerOf(bytesOf(b64_json))).toEqual({ format: 'png', width: 1536, height: 1024 });
    expect(darkroom.simulator.ledger.charges({ prompt })).toHaveLength(1);
  });

  it('gives links where they are asked for, which need no credential', async () => {
    const prompt = promptOf('a link by the SDK');
    const { data } = await openai.images.generate({ model, prompt, response_format: 'url' });
    const [image] = data ?? [];
    expect(image?.b64_json).toBeUndefined();
    const fetched = await fetch(image?.url ?? '');
    expect(fetched.status).toBe(200);
    expect(await headerOf(Buffer.from(await fetched.arrayBuffer()))).toMatchObject({ format: 'png' });
  });

  it('names the job, which the asynchronous route shows to the same client', async () => {
    const prompt = promptOf('a job by the SDK');
    const { response } = await openai.images.generate({ model, prompt }).withResponse();
    const id = response.headers.get('x-darkroom-job-id');
    expect(await openai.get(`/async/images/generations/${id}`)).toMatchObject({ id, status: 'completed' });
  });
});

describe('images.edit', () => {
  it('sends several images and a mask, which arrive unharmed and in order', async () => {
    const prompt = promptOf('an edit of three by the SDK');
    const [cup, cat, caps] = await Promise.all(['coffee.png', 'chelsea.png', 'kodim03.png'].map(photograph));
    if (!cup || !cat || !caps) throw new Error('A photograph is missing.');
    const mask = await clearMask(600, 400);
    const { data } = await openai.images.edit({
      model,
      prompt,
      image: [fileOf(cup, 'coffee.png'), fileOf(cat, 'chelsea.png'), fileOf(caps, 'kodim03.png')],
      mask: fileOf(mask, 'mask.png'),
      n: 1,
      size: 'auto',
    });
    expect(await headerOf(bytesOf(data?.[0]?.b64_json))).toMatchObject({ format: 'png' });
    const [request] = darkroom.simulator.ledger.charges({ prompt });
    const images = request?.files.filter(({ field }) => field.startsWith('image')).map((file) => file.sha256);
    expect(images).toEqual([cup, cat, caps].map(sha256));
    expect(request?.files.filter(({ field }) => field === 'mask')).toHaveLength(1);
  });
});

describe('images.createVariation', () => {
  it('gives a variation of a photograph', async () => {
    const cat = await photograph('chelsea.png');
    const { data } = await openai.images.createVariation({ model, image: fileOf(cat, 'chelsea.png'), n: 1 });
    expect(await headerOf(bytesOf(data?.[0]?.b64_json))).toMatchObject({ format: 'png' });
    const [request] = darkroom.simulator.ledger.charges().slice(-1);
    expect(request?.files.map((file) => file.sha256)).toEqual([sha256(cat)]);
  });
});

describe('stream', () => {
  it('of a generation shows partial images, and then the image with its usage', async () => {
    const prompt = promptOf('a stream by the SDK');
    const stream = await openai.images.generate({ model, prompt, stream: true, partial_images: 2 });
    const events: OpenAI.ImageGenStreamEvent[] = [];
    for await (const event of stream) events.push(event);
    expect(events.map(({ type }) => type)).toEqual([
      'image_generation.partial_image',
      'image_generation.partial_image',
      'image_generation.completed',
    ]);
    for (const { b64_json } of events)
      expect(await headerOf(bytesOf(b64_json))).toEqual({ format: 'png', width: 1024, height: 1024 });
    const indices = events.map((event) => ('partial_image_index' in event ? event.partial_image_index : undefined));
    expect(indices).toEqual([0, 1, undefined]);
    const [last] = events.slice(-1);
    expect(last).toMatchObject({ size: '1024x1024', output_format: 'png', background: 'opaque', quality: 'medium' });
    expect(last?.type === 'image_generation.completed' && last.usage.total_tokens).toBeGreaterThan(0);
    expect(darkroom.simulator.ledger.charges({ prompt })).toHaveLength(1);
  });

  it('of an edit shows partial images, and then the image', async () => {
    const prompt = promptOf('a stream of an edit by the SDK');
    const image = fileOf(await photograph('chelsea.png'), 'chelsea.png');
    const stream = await openai.images.edit({ model, prompt, image, stream: true, partial_images: 1 });
    const types: string[] = [];
    for await (const { type } of stream) types.push(type);
    expect(types).toEqual(['image_edit.partial_image', 'image_edit.completed']);
  });

  it('that fails after it has begun throws what went wrong', async () => {
    const prompt = promptOf('a stream that ends badly [fail:refuse_event]');
    const stream = await openai.images.generate({ model, prompt, stream: true, partial_images: 2 });
    const types: string[] = [];
    const error = await thrownBy(
      (async () => {
        for await (const { type } of stream) types.push(type);
      })(),
    );
    expect(types).toEqual(['image_generation.partial_image']);
    expect(error).toMatchObject({ code: 'content_refused' });
  });
});

describe('models', () => {
  it('are listed', async () => {
    const { data } = await openai.models.list();
    expect(data.map(({ id }) => id)).toContain(model);
  });

  it('are retrieved one by one, by names with a slash', async () => {
    expect(await openai.models.retrieve(model)).toMatchObject({ id: model, object: 'model', owned_by: 'openai' });
    const error = await thrownBy(openai.models.retrieve('openai/gpt-image-0'));
    expect(error).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('errors', () => {
  it('are a BadRequestError with code, param and request id for a wrong value', async () => {
    const error = await thrownBy(openai.images.generate({ model, prompt: promptOf('too many'), n: 11 }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, code: 'invalid_value', param: 'n', type: 'invalid_request_error' });
    expect(error.requestID).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('are a BadRequestError for a stream of which nothing has been sent', async () => {
    const request = openai.images.generate({ model, prompt: '', stream: true });
    expect(await thrownBy(request)).toBeInstanceOf(BadRequestError);
  });

  it('are an AuthenticationError for a wrong key', async () => {
    const error = await thrownBy(openaiWith('sk-bf-wrong').images.generate({ model, prompt: promptOf('no entry') }));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ code: 'virtual_key_not_found', type: 'authentication_error' });
  });

  it('are an UnprocessableEntityError for what a provider refuses', async () => {
    const error = await thrownBy(openai.images.generate({ model, prompt: promptOf('refused [fail:refuse]') }));
    expect(error).toBeInstanceOf(UnprocessableEntityError);
    expect(error).toMatchObject({ status: 422, code: 'content_refused' });
  });
});

describe('default retries', () => {
  it('try again what nobody was charged for', async () => {
    // The gateway itself asks three times before it gives up.
    const prompt = promptOf('the fourth time [fail:500x3]');
    const { data } = await openai.images.generate({ model, prompt });
    expect(data).toHaveLength(1);
    expect(darkroom.simulator.ledger.requests({ prompt })).toHaveLength(4);
    expect(darkroom.simulator.ledger.charges({ prompt })).toHaveLength(1);
  });

  it('do not try again what may have been paid for', async () => {
    // Where an outcome is unknown, the gateway asks once more in all.
    const prompt = promptOf('never [fail:cut]');
    const error = await thrownBy(openai.images.generate({ model, prompt }));
    expect(error).toMatchObject({ status: 504, code: 'provider_timeout' });
    expect(darkroom.simulator.ledger.requests({ prompt })).toHaveLength(2);
  });
});

describe('runLocally', () => {
  it('logs what happened without keys, prompts or images', () => {
    expect(darkroom.logLines.some((line) => line.includes('job_completed'))).toBe(true);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
