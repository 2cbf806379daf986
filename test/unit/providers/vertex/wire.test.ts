import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { ImageParameters } from '../../../../lambda/domain/generation.ts';
import { generateContentRequest } from '../../../../lambda/providers/formats/generate-content-request.ts';
import { vertexProfile } from '../../../../lambda/providers/vertex/wire.ts';
import { memoryCall } from '../../../contract/providers/memory-call.ts';

const { openImage } = memoryCall();
const worded = (parameters: ImageParameters, project = 'some-project') =>
  generateContentRequest(
    vertexProfile(project, 'global'),
    { operation: 'generation', model: 'gemini-3-pro-image', prompt: 'a kite', n: 1, parameters, extra: {}, images: [] },
    openImage,
  );
const configOf = async (parameters: ImageParameters) =>
  JSON.parse((await buffer(worded(parameters).body.chunks())).toString()).generationConfig;

describe('vertexProfile', () => {
  it('asks the model below its project and location', () => {
    expect(worded({}).path).toBe(
      '/projects/some-project/locations/global/publishers/google/models/gemini-3-pro-image:generateContent',
    );
    expect(worded({}, 'example.com:old').path).toContain('/projects/example.com%3Aold/');
  });

  it('asks for words beside the picture, as it must, and for no more', async () => {
    expect(await configOf({})).toEqual({ responseModalities: ['TEXT', 'IMAGE'] });
  });

  it('asks for the type of the picture beside its shape', async () => {
    const parameters = {
      aspect_ratio: '16:9',
      resolution: '2K',
      output_format: 'jpeg',
      output_compression: 0,
    } as const;
    expect((await configOf(parameters)).imageConfig).toEqual({
      aspectRatio: '16:9',
      imageSize: '2K',
      imageOutputOptions: { mimeType: 'image/jpeg', compressionQuality: 0 },
    });
    expect((await configOf({ output_format: 'png' })).imageConfig).toEqual({
      imageOutputOptions: { mimeType: 'image/png' },
    });
  });
});
