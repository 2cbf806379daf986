import sharp from 'sharp';
import type { ErrorCode } from '../../lambda/domain/error-code.ts';
import { clearMask, dataUri, encodedForm, fileOf, formOf, photograph } from '../support/sample-files.ts';
import type { Segment } from './client.ts';
import { promptOf } from './running-darkroom.ts';

/** A submission that must be refused, and what its sender must be told. */
export interface BadSubmission {
  readonly what: string;
  readonly segment: Segment;
  readonly send: () => Promise<RequestInit & { readonly headers?: Record<string, string> }>;
  readonly status: number;
  readonly code: ErrorCode;
  readonly param?: string;
  /** What the message must say besides. */
  readonly says?: RegExp;
}

type Refusal = Pick<BadSubmission, 'code' | 'param' | 'says'> & { readonly status?: number };

const model = 'openai/gpt-image-2';
const prompt = promptOf('never to be made');
const json = { 'content-type': 'application/json' };
const value = (param: string, says?: RegExp): Refusal => ({
  code: 'invalid_value',
  param,
  ...(says === undefined ? {} : { says }),
});
const request = (says: RegExp, param?: string): Refusal => ({
  code: 'invalid_request',
  says,
  ...(param === undefined ? {} : { param }),
});
const missing = (param: string): Refusal => ({ code: 'missing_field', param });
const badImage = (param: string, says: RegExp): Refusal => ({ code: 'invalid_image', param, says });

function generation(what: string, fields: object, refusal: Refusal, headers: Record<string, string> = {}) {
  const body = JSON.stringify({ model, prompt, ...fields });
  return bad(what, 'generations', refusal, async () => ({ body, headers: { ...json, ...headers } }));
}

const raw = (
  what: string,
  segment: Segment,
  body: string | Buffer<ArrayBuffer> | undefined,
  type: string | undefined,
  refusal: Refusal,
) =>
  bad(what, segment, refusal, async () => ({
    ...(body === undefined ? {} : { body }),
    headers: type === undefined ? {} : { 'content-type': type },
  }));

type Parts = readonly (readonly [string, string | File])[];

/** An edit whose form has these parts besides model, prompt and an image. */
const edit = (what: string, parts: () => Promise<Parts>, refusal: Refusal): BadSubmission =>
  bad(what, 'edits', refusal, async () => ({ body: formOf(['model', model], ['prompt', prompt], ...(await parts())) }));

/** A submission in JSON whose image is named in this way. */
const inJson = (what: string, segment: Segment, image: string | object, refusal: Refusal): BadSubmission =>
  bad(`${what}, for ${segment}`, segment, refusal, async () => ({
    body: JSON.stringify({ model, ...(segment === 'edits' ? { prompt } : {}), images: [image] }),
    headers: json,
  }));

const bad = (what: string, segment: Segment, refusal: Refusal, send: BadSubmission['send']): BadSubmission => ({
  what,
  segment,
  send,
  status: 400,
  ...refusal,
});

const coffee = async () => ['image', fileOf(await photograph('coffee.png'), 'coffee.png')] as const;
const mask = async () => ['mask', fileOf(await photograph('coffee-mask.png'), 'mask.png')] as const;
const gif = async () =>
  sharp(await photograph('coffee-mask.png'))
    .gif()
    .toBuffer();

/** A good edit's body, spoilt. */
async function spoilt(spoil: (form: { bytes: Buffer; contentType: string }) => { bytes: Buffer; contentType: string }) {
  const form = await encodedForm(formOf(['model', model], ['prompt', prompt], await coffee()));
  const { bytes, contentType } = spoil(form);
  return { body: new Uint8Array(bytes), headers: { 'content-type': contentType } };
}

export const badBodies: readonly BadSubmission[] = [
  raw('no body', 'generations', undefined, 'application/json', request(/no body/)),
  raw('no body and no type', 'edits', undefined, undefined, request(/no body/)),
  raw('broken JSON', 'generations', '{"model": ', 'application/json', request(/not valid JSON/)),
  raw('JSON that is no object', 'generations', '[]', 'application/json', request(/JSON object/)),
  raw('plain text', 'generations', 'a lighthouse', 'text/plain', { status: 415, code: 'unsupported_media_type' }),
  raw('JSON in another charset', 'generations', '{}', 'application/json; charset=utf-16', {
    status: 415,
    code: 'unsupported_media_type',
    param: 'content-type',
  }),
  raw(
    'JSON in UTF-16 that says nothing of it',
    'generations',
    Buffer.from('\ufeff{}', 'utf16le'),
    undefined,
    request(/UTF-8/),
  ),
  bad('multipart for a generation', 'generations', { status: 415, code: 'unsupported_media_type' }, async () => ({
    body: formOf(['model', model], ['prompt', prompt]),
  })),
  bad('a multipart body that is cut off', 'edits', request(/cut off/), () =>
    spoilt(({ bytes, contentType }) => ({ bytes: bytes.subarray(0, -1000), contentType })),
  ),
  bad('multipart without a boundary', 'edits', request(/boundary/), () =>
    spoilt(({ bytes }) => ({ bytes, contentType: 'multipart/form-data' })),
  ),
  bad('multipart with another boundary', 'edits', request(/closing boundary/), () =>
    spoilt(({ bytes }) => ({ bytes, contentType: 'multipart/form-data; boundary=another' })),
  ),
  edit('a prompt sent twice', async () => [['prompt', 'again'], await coffee()], request(/more than once/, 'prompt')),
  edit(
    'a mask sent twice',
    async () => [await coffee(), await mask(), await mask()],
    request(/more than once/, 'mask'),
  ),
  edit(
    'a file in a part that takes none',
    async () => [await coffee(), ['other', fileOf(await photograph('coffee.png'), 'x.png')]],
    request(/files are taken only as/, 'other'),
  ),
];

export const badImages: readonly BadSubmission[] = [
  edit('no image', async () => [], missing('image')),
  edit('an empty file', async () => [['image', fileOf('', 'empty.png')]], badImage('image', /empty/)),
  edit(
    'text named .png',
    async () => [['image', fileOf('just text', 'a.png')]],
    badImage('image', /PNG, JPEG or WebP/),
  ),
  edit('a gif', async () => [['image', fileOf(await gif(), 'a.gif', 'image/gif')]], badImage('image', /JPEG or WebP/)),
  edit(
    'a gif that says it is a png',
    async () => [['image[]', fileOf(await gif(), 'a.png')]],
    badImage('image[]', /detected from the bytes/),
  ),
  edit(
    'a mask of another size',
    async () => [await coffee(), ['mask', fileOf(await clearMask(64, 48), 'mask.png')]],
    badImage('mask', /64x48.*600x400/),
  ),
  edit(
    'a mask without transparency',
    async () => [
      await coffee(),
      [
        'mask',
        fileOf(
          await sharp(await photograph('coffee.png'))
            .jpeg()
            .toBuffer(),
          'm',
        ),
      ],
    ],
    badImage('mask', /no alpha/),
  ),
  edit('inpainting without a mask', async () => [await coffee(), ['type', 'inpainting']], missing('mask')),
  edit(
    '17 images',
    async () => {
      const small = fileOf(await clearMask(16, 16), 'small.png');
      return Array.from({ length: 17 }, () => ['image[]', small] as const);
    },
    value('image[]', /at most 16 images/),
  ),
  ...(['edits', 'variations'] as const).flatMap((segment) => [
    inJson(
      'a file that does not exist',
      segment,
      { file_id: `file-${'0'.repeat(32)}` },
      value('images', /file-0{32}.*exist/),
    ),
    inJson('the id of no file', segment, { file_id: 'file-abc' }, value('images', /32 hexadecimal/)),
    inJson(
      'an address that is not https',
      segment,
      { image_url: 'http://example.org/a.png' },
      value('images', /https/),
    ),
    inJson('a private address', segment, { image_url: { url: 'https://169.254.169.254/' } }, value('images', /public/)),
    inJson('a reference of another kind', segment, 'ftp://example.org/a.png', value('images', /data:/)),
  ]),
  edit(
    'a mask that does not exist',
    async () => [await coffee(), ['mask', `file-${'0'.repeat(32)}`]],
    value('mask', /file-0{32}.*exist/),
  ),
  bad('a data: URI that is no base64', 'edits', badImage('image', /base64/), async () => ({
    body: JSON.stringify({ model, prompt, image: 'data:image/png;base64,!!!!' }),
    headers: json,
  })),
  bad('a gif as a data: URI', 'variations', badImage('images', /PNG, JPEG or WebP/), async () => ({
    body: JSON.stringify({ model, images: [{ image_url: dataUri(await gif()) }] }),
    headers: json,
  })),
];

const streaming = (segment: Segment): BadSubmission =>
  bad(`stream in ${segment}`, segment, { code: 'stream_unsupported', param: 'stream' }, async () =>
    segment === 'generations'
      ? { body: JSON.stringify({ model, prompt, stream: true }), headers: json }
      : { body: formOf(['model', model], ['prompt', prompt], ['stream', 'true'], await coffee()) },
  );

/** What an answer on the spot can't be, or can't have: the asynchronous routes have nobody to show it to. */
export const badStreams: readonly BadSubmission[] = (['generations', 'edits', 'variations'] as const).map(streaming);

/** The same of the synchronous routes. */
export const badPartials: readonly BadSubmission[] = [
  streaming('variations'),
  generation('partial images without a stream', { partial_images: 1 }, value('partial_images', /stream/)),
  generation('four partial images', { partial_images: 4, stream: true }, value('partial_images', /at most 3/)),
  generation('a partial image less than none', { partial_images: -1, stream: true }, value('partial_images')),
  generation('half a partial image', { partial_images: 0.5, stream: true }, value('partial_images')),
  edit(
    'four partial images in multipart',
    async () => [['stream', 'true'], ['partial_images', '4'], await coffee()],
    value('partial_images', /at most 3/),
  ),
  generation('a stream that is a word', { stream: 'true' }, value('stream')),
];

/** More than the gateway takes directly, and less than API Gateway refuses by itself. */
export const tooLarge: BadSubmission = {
  ...generation('a body over the limit', {}, { code: 'payload_too_large', status: 413, says: /4194304|4 MiB/ }),
  send: async () => ({
    body: formOf(['model', model], ['prompt', prompt], ['image', fileOf(Buffer.alloc(4_300_000), 'large.png')]),
  }),
  segment: 'edits',
};

export const badFields: readonly BadSubmission[] = [
  generation('n of 0', { n: 0 }, value('n', /at least 1/)),
  generation('n of 11', { n: 11 }, value('n', /at most 10/)),
  generation('n as a word', { n: 'abc' }, value('n', /integer/)),
  edit('n as a word in multipart', async () => [['n', 'abc'], await coffee()], value('n', /integer/)),
  edit('n of 0 in multipart', async () => [['n', '0'], await coffee()], value('n', /at least 1/)),
  generation('a size of one number', { size: '12' }, value('size', /WxH/)),
  edit('a size of one number in multipart', async () => [['size', '12'], await coffee()], value('size', /WxH/)),
  generation('a quality nobody knows', { quality: 'best' }, value('quality', /`high`/)),
  generation('an empty prompt', { prompt: '' }, value('prompt', /empty/)),
  generation('a blank prompt', { prompt: ' \n\u3000' }, value('prompt', /blank/)),
  generation('half of a surrogate pair', { prompt: 'a \ud83d' }, value('prompt', /Unicode/)),
  generation('an image', { image: 'https://example.org/a.png' }, value('image', /\/images\/edits`/)),
  generation('no prompt', { prompt: undefined }, missing('prompt')),
  generation('no model', { model: undefined }, missing('model')),
  generation('an unknown provider', { model: 'acme/x' }, { code: 'unknown_provider', param: 'model', says: /openai/ }),
  generation('an unknown model', { model: 'openai/x' }, value('model', /openai\/gpt-image-2/)),
  generation('a model of several providers', { model: 'gpt-image-2' }, value('model', /openai\/gpt-image-2, azure\//)),
  generation('a model that no provider has', { model: 'x' }, value('model', /provider\/model/)),
  generation(
    'a model that is gone',
    { model: 'openai/dall-e-3' },
    { code: 'model_retired', param: 'model', says: /use openai\/gpt-image-2 / },
  ),
  generation('six fallbacks', { fallbacks: Array(6).fill(model) }, value('fallbacks', /at most 5/)),
  generation('a fallback without a name', { fallbacks: ['gpt/'] }, value('fallbacks', /provider\/model/)),
  generation('parameters of 300 KB', { extra: 'a'.repeat(300_000) }, request(/262144 bytes/)),
];

const ttl = 'x-bf-async-job-result-ttl';
const webhook = 'x-bf-async-webhook';
const idempotencyKey = 'idempotency-key';

export const badHeaders: readonly BadSubmission[] = [
  generation('a TTL above the limit', {}, value(ttl, /1 to 2592000/), { [ttl]: '2592001' }),
  generation('a webhook', {}, value(webhook, /no webhooks/), { [webhook]: 'orders' }),
  ...(
    [
      ['with a space', 'a b'],
      ['with a letter beyond ASCII', 'clé'],
      ['of 256 characters', 'k'.repeat(256)],
    ] as const
  ).map(([what, text]) =>
    generation(`an Idempotency-Key ${what}`, {}, value(idempotencyKey, /1 to 255 visible/), { [idempotencyKey]: text }),
  ),
];
