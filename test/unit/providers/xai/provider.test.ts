import { describe, expect, it } from 'vitest';
import { sendRequest } from '../../../../lambda/adapters/outgoing/http-client.ts';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import { createXai } from '../../../../lambda/providers/xai/provider.ts';
import { apiKey, inputImage, memoryCall } from '../../../contract/providers/memory-call.ts';
import type { ScriptedProvider } from '../../../contract/providers/scripted-provider.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { answered, request, scripted } from '../openai/scripted-openai.ts';

const [photo, second] = [pngBytes(2_000), pngBytes(3_001)];
const images = [inputImage('a', photo), inputImage('b', second)] as const;
const uri = (bytes: Uint8Array) => `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;

async function ask(server: ScriptedProvider, asked: Partial<ImageRequest>) {
  const call = memoryCall({
    inputs: new Map([
      ['a', photo],
      ['b', second],
    ]),
  });
  const provider = createXai({ baseUrl: server.baseUrl, send: sendRequest });
  const outcome = await provider.start(request({ model: 'grok-imagine-image-2.0', ...asked }), call);
  if (outcome.status !== 'finished') throw new Error('The server answered with a ticket.');
  return outcome;
}

const bodyOf = ({ received }: ScriptedProvider): unknown => JSON.parse(received[0]?.body.toString() ?? '');

async function failure(answer: unknown, status = 200): Promise<ProviderFailure> {
  const error = await ask(await scripted(answer, status), {}).catch((thrown: unknown) => thrown);
  if (error instanceof ProviderFailure) return error;
  throw new Error('The request did not fail.');
}

describe('createXai', () => {
  it('sends a generation as JSON, in shapes instead of pixels', async () => {
    const server = await scripted();
    const parameters = { aspect_ratio: '19.5:9', resolution: '2k', quality: 'low', user: 'u-1' } as const;
    const { warnings } = await ask(server, { n: 2, parameters });
    expect(server.received[0]).toMatchObject({ method: 'POST', url: '/v1/images/generations' });
    expect(server.received[0]?.headers).toMatchObject({ authorization: `Bearer ${apiKey}` });
    expect(bodyOf(server)).toEqual({
      model: 'grok-imagine-image-2.0',
      prompt: request().prompt,
      n: 2,
      response_format: 'b64_json',
      ...parameters,
    });
    expect(warnings).toMatchObject([{ code: 'images_missing' }]);
  });

  it('leaves the quality to the model by saying nothing of it', async () => {
    const server = await scripted();
    await ask(server, { parameters: { quality: 'auto' } });
    expect(bodyOf(server)).not.toHaveProperty('quality');
  });

  it('edits one image as JSON, and warns that its shape stays', async () => {
    const server = await scripted();
    const parameters = { aspect_ratio: '16:9', resolution: '1k' };
    const { warnings } = await ask(server, { operation: 'edit', images: images.slice(0, 1), parameters });
    expect(server.received[0]?.url).toBe('/v1/images/edits');
    expect(server.received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(server.received[0]?.body.length),
    });
    expect(bodyOf(server)).toMatchObject({ image: { type: 'image_url', url: uri(photo) }, resolution: '1k' });
    expect(bodyOf(server)).not.toHaveProperty('aspect_ratio');
    expect(warnings).toMatchObject([{ code: 'param_dropped', param: 'aspect_ratio' }]);
  });

  it('edits several images in their order, in the shape that is asked for', async () => {
    const server = await scripted();
    const { warnings } = await ask(server, { operation: 'edit', images, parameters: { aspect_ratio: '16:9' } });
    expect(bodyOf(server)).toMatchObject({
      images: [{ url: uri(photo) }, { url: uri(second) }],
      aspect_ratio: '16:9',
    });
    expect(bodyOf(server)).not.toHaveProperty('image');
    expect(warnings).toEqual([]);
  });

  it.each([
    [{ respect_moderation: false }],
    [{ respect_moderation: false, url: '' }],
    [{ ...answered.data[0], respect_moderation: false }],
  ])('takes an answer whose image is withheld (%#) for a refusal', async (item) => {
    expect(await failure({ data: [item] })).toMatchObject({ kind: 'refused', statusCode: 200 });
  });

  it('gives what moderation has left', async () => {
    const data = [{ respect_moderation: false }, { ...answered.data[0], respect_moderation: true }];
    const finished = await ask(await scripted({ data, usage: { cost_in_usd_ticks: 7 } }), { n: 2 });
    expect(finished).toMatchObject({ images: [{ image: {} }], warnings: [{ code: 'images_missing' }] });
    expect(finished).not.toHaveProperty('usage');
  });

  it.each([
    [400, 'Client specified an invalid argument', 'Argument not supported: size', 'invalid'],
    [400, 'Client specified an invalid argument', 'Incorrect API key provided: xai-1.', 'auth'],
    [400, 'Client specified an invalid argument', 'Generated image rejected by content moderation.', 'refused'],
    [429, 'Some resource has been exhausted', 'Too many requests.', 'rate_limited'],
    [429, 'Some resource has been exhausted', 'Your team has used all available credits.', 'billing'],
    [403, 'personal-team-blocked:spending-limit', 'You have run out of credits.', 'billing'],
    [403, 'The caller does not have permission', 'Your key may not use this model.', 'auth'],
  ])('reads the error of a %i (%s: %s) as %s', async (status, code, error, kind) => {
    expect(await failure({ code, error }, status)).toMatchObject({ kind, message: error, statusCode: status });
  });
});
