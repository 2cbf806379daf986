import { describe, expect, it } from 'vitest';
import { sendRequest } from '../../../../lambda/adapters/outgoing/http-client.ts';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import { createTogether } from '../../../../lambda/providers/together/provider.ts';
import { apiKey, inputImage, memoryCall } from '../../../contract/providers/memory-call.ts';
import type { ScriptedProvider } from '../../../contract/providers/scripted-provider.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { request, scripted } from '../openai/scripted-openai.ts';

const model = 'black-forest-labs/FLUX.2-flex';
const [photo, second] = [pngBytes(2_000), pngBytes(3_001)];

async function ask(server: ScriptedProvider, asked: Partial<ImageRequest> = {}) {
  const inputs = new Map([
    ['a', photo],
    ['b', second],
  ]);
  const provider = createTogether({ baseUrl: server.baseUrl, send: sendRequest });
  await provider.start(request({ model, ...asked }), memoryCall({ inputs }));
  return JSON.parse(server.received[0]?.body.toString() ?? '') as unknown;
}

describe('createTogether', () => {
  it("sends a generation in Together's own fields", async () => {
    const server = await scripted();
    const parameters = { num_inference_steps: 28, seed: 0, output_format: 'png' } as const;
    const size = { width: 1024, height: 768 };
    expect(await ask(server, { n: 2, size, parameters, extra: { guidance_scale: 3.5 } })).toEqual({
      model,
      prompt: request().prompt,
      n: 2,
      width: 1024,
      height: 768,
      steps: 28,
      seed: 0,
      output_format: 'png',
      guidance_scale: 3.5,
      response_format: 'base64',
    });
    expect(server.received[0]).toMatchObject({ method: 'POST', url: '/v1/images/generations' });
    expect(server.received[0]?.headers).toMatchObject({ authorization: `Bearer ${apiKey}` });
  });

  it('sends input images as references on the same route, in their order', async () => {
    const server = await scripted();
    const images = [inputImage('a', photo), inputImage('b', second)];
    expect(await ask(server, { operation: 'edit', images })).toEqual({
      model,
      prompt: request().prompt,
      n: 1,
      response_format: 'base64',
      reference_images: [photo, second].map(
        (bytes) => `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`,
      ),
    });
    expect(server.received[0]?.url).toBe('/v1/images/generations');
  });

  it.each([
    [422, 'NSFW content was detected.', 'refused'],
    [400, 'width must be at most 2048.', 'invalid'],
    [402, 'Credit limit exceeded.', 'billing'],
    [429, 'Slow down.', 'rate_limited'],
    [404, 'Unable to access model.', 'unsupported'],
  ])('takes a %i that says "%s" for %s', async (status, message, kind) => {
    const error = { message, type: 'invalid_request_error', param: null, code: null };
    await expect(ask(await scripted({ error }, status))).rejects.toMatchObject({ kind, message, statusCode: status });
  });
});
