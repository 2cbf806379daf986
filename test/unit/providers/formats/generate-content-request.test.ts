import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import {
  type GenerateContentProfile,
  generateContentRequest,
} from '../../../../lambda/providers/formats/generate-content-request.ts';
import { inputImage, memoryCall, sha256 } from '../../../contract/providers/memory-call.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

const profile: GenerateContentProfile = {
  path: (model) => `/models/${model}:generateContent`,
  responseModalities: ['IMAGE'],
};
const photo = pngBytes(250_000);
const { openImage } = memoryCall({ inputs: new Map([['photo', photo]]) });

const request = (changes: Partial<ImageRequest> = {}): ImageRequest => ({
  operation: 'generation',
  model: 'gemini-3-pro-image',
  prompt: 'a "quoted" kite\nin the wind ✓',
  n: 1,
  parameters: {},
  extra: {},
  images: [],
  ...changes,
});

async function sent(asked: ImageRequest): Promise<unknown> {
  const { body } = generateContentRequest(profile, asked, openImage);
  const bytes = await buffer(body.chunks());
  expect(bytes).toHaveLength(body.length);
  return JSON.parse(bytes.toString());
}

describe('generateContentRequest', () => {
  it('asks the model by its address, for images alone', async () => {
    expect(generateContentRequest(profile, request(), openImage).path).toBe(
      '/models/gemini-3-pro-image:generateContent',
    );
    expect(await sent(request())).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'a "quoted" kite\nin the wind ✓' }] }],
      generationConfig: { responseModalities: ['IMAGE'] },
    });
  });

  it("asks for shape, size and seed in Gemini's words", async () => {
    const parameters = { aspect_ratio: '16:9', resolution: '2K', seed: 7 };
    expect(await sent(request({ parameters }))).toMatchObject({
      generationConfig: { imageConfig: { aspectRatio: '16:9', imageSize: '2K' }, seed: 7 },
    });
  });

  it('puts input images behind the prompt, in base64', async () => {
    const images = [inputImage('photo', photo)];
    const inlineData = { mimeType: 'image/png', data: Buffer.from(photo).toString('base64') };
    expect(await sent(request({ operation: 'edit', images }))).toMatchObject({
      contents: [{ parts: [{}, { inlineData }] }],
    });
  });

  it('shows input images by length and digest', () => {
    const { raw } = generateContentRequest(
      profile,
      request({ operation: 'edit', images: [inputImage('photo', photo)] }),
      openImage,
    );
    expect(JSON.stringify(raw)).toContain(`250000 bytes of image, sha256 ${sha256(photo)}`);
    expect(JSON.stringify(raw).length).toBeLessThan(1_000);
  });
});
