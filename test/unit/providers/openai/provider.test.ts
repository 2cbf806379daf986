import { Readable } from 'node:stream';
import busboy from 'busboy';
import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { SendRequest } from '../../../../lambda/domain/send-request.ts';
import { createOpenAi } from '../../../../lambda/providers/openai/provider.ts';
import { apiKey, inputImage, memoryCall, sha256 } from '../../../contract/providers/memory-call.ts';
import type { Received } from '../../../contract/providers/scripted-provider.ts';
import { pngBytes } from '../../../support/image-bytes.ts';
import { answered, image, request, scripted, start } from './scripted-openai.ts';

/** The parts of a multipart body, in order. */
async function partsOf({ headers, body }: Received): Promise<unknown[]> {
  const parts: unknown[] = [];
  const parser = busboy({ headers });
  parser.on('field', (name, value) => parts.push([name, value]));
  parser.on('file', (name, stream, { filename, mimeType }) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('end', () => parts.push([name, filename, mimeType, sha256(Buffer.concat(chunks))]));
  });
  await new Promise((resolve) => {
    parser.on('close', resolve);
    Readable.from([body]).pipe(parser);
  });
  return parts;
}

describe('createOpenAi', () => {
  it('sends a generation as JSON, field for field', async () => {
    const server = await scripted();
    const parameters = {
      quality: 'high',
      background: 'opaque',
      output_format: 'webp',
      output_compression: 0,
      moderation: 'low',
      user: 'u-1',
    } as const;
    await start(server, request({ n: 2, size: { width: 1536, height: 1024 }, parameters }));
    const [received] = server.received;
    expect(received).toMatchObject({ method: 'POST', url: '/v1/images/generations' });
    expect(received?.headers).toMatchObject({
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(JSON.parse(received?.body.toString() ?? '')).toEqual({
      model: 'gpt-image-2',
      prompt: 'a "quoted" kite\nin the wind ✓',
      n: 2,
      size: '1536x1024',
      ...parameters,
    });
  });

  it('leaves out what is not asked for', async () => {
    const server = await scripted();
    await start(server, request());
    expect(Object.keys(JSON.parse(server.received[0]?.body.toString() ?? ''))).toEqual(['model', 'prompt', 'n']);
  });

  it('sends an edit as multipart, part for part', async () => {
    const server = await scripted();
    const [first, second, mask] = [pngBytes(150_000), pngBytes(70_000), pngBytes(100)];
    const inputs = new Map([
      ['a', first],
      ['b', second],
      ['m', mask],
    ]);
    const images = [inputImage('a', first), { ...inputImage('b', second), type: 'jpeg' as const }];
    const asked = request({
      operation: 'edit',
      editType: 'inpainting',
      size: { width: 1024, height: 1024 },
      parameters: { output_format: 'jpeg', output_compression: 0 },
      images,
      mask: inputImage('m', mask),
    });
    await start(server, asked, memoryCall({ inputs }));
    const received = server.received[0] as Received;
    expect(received).toMatchObject({ method: 'POST', url: '/v1/images/edits' });
    expect(received.headers['content-length']).toBe(String(received.body.length));
    expect(await partsOf(received)).toEqual([
      ['model', 'gpt-image-2'],
      ['prompt', 'a "quoted" kite\nin the wind ✓'],
      ['n', '1'],
      ['size', '1024x1024'],
      ['output_format', 'jpeg'],
      ['output_compression', '0'],
      ['image[]', 'image-1.png', 'image/png', sha256(first)],
      ['image[]', 'image-2.jpeg', 'image/jpeg', sha256(second)],
      ['mask', 'mask.png', 'image/png', sha256(mask)],
    ]);
  });

  it('refuses a variation, which OpenAI has not, before anything is sent', async () => {
    const server = await scripted();
    await expect(start(server, request({ operation: 'variation' }))).rejects.toMatchObject({ kind: 'unsupported' });
    expect(server.received).toHaveLength(0);
  });

  it('tells all that the answer says', async () => {
    const usage = {
      input_tokens: 50,
      input_tokens_details: { image_tokens: 40, text_tokens: 10 },
      output_tokens: 100,
      output_tokens_details: { image_tokens: 100, text_tokens: 0 },
      total_tokens: 150,
    };
    const item = { ...answered.data[0], revised_prompt: 'a redder kite' };
    const said = { background: 'opaque', output_format: 'png', quality: 'low', size: '1024x1024' };
    const call = memoryCall();
    const finished = await start(await scripted({ ...answered, ...said, usage, data: [item] }), request(), call);
    expect(finished).toEqual({
      status: 'finished',
      images: [
        {
          image: { key: 'results/0.png', type: 'png', width: 640, height: 480, hasAlpha: false, bytes: image.length },
          revisedPrompt: 'a redder kite',
        },
      ],
      usage,
      background: 'opaque',
      quality: 'low',
      warnings: [],
    });
    expect(sha256(call.saved.get(0) ?? Buffer.alloc(0))).toBe(sha256(image));
  });

  it.each([
    ['null', { background: null, usage: null, size: null, quality: null }],
    ['of another type', { background: 7, usage: 'many', size: ['big'], quality: {} }],
    ['partly there', { usage: { input_tokens: -1, total_tokens: 'x', input_tokens_details: null } }],
    ['new', { surprise: { deeply: ['nested'] } }],
  ])('is not disturbed by fields that are %s', async (_name, fields) => {
    const finished = await start(await scripted({ ...answered, ...fields }), request());
    expect(finished).toMatchObject({ status: 'finished', images: [{}], warnings: [] });
    expect(finished).not.toHaveProperty('background');
    expect(finished).not.toHaveProperty('size');
  });

  it('warns of images that are missing', async () => {
    const finished = await start(await scripted({ data: [...answered.data, { b64_json: null }] }), request({ n: 3 }));
    expect(finished).toMatchObject({
      images: [{}],
      warnings: [{ code: 'images_missing', param: 'n', message: 'The provider made 1 of 3 images.' }],
    });
  });

  it('shows a request and its answer without image bytes', async () => {
    const call = memoryCall({ inputs: new Map([['a', image]]) });
    await start(await scripted(), request({ operation: 'edit', images: [inputImage('a', image)] }), call);
    const files = [{ name: 'image[]', filename: 'image-1.png', bytes: image.length, sha256: sha256(image) }];
    expect(call.rawRequests).toEqual([{ model: 'gpt-image-2', prompt: request().prompt, n: 1, files }]);
    expect(call.rawResponses).toEqual([{ created: 1, data: [{ b64_json: '<5000 bytes of image>' }] }]);
  });

  it('bounds an answer by the number of images asked for', async () => {
    const most: number[] = [];
    const send: SendRequest = async ({ maxAnswerBytes }) => {
      most.push(maxAnswerBytes);
      throw new ProviderFailure('overloaded', 'Nothing is sent here.');
    };
    const provider = createOpenAi({ baseUrl: 'http://127.0.0.1:9', send });
    for (const n of [1, 10]) await provider.start(request({ n }), memoryCall()).catch(() => {});
    expect(most).toEqual([65 * 1024 * 1024, 641 * 1024 * 1024]);
  });
});
