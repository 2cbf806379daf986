import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import busboy from 'busboy';
import { afterEach, describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { ImageRequest } from '../../../../lambda/domain/generation.ts';
import { createOpenAi } from '../../../../lambda/providers/openai/provider.ts';
import { sendRequest } from '../../../../lambda/providers/shared/http-client.ts';
import type { ProviderAnswer, SendRequest } from '../../../../lambda/providers/shared/send-request.ts';
import { apiKey, inputImage, type MemoryCall, memoryCall, sha256 } from '../../../contract/providers/memory-call.ts';
import {
  type Received,
  type ScriptedProvider,
  startScriptedProvider,
} from '../../../contract/providers/scripted-provider.ts';
import { pngBytes } from '../../../support/image-bytes.ts';

const started: ScriptedProvider[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

const image = pngBytes(5_000);
const answered = { created: 1, data: [{ b64_json: Buffer.from(image).toString('base64') }] };

async function scripted(answer: unknown = answered, status = 200): Promise<ScriptedProvider> {
  const server = await startScriptedProvider((response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
  );
  started.push(server);
  return server;
}

const request = (changes: Partial<ImageRequest> = {}): ImageRequest => ({
  operation: 'generation',
  model: 'gpt-image-2',
  prompt: 'a "quoted" kite\nin the wind ✓',
  n: 1,
  parameters: {},
  extra: {},
  images: [],
  ...changes,
});

const start = (server: ScriptedProvider, asked: ImageRequest, call: MemoryCall = memoryCall()) =>
  createOpenAi({ baseUrl: server.baseUrl, send: sendRequest }).start(asked, call);

async function failureFrom(answer: unknown, status: number): Promise<ProviderFailure> {
  const error = await start(await scripted(answer, status), request()).catch((thrown: unknown) => thrown);
  if (error instanceof ProviderFailure) return error;
  throw new Error('The request did not fail.');
}

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
      parameters: { output_compression: 0, output_format: 'jpeg' },
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
      outputFormat: 'png',
      quality: 'low',
      size: '1024x1024',
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

  it.each([
    ['no data', {}],
    ['empty data', { data: [] }],
    ['data without an image', { data: [{ b64_json: null }, {}, null, 'x'] }],
    ['an image elsewhere', { b64_json: answered.data[0]?.b64_json }],
    ['a list', [1]],
    ['null', null],
  ])('calls an answer with %s malformed', async (_name, answer) => {
    await expect(start(await scripted(answer), request())).rejects.toMatchObject({
      kind: 'malformed',
      statusCode: 200,
    });
  });

  it.each([
    ['moderation_blocked', 400, 'image_generation_user_error', 'refused'],
    ['content_policy_violation', 400, 'invalid_request_error', 'refused'],
    [null, 400, 'image_generation_user_error', 'refused'],
    ['invalid_value', 400, 'image_generation_user_error', 'invalid'],
    ['insufficient_quota', 429, 'insufficient_quota', 'billing'],
    ['billing_hard_limit_reached', 400, 'invalid_request_error', 'billing'],
    ['rate_limit_exceeded', 429, 'requests', 'rate_limited'],
    ['model_not_found', 404, 'invalid_request_error', 'unsupported'],
    ['unknown_parameter', 400, 'invalid_request_error', 'unsupported'],
    ['toString', 400, 'invalid_request_error', 'invalid'],
    [null, 500, 'server_error', 'overloaded'],
  ])('takes code %s with status %i and type %s for %s', async (code, status, type, kind) => {
    const failure = await failureFrom({ error: { message: 'No.', type, param: null, code } }, status);
    expect(failure).toMatchObject({ kind, statusCode: status, message: 'No.', param: undefined });
  });

  it.each([
    ['size', 'size'],
    ['image', 'image'],
    ['image[]', 'image'],
    ['images[0].image_url', 'image'],
    ['mask', 'mask'],
    ['mask.image_url', 'mask'],
    ['internal_thing', undefined],
  ])('names the param %s in the words of the contract', async (param, named) => {
    const failure = await failureFrom({ error: { message: 'No.', param, code: 'invalid_value' } }, 400);
    expect(failure).toMatchObject({ kind: 'invalid', param: named });
  });

  it('takes a complaint of the model for unsupported, so that a fallback may serve', async () => {
    const error = {
      message: 'No such model.',
      type: 'image_generation_user_error',
      param: 'model',
      code: 'invalid_value',
    };
    expect(await failureFrom({ error }, 400)).toMatchObject({ kind: 'unsupported', param: 'model' });
  });

  it.each(['plain text', { error: 'text' }, { error: null }, [], null])(
    'makes do with the error body %j',
    async (body) => {
      const failure = await failureFrom(body, 503);
      expect(failure).toMatchObject({ kind: 'overloaded', statusCode: 503, message: 'The provider answered 503.' });
    },
  );

  it('believes the status of an error whose body is cut', async () => {
    const send: SendRequest = async (): Promise<ProviderAnswer> => ({
      status: 429,
      headers: { 'retry-after': '9' },
      body: (async function* () {
        yield Buffer.from('{"error":');
        throw new ProviderFailure('unknown_outcome', 'cut');
      })(),
    });
    const work = createOpenAi({ baseUrl: 'http://127.0.0.1:9', send }).start(request(), memoryCall());
    await expect(work).rejects.toMatchObject({ kind: 'rate_limited', retryAfterSeconds: 9, statusCode: 429 });
  });

  it('shows a request and its answer without image bytes', async () => {
    const call = memoryCall({ inputs: new Map([['a', image]]) });
    await start(await scripted(), request({ operation: 'edit', images: [inputImage('a', image)] }), call);
    const files = [{ name: 'image[]', filename: 'image-1.png', bytes: image.length, sha256: sha256(image) }];
    expect(call.rawRequests).toEqual([{ model: 'gpt-image-2', prompt: request().prompt, n: 1, files }]);
    expect(call.rawResponses).toEqual([{ created: 1, data: [{ b64_json: '<5000 bytes of image>' }] }]);
  });

  it('sends neither key nor request after a redirect', async () => {
    const elsewhere = await scripted();
    const server = await startScriptedProvider((response) =>
      response.writeHead(308, { location: `${elsewhere.baseUrl}/images/generations` }).end(),
    );
    started.push(server);
    await expect(start(server, request())).rejects.toMatchObject({ kind: 'malformed', statusCode: 308 });
    expect(elsewhere.received).toHaveLength(0);
  });

  it('bounds an answer by the number of images asked for', async () => {
    const most: number[] = [];
    const send: SendRequest = async ({ mostAnswerBytes }) => {
      most.push(mostAnswerBytes);
      throw new ProviderFailure('overloaded', 'Nothing is sent here.');
    };
    const provider = createOpenAi({ baseUrl: 'http://127.0.0.1:9', send });
    for (const n of [1, 10]) await provider.start(request({ n }), memoryCall()).catch(() => {});
    expect(most).toEqual([65 * 1024 * 1024, 641 * 1024 * 1024]);
  });
});
