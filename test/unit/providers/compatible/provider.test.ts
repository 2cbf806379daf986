import { Readable } from 'node:stream';
import busboy from 'busboy';
import { afterEach, describe, expect, it } from 'vitest';
import { sendRequest } from '../../../../lambda/adapters/outgoing/http-client.ts';
import type { CompatibleServer } from '../../../../lambda/contract/compatible-server.ts';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import { createCompatible } from '../../../../lambda/providers/compatible/provider.ts';
import { inputImage, memoryCall, sha256 } from '../../../contract/providers/memory-call.ts';
import type { Received, ScriptedProvider } from '../../../contract/providers/scripted-provider.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { answered, request, scripted } from '../openai/scripted-openai.ts';

const [photo, second] = [pngBytes(2_000), pngBytes(3_000)];
const inputs = new Map([
  ['a', photo],
  ['b', second],
]);
const calls: ReturnType<typeof memoryCall>[] = [];
afterEach(() => void calls.splice(0));

async function ask(server: ScriptedProvider, asked: Partial<ImageRequest>, setting: Partial<CompatibleServer> = {}) {
  const call = memoryCall({ inputs });
  calls.push(call);
  const studio = { baseUrl: server.baseUrl, models: [{ model: 'sdxl' }], ...setting };
  const outcome = await createCompatible(studio, sendRequest).start(request({ model: 'sdxl', ...asked }), call);
  if (outcome.status !== 'finished') throw new Error('The server answered with a ticket.');
  return outcome;
}

/** The names of a form's parts in order, texts with their value. */
async function partsOf({ headers, body }: Received): Promise<unknown[]> {
  const parts: unknown[] = [];
  const parser = busboy({ headers });
  parser.on('field', (name, value) => parts.push([name, value]));
  parser.on('file', (name, stream) => {
    parts.push(name);
    stream.resume();
  });
  await new Promise((resolve) => {
    parser.on('close', resolve);
    Readable.from([body]).pipe(parser);
  });
  return parts;
}

const variation = { operation: 'variation', prompt: '', images: [inputImage('a', photo)] } as const;

describe('createCompatible', () => {
  it.each([
    [undefined, { response_format: 'b64_json' }],
    ['url', { response_format: 'url' }],
    ['none', {}],
  ] as const)('sends response_format as the setting %s says', async (responseFormat, expected) => {
    const server = await scripted();
    await ask(server, { extra: { scheduler: 'euler', model: 'another' } }, responseFormat ? { responseFormat } : {});
    expect(server.received[0]?.url).toBe('/v1/images/generations');
    expect(JSON.parse(server.received[0]?.body.toString() ?? '')).toEqual({
      model: 'sdxl',
      prompt: request().prompt,
      n: 1,
      scheduler: 'euler',
      ...expected,
    });
  });

  it('asks for a variation by its own route, without a prompt', async () => {
    const server = await scripted();
    await ask(server, { ...variation, size: { width: 256, height: 256 } });
    expect(server.received[0]?.url).toBe('/v1/images/variations');
    expect(await partsOf(server.received[0] as Received)).toEqual([
      ['model', 'sdxl'],
      ['n', '1'],
      ['size', '256x256'],
      ['response_format', 'b64_json'],
      'image',
    ]);
  });

  it.each([
    [undefined, 1, ['image', 'mask']],
    [undefined, 2, ['image[]', 'image[]', 'mask']],
    ['image', 2, ['image', 'image', 'mask']],
    ['image[]', 1, ['image[]', 'mask']],
  ] as const)('names the image parts as the setting %s says for %i of them', async (imageField, count, expected) => {
    const server = await scripted();
    const images = [inputImage('a', photo), inputImage('b', second)].slice(0, count);
    const edit = { operation: 'edit', images, mask: inputImage('a', photo), extra: { loras: ['x', 1] } } as const;
    await ask(server, edit, imageField ? { imageField } : {});
    const parts = await partsOf(server.received[0] as Received);
    expect(parts.filter((part) => typeof part === 'string')).toEqual(expected);
    expect(parts).toContainEqual(['loras', '["x",1]']);
  });

  it('gives the addresses of results, in their order, and shows them without their queries', async () => {
    const data = [
      { url: 'https://cdn.example/1.png?signature=secret', revised_prompt: 'redder' },
      { url: 'https://cdn.example/2.png#secret', b64_json: null },
      {},
    ];
    const finished = await ask(await scripted({ created: 1, data }), { n: 3 });
    expect(finished.images).toEqual([
      { url: 'https://cdn.example/1.png?signature=secret', revisedPrompt: 'redder' },
      { url: 'https://cdn.example/2.png#secret' },
    ]);
    expect(finished.warnings).toMatchObject([{ code: 'images_missing' }]);
    const shown = JSON.stringify(calls[0]?.rawResponses);
    expect(shown).toContain('https://cdn.example/1.png?…');
    expect(shown).not.toContain('secret');
  });

  it('prefers the bytes of an image to its address', async () => {
    const [item] = answered.data;
    const finished = await ask(await scripted({ data: [{ ...item, url: 'https://cdn.example/1.png' }] }), {});
    expect(finished.images).toMatchObject([{ image: { key: 'results/0.png' } }]);
    expect(sha256(calls[0]?.saved.get(0) ?? photo)).toBe(sha256(Buffer.from(item?.b64_json ?? '', 'base64')));
  });
});
