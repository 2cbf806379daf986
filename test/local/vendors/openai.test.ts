import { createHash } from 'node:crypto';
import OpenAI, { toFile } from 'openai';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { holedMask } from '../../support/pictures.ts';
import { askForm, askJson, filePart, imagesOf, key, photograph } from './ask-vendor.ts';

let simulator: VendorSimulator;
let photo: Buffer;
beforeAll(async () => {
  simulator = await startVendorSimulator({ latencySeconds: 0 });
  photo = await photograph(1024, 768);
});
afterAll(() => simulator.stop());
beforeEach(() => simulator.ledger.clear());

const valid = { model: 'gpt-image-2', prompt: 'a fox in the snow [plain]' };
const newest = { ...valid, model: 'gpt-image-2.5-sunburst' };

describe('openai, generations', () => {
  it('answers with real images of the asked number, size and format, and what they cost', async () => {
    const answer = await askJson(simulator, 'generations', { ...valid, n: 2, size: '1024x640', output_format: 'webp' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
    expect(Number(answer.headers.get('openai-processing-ms'))).toBeGreaterThanOrEqual(0);
    expect(answer.body).toMatchObject({
      background: 'opaque',
      output_format: 'webp',
      quality: 'medium',
      size: '1024x640',
    });
    const usage = answer.body.usage as Record<string, number>;
    expect(usage.total_tokens).toBe((usage.input_tokens ?? 0) + (usage.output_tokens ?? 0));
    const images = imagesOf(answer);
    expect(images).toHaveLength(2);
    for (const image of images) {
      expect(await sharp(image).metadata()).toMatchObject({ format: 'webp', width: 1024, height: 640 });
    }
    expect(images[0]?.equals(images[1] ?? Buffer.alloc(0))).toBe(false);
  });

  it('takes auto for 1024x1024 PNG', async () => {
    const answer = await askJson(simulator, 'generations', { ...valid, size: 'auto' });
    expect(answer.body.size).toBe('1024x1024');
    expect(await sharp(imagesOf(answer)[0]).metadata()).toMatchObject({ format: 'png', width: 1024, hasAlpha: false });
  });

  it.each([
    'gpt-image-2-2026-04-21',
    'gpt-image-2.5-flare',
    'gpt-image-2.5-sunburst-2026-09-08',
    'gpt-image-2.6-flare',
  ])('serves %s', async (model) => {
    expect((await askJson(simulator, 'generations', { ...valid, model })).status).toBe(200);
  });

  it.each([
    ['response_format', { ...valid, response_format: 'b64_json' }, 'unknown_parameter', 'response_format'],
    ['an unknown parameter', { ...valid, negative_prompt: 'cats' }, 'unknown_parameter', 'negative_prompt'],
    ['a complexity before 2.6', { ...valid, complexity: 'low' }, 'unknown_parameter', 'complexity'],
    ['a style', { ...valid, style: 'vivid' }, 'unknown_parameter', 'style'],
    ['an edge not divisible by 16', { ...valid, size: '1000x1000' }, 'invalid_value', 'size'],
    ['an edge above 3840', { ...valid, size: '3856x1600' }, 'invalid_value', 'size'],
    ['a ratio above 3:1', { ...valid, size: '3088x1024' }, 'invalid_value', 'size'],
    ['too few pixels', { ...valid, size: '512x512' }, 'invalid_value', 'size'],
    ['too many pixels', { ...valid, size: '3840x2176' }, 'invalid_value', 'size'],
    ['a size that is none', { ...valid, size: 'large' }, 'invalid_value', 'size'],
    ['n of 0', { ...valid, n: 0 }, 'integer_below_min_value', 'n'],
    ['n of 11', { ...valid, n: 11 }, 'integer_above_max_value', 'n'],
    ['n as text in JSON', { ...valid, n: '2' }, 'invalid_type', 'n'],
    ['a quality of DALL·E', { ...valid, quality: 'hd' }, 'invalid_value', 'quality'],
    ['xhigh before 2.5', { ...valid, quality: 'xhigh' }, 'invalid_value', 'quality'],
    ['a wrong moderation', { ...valid, moderation: 'none' }, 'invalid_value', 'moderation'],
    ['gif', { ...valid, output_format: 'gif' }, 'invalid_value', 'output_format'],
    ['transparency before 2.5', { ...valid, background: 'transparent' }, 'invalid_value', 'background'],
    [
      'transparent JPEG',
      { ...newest, background: 'transparent', output_format: 'jpeg' },
      'invalid_transparent_background_output_format',
      null,
    ],
    ['a compressed PNG', { ...valid, output_compression: 50 }, 'invalid_png_output_compression', null],
    [
      'a compression above 100',
      { ...valid, output_format: 'jpeg', output_compression: 101 },
      'integer_above_max_value',
      'output_compression',
    ],
    ['no prompt', { model: 'gpt-image-2' }, 'missing_required_parameter', 'prompt'],
    ['an empty prompt', { ...valid, prompt: '' }, 'empty_string', 'prompt'],
    ['a prompt of 32,001 characters', { ...valid, prompt: 'x'.repeat(32_001) }, 'string_above_max_length', 'prompt'],
    ['an unknown model', { ...valid, model: 'gpt-image-9' }, 'invalid_value', 'model'],
    ['no model, which means DALL·E', { prompt: 'a fox' }, 'invalid_value', 'model'],
    ['a stream of several images', { ...valid, stream: true, n: 2 }, null, null],
    ['a stream by a text', { ...valid, stream: 'true' }, 'invalid_type', 'stream'],
    ['partial images without a stream', { ...valid, partial_images: 2 }, 'invalid_value', 'partial_images'],
    ['four partial images', { ...valid, stream: true, partial_images: 4 }, 'integer_above_max_value', 'partial_images'],
    ['input fidelity without an input', { ...valid, input_fidelity: 'high' }, 'unknown_parameter', 'input_fidelity'],
  ])('refuses %s', async (_what, body, code, param) => {
    const answer = await askJson(simulator, 'generations', body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code, param, message: expect.any(String), type: expect.any(String) });
    expect(simulator.ledger.requests()).toMatchObject([{ outcome: 'refused', charged: false, images: 0, status: 400 }]);
  });

  it('accepts the extremes of its rules', async () => {
    for (const size of ['1024x640', '816x816', '1440x480']) {
      expect((await askJson(simulator, 'generations', { ...valid, size })).status, size).toBe(200);
    }
    const generous = {
      ...newest,
      prompt: '[plain]'.padEnd(32_000, 'ö'),
      quality: 'max',
      output_compression: 100,
      user: 'me',
    };
    expect((await askJson(simulator, 'generations', generous)).status).toBe(200);
  });

  it('gives a real alpha channel for a transparent background', async () => {
    const answer = await askJson(simulator, 'generations', { ...newest, background: 'transparent' });
    expect(answer.body.background).toBe('transparent');
    const { data, info } = await sharp(imagesOf(answer)[0])
      .extractChannel('alpha')
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).toBe(0);
    expect(data[(info.height / 2) * info.width + info.width / 2]).toBe(255);
  });

  it.each([
    ['no key', {}, null],
    ['an empty key', { authorization: 'Bearer ' }, null],
    ['another scheme', { authorization: 'Basic abc' }, null],
    ['the wrong key', { authorization: 'Bearer sk-invalid' }, 'invalid_api_key'],
  ])('refuses %s with a 401', async (_what, headers, code) => {
    const url = `${simulator.baseUrl('openai')}/images/generations`;
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(valid) });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', code } });
    expect(simulator.ledger.charges()).toEqual([]);
  });

  it('refuses a body that is no JSON object, a path that it lacks, and another method', async () => {
    const base = simulator.baseUrl('openai');
    const headers = { authorization: `Bearer ${key}` };
    const broken = await fetch(`${base}/images/generations`, { method: 'POST', headers, body: '{"prompt":' });
    expect([broken.status, await broken.json()]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
    expect((await fetch(`${base}/images/generations`, { headers })).status).toBe(404);
    expect((await askJson(simulator, 'upscales', valid)).body.error?.message).toBe(
      'Invalid URL (POST /v1/images/upscales)',
    );
  });
});

describe('openai, edits', () => {
  const edit = [
    ['model', 'gpt-image-2'],
    ['prompt', 'make it evening'],
  ] as const;

  it('receives the files byte for byte and shows them in the ledger', async () => {
    const second = await sharp(photo).jpeg().toBuffer();
    const mask = await holedMask({ width: 1024, height: 768 }, { left: 100, top: 100, width: 300, height: 300 });
    const answer = await askForm(simulator, 'edits', [
      ...edit,
      ['n', '1'],
      ['image[]', filePart(photo, 'image/png', 'first.png')],
      ['image[]', filePart(second, 'image/jpeg', 'second.jpg')],
      ['mask', filePart(mask, 'image/png', 'mask.png')],
    ]);
    expect(answer.status).toBe(200);
    const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
    expect(simulator.ledger.charges()).toMatchObject([
      {
        operation: 'edit',
        parameters: { model: 'gpt-image-2', prompt: 'make it evening', n: '1' },
        files: [
          {
            field: 'image[]',
            filename: 'first.png',
            contentType: 'image/png',
            bytes: photo.length,
            sha256: sha256(photo),
          },
          { field: 'image[]', filename: 'second.jpg', contentType: 'image/jpeg', sha256: sha256(second) },
          { field: 'mask', filename: 'mask.png', sha256: sha256(mask) },
        ],
      },
    ]);
  });

  it('takes data URLs in JSON, and gives the input its own size for auto', async () => {
    const image_url = `data:image/png;base64,${photo.toString('base64')}`;
    const answer = await askJson(simulator, 'edits', { ...valid, images: [{ image_url }] });
    expect(answer.body.size).toBe('1024x768');
    expect(await sharp(imagesOf(answer)[0]).metadata()).toMatchObject({ width: 1024, height: 768 });
    const [entry] = simulator.ledger.requests();
    expect(entry?.files).toMatchObject([
      { field: 'images[0].image_url', contentType: 'image/png', bytes: photo.length },
    ]);
    expect(JSON.stringify(entry?.parameters).length).toBeLessThan(300);
  });

  it('rounds an input that breaks the rule on sizes to one that keeps it', async () => {
    const small = await photograph(300, 451);
    const answer = await askForm(simulator, 'edits', [...edit, ['image', filePart(small)]]);
    const [width = 0, height = 0] = String(answer.body.size).split('x').map(Number);
    expect([width % 16, height % 16]).toEqual([0, 0]);
    expect(width * height).toBeGreaterThanOrEqual(655_360);
    expect(height / width).toBeCloseTo(451 / 300, 1);
  });

  it.each([
    ['no image', async () => [], 'missing_required_parameter', 'image'],
    [
      '17 images',
      async () => Array.from({ length: 17 }, () => ['image[]', filePart(photo)] as const),
      'array_above_max_length',
      'image',
    ],
    [
      'a declared type that is no image',
      async () => [['image', filePart(photo, 'application/octet-stream')] as const],
      'unsupported_file_mimetype',
      'image',
    ],
    [
      'bytes that are no image',
      async () => [['image', filePart(Buffer.from('hello'))] as const],
      'invalid_image_file',
      null,
    ],
    [
      'a gif that says it is a png',
      async () => [['image', filePart(await sharp(photo).gif().toBuffer())] as const],
      'invalid_image_file',
      null,
    ],
    [
      'a damaged png',
      async () => [['image', filePart(photo.subarray(0, photo.length / 2))] as const],
      'invalid_image_file',
      null,
    ],
    ['an image as text', async () => [['image', 'hello'] as const], 'invalid_type', 'image'],
    [
      'a strange file',
      async () => [['image', filePart(photo)] as const, ['hat', filePart(photo)] as const],
      'unknown_parameter',
      'hat',
    ],
    [
      'a mask without alpha',
      async () => [['image', filePart(photo)] as const, ['mask', filePart(photo)] as const],
      'invalid_mask_image_format',
      null,
    ],
    [
      'a mask of another size',
      async () => {
        const mask = await holedMask({ width: 512, height: 384 }, { left: 0, top: 0, width: 9, height: 9 });
        return [['image', filePart(photo)] as const, ['mask', filePart(mask)] as const];
      },
      'invalid_mask_image_format',
      null,
    ],
    [
      'input fidelity',
      async () => [['image', filePart(photo)] as const, ['input_fidelity', 'high'] as const],
      'invalid_input_fidelity_model',
      'input_fidelity',
    ],
    [
      'response_format',
      async () => [['image', filePart(photo)] as const, ['response_format', 'url'] as const],
      'unknown_parameter',
      'response_format',
    ],
    [
      'n that is no number',
      async () => [['image', filePart(photo)] as const, ['n', 'two'] as const],
      'invalid_type',
      'n',
    ],
  ])('refuses %s', async (_what, parts, code, param) => {
    const answer = await askForm(simulator, 'edits', [...edit, ...(await parts())]);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code, param });
    expect(simulator.ledger.charges()).toEqual([]);
  });

  it('refuses references that it cannot follow', async () => {
    const url = await askJson(simulator, 'edits', { ...valid, images: [{ image_url: 'https://example.com/a.png' }] });
    expect(url.body.error).toMatchObject({ code: 'invalid_image_url', param: 'images[0].image_url' });
    const id = await askJson(simulator, 'edits', { ...valid, images: [{ file_id: 'file-1' }] });
    expect(id.body.error).toMatchObject({ param: 'images[0].file_id' });
  });

  it('has no variations any more', async () => {
    const answer = await askForm(simulator, 'variations', [['image', filePart(photo)]]);
    expect([answer.status, answer.body.error?.message]).toEqual([404, 'Invalid URL (POST /v1/images/variations)']);
  });
});

describe('openai, asked by the official client', () => {
  it('serves generations and edits', async () => {
    const client = new OpenAI({ apiKey: key, baseURL: simulator.baseUrl('openai'), maxRetries: 0 });
    const generated = await client.images.generate({ ...valid, output_format: 'jpeg', output_compression: 60 });
    expect(await sharp(Buffer.from(generated.data?.[0]?.b64_json ?? '', 'base64')).metadata()).toMatchObject({
      format: 'jpeg',
    });
    const image = [
      await toFile(photo, 'a.png', { type: 'image/png' }),
      await toFile(photo, 'b.png', { type: 'image/png' }),
    ];
    const edited = await client.images.edit({ model: 'gpt-image-2', prompt: 'swap them', image, size: '1024x1024' });
    expect(edited.data).toHaveLength(1);
    expect(simulator.ledger.charges({ operation: 'edit' })[0]?.files).toHaveLength(2);
  });

  it('fails with its error classes', async () => {
    const client = new OpenAI({ apiKey: 'sk-invalid', baseURL: simulator.baseUrl('openai'), maxRetries: 0 });
    await expect(client.images.generate(valid)).rejects.toThrow(OpenAI.AuthenticationError);
  });
});
