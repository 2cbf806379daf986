import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateImage, type ImageModel, RetryError } from 'ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localKey } from '../../../bin/run-locally.ts';
import { clearMask, headerOf, photograph, sha256 } from '../../support/sample-files.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';

/**
 * Vercel's AI SDK, by both of its providers that take a base address. `@ai-sdk/openai` knows the models of OpenAI by their own
 * names alone: of `openai/gpt-image-2` it asks for base64, and one image a request, as of any model that it doesn't know.
 * `@ai-sdk/openai-compatible` says nothing of a format, takes either, and asks for up to ten images at once.
 */

const model = 'openai/gpt-image-2';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom();
});

afterAll(async () => {
  await darkroom?.stop();
});

const settings = (apiKey: string) => ({ baseURL: `${darkroom.origin}/v1`, apiKey });
const makers: Readonly<Record<string, (name: string, apiKey?: string) => ImageModel>> = {
  '@ai-sdk/openai': (name, apiKey = localKey) => createOpenAI(settings(apiKey)).image(name),
  '@ai-sdk/openai-compatible': (name, apiKey = localKey) =>
    createOpenAICompatible({ name: 'darkroom', ...settings(apiKey) }).imageModel(name),
};

/** What the SDK throws for a request that must fail, or that failed at each try. */
async function thrownBy(request: Promise<unknown>): Promise<APICallError> {
  const error: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const last = RetryError.isInstance(error) ? error.lastError : error;
  if (APICallError.isInstance(last)) return last;
  throw new Error('The SDK threw no error of the API.', { cause: error });
}

describe.each(Object.entries(makers))('generateImage by %s', (name, make) => {
  it('generates an image', async () => {
    const prompt = promptOf(`a lighthouse by ${name}`);
    const { image, usage } = await generateImage({ model: make(model), prompt, size: '1536x1024' });
    expect(image.mediaType).toBe('image/png');
    expect(await headerOf(Buffer.from(image.uint8Array))).toEqual({ format: 'png', width: 1536, height: 1024 });
    expect(usage.totalTokens).toBeGreaterThan(0);
    expect(darkroom.simulator.ledger.charges({ prompt })).toHaveLength(1);
  });

  it('generates several images', async () => {
    const prompt = promptOf(`three lighthouses by ${name}`);
    const { images } = await generateImage({ model: make(model), prompt, n: 3 });
    expect(images).toHaveLength(3);
    const charged = darkroom.simulator.ledger.charges({ prompt });
    expect(charged.reduce((sum, request) => sum + request.images, 0)).toBe(3);
  });

  it('generates several images in one request with an Idempotency-Key, where it is told that they fit', async () => {
    const prompt = promptOf(`two lighthouses at once by ${name}`);
    const headers = { 'Idempotency-Key': `two-at-once-${name}` };
    const { images } = await generateImage({ model: make(model), prompt, n: 2, maxImagesPerCall: 10, headers });
    expect(new Set(images.map(({ base64 }) => base64)).size).toBe(2);
    expect(darkroom.simulator.ledger.charges({ prompt })).toMatchObject([{ images: 2 }]);
  });

  it('edits several images inside a mask', async () => {
    const text = promptOf(`an edit by ${name}`);
    const images = await Promise.all(['coffee.png', 'chelsea.png'].map(photograph));
    const prompt = { text, images, mask: await clearMask(600, 400) };
    const { image } = await generateImage({ model: make(model), prompt });
    expect(await headerOf(Buffer.from(image.uint8Array))).toMatchObject({ format: 'png' });
    const [request] = darkroom.simulator.ledger.charges({ prompt: text });
    const sent = request?.files.filter(({ field }) => field.startsWith('image')).map((file) => file.sha256);
    expect(sent).toEqual(images.map(sha256));
    expect(request?.files.filter(({ field }) => field === 'mask')).toHaveLength(1);
  });

  it('edits one image', async () => {
    const text = promptOf(`an edit of one by ${name}`);
    const cat = await photograph('chelsea.png');
    await generateImage({ model: make(model), prompt: { text, images: [cat] } });
    const [request] = darkroom.simulator.ledger.charges({ prompt: text });
    expect(request?.files.map((file) => file.sha256)).toEqual([sha256(cat)]);
  });

  it('throws what the gateway says of an unknown model, and does not try again', async () => {
    const error = await thrownBy(generateImage({ model: make('openai/gpt-image-0'), prompt: promptOf('nobody') }));
    expect(error).toMatchObject({ statusCode: 400, isRetryable: false });
    expect(error.message).toContain('gpt-image-0');
    expect(error.data).toMatchObject({ error: { code: 'invalid_value', param: 'model' } });
  });

  it('throws what the gateway says of a wrong key', async () => {
    const error = await thrownBy(generateImage({ model: make(model, 'sk-bf-wrong'), prompt: promptOf('no entry') }));
    expect(error).toMatchObject({ statusCode: 401, data: { error: { code: 'virtual_key_not_found' } } });
  });

  it('throws what a provider refused, and does not try again', async () => {
    const prompt = promptOf(`refused by ${name} [fail:refuse]`);
    const error = await thrownBy(generateImage({ model: make(model), prompt }));
    expect(error).toMatchObject({ statusCode: 422, data: { error: { code: 'content_refused' } } });
    expect(darkroom.simulator.ledger.requests({ prompt })).toHaveLength(1);
  });
});

describe('generateImage by @ai-sdk/openai-compatible', () => {
  it('asks a model that answers with links for base64, by the options of its provider', async () => {
    const prompt = promptOf('a boat in base64');
    const { image } = await generateImage({
      model: createOpenAICompatible({ name: 'darkroom', ...settings(localKey) }).imageModel(
        'together/black-forest-labs/FLUX.2-dev',
      ),
      prompt,
      providerOptions: { darkroom: { response_format: 'b64_json' } },
    });
    expect(image.mediaType).toMatch(/^image\//);
    expect(darkroom.simulator.ledger.charges({ prompt })).toHaveLength(1);
  });
});
