import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateImage } from 'ai';
import { describe, expect, it } from 'vitest';
import { alphaMask, key, photo, pictureOf, playVendors } from './play-vendors.ts';

const simulator = playVendors('openai', 'openai-classic', 'xai');
const prompt = '[plain] a kite';
const once = { maxRetries: 0 } as const;

describe('the AI SDK', () => {
  const openai = () => createOpenAI({ apiKey: key, baseURL: simulator().baseUrl('openai') }).image('gpt-image-2');

  it('makes and edits images by its provider for OpenAI', async () => {
    const made = await generateImage({ model: openai(), prompt, n: 2, size: '1536x1024', ...once });
    expect(await Promise.all(made.images.map(({ uint8Array }) => pictureOf(uint8Array)))).toEqual(
      Array(2).fill('png 1536x1024'),
    );
    const edit = { text: prompt, images: [await photo()], mask: await alphaMask() };
    const edited = await generateImage({ model: openai(), prompt: edit, size: '1024x1024', ...once });
    expect(await pictureOf(edited.image.uint8Array)).toBe('png 1024x1024');
  });

  it('tells what was wrong', async () => {
    const providerOptions = { openai: { quality: 'xhigh' } };
    await expect(generateImage({ model: openai(), prompt, providerOptions, ...once })).rejects.toThrow(
      'Supported values',
    );
  });

  it.each([
    ['openai-classic', 'dall-e-2', { size: '512x512' }, 'png 512x512'],
    ['xai', 'grok-imagine-image-2.0', {}, 'jpeg 1024x1024'],
  ] as const)('makes images by its provider for compatible servers, of %s', async (name, id, asked, picture) => {
    // An address on this machine it would not fetch, so the images are asked for in the answer.
    const providerOptions = { [name === 'xai' ? name : 'openaiClassic']: { response_format: 'b64_json' } };
    const server = createOpenAICompatible({ name, apiKey: key, baseURL: simulator().baseUrl(name) });
    const { images } = await generateImage({
      model: server.imageModel(id),
      prompt,
      n: 2,
      ...asked,
      providerOptions,
      ...once,
    });
    expect(await Promise.all(images.map(({ uint8Array }) => pictureOf(uint8Array)))).toEqual([picture, picture]);
  });
});
