import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../lambda/domain/generation.ts';
import { readSubmission } from '../../../lambda/http/submission-request.ts';
import { refusalOf } from './refusal.ts';
import { jsonRequest } from './sample-events.ts';
import { dataUri, formRequest, type SamplePart, sampleImages } from './sample-forms.ts';

const fields: SamplePart[] = [
  ['model', 'a/b'],
  ['prompt', 'x'],
];
const readForm = (parts: readonly SamplePart[], operation: Operation = 'edit') =>
  readSubmission(formRequest([...fields, ...parts]), operation);
const readJson = (more: object, operation: Operation = 'edit') =>
  readSubmission(jsonRequest({ model: 'a/b', prompt: 'x', ...more }), operation);
const png = (seed: number) => sampleImages.png(seed);
const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');

const matrix = (['image', 'image[]'] as const).flatMap((name) =>
  [1, 2, 16].flatMap((count) =>
    (['mask', 'mask[]', 'none'] as const).flatMap((mask) =>
      (['png', 'webp', 'jpeg'] as const).map((type) => ({ name, count, mask, type })),
    ),
  ),
);

describe('readSubmission, of image files', () => {
  it.each(matrix)(
    'keeps $count $type files named $name, with the mask under $mask',
    async ({ name, count, mask, type }) => {
      const images = Array.from({ length: count }, (_, at) => sampleImages[type](at));
      const files = images.map((bytes, at): SamplePart => [name, bytes, `${at}.txt`]);
      const maskBytes = sampleImages[type](100);
      const masks: SamplePart[] = mask === 'none' ? [] : [[mask, maskBytes, 'mask']];
      const received = await readForm([...masks, ...files]);
      expect(received.images.map((image) => hex(image.bytes))).toEqual(images.map(hex));
      expect(received.images.every((image) => image.param === name)).toBe(true);
      expect(hex(received.mask?.bytes)).toBe(mask === 'none' ? undefined : hex(maskBytes));
      expect(received.mask?.param).toBe(mask === 'none' ? undefined : mask);
    },
  );

  it('lets image[] win over image', async () => {
    const received = await readForm([
      ['image', png(1), 'a'],
      ['image[]', png(2), 'b'],
      ['image', png(3), 'c'],
    ]);
    expect(received.images.map((image) => hex(image.bytes))).toEqual([hex(png(2))]);
  });

  it('refuses a seventeenth image, a second mask, an empty file and an edit without images', async () => {
    const seventeen = Array.from({ length: 17 }, (_, at): SamplePart => ['image[]', png(at), 'a']);
    const image: SamplePart = ['image', png(0), 'a'];
    const mask: SamplePart = ['mask', png(0), 'a'];
    expect(await refusalOf(() => readForm(seventeen))).toMatchObject({ code: 'invalid_value', param: 'image[]' });
    const masks = await refusalOf(() => readForm([image, mask, ['mask[]', png(1), 'b']]));
    expect(masks).toMatchObject({ code: 'invalid_request', param: 'mask' });
    for (const name of ['image', 'mask']) {
      const empty: SamplePart = [name, Buffer.alloc(0), 'a.png'];
      const parts = name === 'image' ? [empty] : [image, empty];
      expect(await refusalOf(() => readForm(parts))).toMatchObject({ code: 'invalid_image', param: name });
    }
    expect(await refusalOf(() => readForm([mask]))).toMatchObject({ code: 'missing_field', param: 'image' });
  });

  it('uses the first image alone for a variation', async () => {
    const files = [png(1), png(2)].map((bytes): SamplePart => ['image', bytes, 'a']);
    expect((await readForm(files, 'variation')).images.map((image) => hex(image.bytes))).toEqual([hex(png(1))]);
  });

  it('takes a data: URI in a text part, however long it is', async () => {
    const large = Buffer.alloc(1_000_001, 7);
    const received = await readForm([
      ['image', dataUri(large)],
      ['mask', dataUri(png(1))],
    ]);
    expect(received.images[0]?.bytes).toHaveLength(large.length);
    expect(hex(received.mask?.bytes)).toBe(hex(png(1)));
  });
});

describe('readSubmission, of images in JSON', () => {
  const uri = dataUri(png(1));

  it.each([
    ['image as a string', { image: uri }, 'image'],
    ['image as a list', { image: [uri] }, 'image'],
    ['images with image_url', { images: [{ image_url: uri }] }, 'images'],
    ['images with file_id', { images: [{ file_id: uri }] }, 'images'],
    ['images over image', { images: [{ image_url: uri }], image: dataUri(png(2)) }, 'images'],
    ['image where images is empty', { images: [], image: uri }, 'image'],
  ])('takes %s', async (_, more, param) => {
    const [image, ...others] = (await readJson(more)).images;
    expect({ param: image?.param, bytes: hex(image?.bytes) }).toEqual({ param, bytes: hex(png(1)) });
    expect(others).toEqual([]);
  });

  it.each([[uri], [{ image_url: uri }], [{ file_id: uri }]])('takes the mask %#', async (mask) => {
    expect(hex((await readJson({ image: uri, mask })).mask?.bytes)).toBe(hex(png(1)));
  });

  it.each([
    'https://example.org/a.png',
    'http://169.254.169.254/',
    'file-abc',
    'iVBORw0KGgo=',
    'file:///etc/passwd',
    '',
  ])('refuses %j, and says what it takes', async (text) => {
    for (const more of [{ image: text }, { image: uri, mask: text }, { images: [{ image_url: text }] }]) {
      const refusal = await refusalOf(() => readJson(more));
      expect(refusal.code).toBe('invalid_value');
      expect(refusal.message).toContain('data:');
    }
  });

  it.each([
    'data:image/png;base64,',
    'data:image/png;base64,AAA',
    'data:image/png;base64,AAAAA',
    'data:image/png;base64,AA A=',
    'data:image/png;base64,AAAA\n',
    'data:image/png;base64,AA-_',
    'data:image/png;base64,A===',
    'data:image/png;base64,AB==',
    'data:image/png;base64',
    'data:image/png,AAAA',
    'data:image/png;charset=utf-8,AAAA',
    `data:${'a'.repeat(300)};base64,AAAA`,
  ])('refuses the URI %j', async (text) => {
    expect(await refusalOf(() => readJson({ image: text }))).toMatchObject({ code: 'invalid_image', param: 'image' });
  });

  it('takes every data: URI that Node can write, of any length, type and parameters', async () => {
    for (let length = 1; length <= 300; length += 1) {
      const bytes = Buffer.from(Array.from({ length }, (_, at) => (at * 31 + length) % 256));
      const text = `DATA:;name=a.png;BASE64,${bytes.toString('base64')}`;
      expect(hex((await readJson({ image: text })).images[0]?.bytes)).toBe(hex(bytes));
    }
  });

  it.each([
    [{ images: 'x' }],
    [{ images: {} }],
    [{ images: [3] }],
    [{ images: [{}] }],
    [{ image: 5 }],
    [{ image: [[]] }],
  ])('refuses the form of %j', async (more) => {
    expect((await refusalOf(() => readJson(more))).code).toBe('invalid_value');
  });

  it('leaves fields named like images alone in a generation, which takes none', async () => {
    const { submission, images } = await readJson({ image: 'https://example.org', mask: 1 }, 'generation');
    expect(submission.extra).toEqual({ image: 'https://example.org', mask: 1 });
    expect(images).toEqual([]);
  });
});
