import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../../lambda/domain/generation.ts';
import type { ReceivedImage } from '../../../../lambda/domain/jobs/received-submission.ts';
import { readSubmission } from '../../../../lambda/http/submission/submission-request.ts';
import { jsonRequest } from '../../../support/sample-events.ts';
import { refusalOf } from '../refusal.ts';
import { dataUri, formRequest, type SamplePart, sampleImages } from '../sample-forms.ts';

const fields: SamplePart[] = [
  ['model', 'a/b'],
  ['prompt', 'x'],
];
const readForm = (parts: readonly SamplePart[], operation: Operation = 'edit') =>
  readSubmission(formRequest([...fields, ...parts]), operation);
const readJson = (more: object, operation: Operation = 'edit') =>
  readSubmission(jsonRequest({ model: 'a/b', prompt: 'x', ...more }), operation);
const png = (seed: number) => sampleImages.png(seed);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const hexOf = (image: ReceivedImage | undefined) => (image && 'bytes' in image ? hex(image.bytes) : undefined);

const matrix = (['image', 'image[]', 'images', 'images[]', 'image[0]', 'image[12]', 'input_images[]'] as const).flatMap(
  (name) =>
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
      expect(received.images.map(hexOf)).toEqual(images.map(hex));
      expect(received.images.every((image) => image.param === name)).toBe(true);
      expect(hexOf(received.mask)).toBe(mask === 'none' ? undefined : hex(maskBytes));
      expect(received.mask?.param).toBe(mask === 'none' ? undefined : mask);
    },
  );

  it('takes images in the order in which they came, whatever their names', async () => {
    const names = ['image', 'image[]', 'image[1]', 'images', 'image[0]', 'images[]', 'input_images', 'image'];
    const received = await readForm(names.map((name, at): SamplePart => [name, png(at), `${at}.png`]));
    expect(received.images.map(hexOf)).toEqual(names.map((_, at) => hex(png(at))));
    expect(received.images.map(({ param }) => param)).toEqual(names);
    expect(received.warnings).toBeUndefined();
  });

  it.each([
    'image_url',
    'image_urls',
    'input_image',
    'init_image',
    'reference_images',
    'image_prompt',
    'input_references',
  ])(
    'takes an image that is sent as %s, as other APIs call it, and refuses one for a generation by that name',
    async (name) => {
      const received = await readJson({ [name]: dataUri(png(1)) });
      expect(received.images.map((image) => [image.param, hexOf(image)])).toEqual([[name, hex(png(1))]]);
      const refusal = await refusalOf(() => readJson({ [name]: dataUri(png(1)) }, 'generation'));
      expect(refusal).toMatchObject({ param: name, message: expect.stringContaining('edits') });
    },
  );

  it('keeps the places of images among which some are text', async () => {
    const received = await readForm([
      ['image', dataUri(png(1))],
      ['image[]', png(2), 'b'],
      ['image', Buffer.from(dataUri(png(3))), 'blob'],
    ]);
    expect(received.images.map(hexOf)).toEqual([1, 2, 3].map((at) => hex(png(at))));
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

  it('uses the first image alone for a variation, and warns of the others', async () => {
    const files = [png(1), png(2), png(3)].map((bytes, at): SamplePart => [at === 1 ? 'image[]' : 'image', bytes, 'a']);
    for (const [count, message] of [
      [2, 'A variation uses only the first image; 1 more was left out.'],
      [3, 'A variation uses only the first image; 2 more were left out.'],
    ] as const) {
      const { images, warnings } = await readForm(files.slice(0, count), 'variation');
      expect(images.map(hexOf)).toEqual([hex(png(1))]);
      expect(warnings).toEqual([{ code: 'images_unused', param: 'image[]', message }]);
    }
    const inJson = await readJson({ image: files.map(([, bytes]) => dataUri(bytes as Buffer)) }, 'variation');
    expect(inJson.warnings).toMatchObject([{ code: 'images_unused', param: 'image' }]);
  });

  it('takes a file input that was left empty for not sent', async () => {
    const none = (name: string): SamplePart => [name, Buffer.alloc(0), ''];
    const image: SamplePart = ['image', png(0), 'a'];
    expect(await readForm([image, none('mask'), none('image[]'), none('picture')])).toEqual(await readForm([image]));
    expect(await refusalOf(() => readForm([none('image')]))).toMatchObject({ code: 'missing_field', param: 'image' });
  });

  it('takes the files of a generation for what their sender should send to the edits', async () => {
    for (const door of ['asynchronous', 'synchronous'] as const) {
      const request = formRequest([...fields, ['image[]', png(0), 'a']]);
      const refusal = await refusalOf(() => readSubmission(request, 'generation', door));
      expect(refusal).toMatchObject({ code: 'invalid_value', param: 'image[]' });
      expect(refusal.message).toContain(door === 'asynchronous' ? '/v1/async/images/edits`' : '`/v1/images/edits`');
    }
  });

  it('takes a data: URI in a text part, however long it is', async () => {
    const large = Buffer.alloc(1_000_001, 7);
    const received = await readForm([
      ['image', dataUri(large)],
      ['mask', dataUri(png(1))],
    ]);
    expect(hexOf(received.images[0])).toHaveLength(2 * large.length);
    expect(hexOf(received.mask)).toBe(hex(png(1)));
  });
});

describe('readSubmission, of images in JSON', () => {
  const uri = dataUri(png(1));

  it.each([
    ['image as a string', { image: uri }, 'image'],
    ['image as a list', { image: [uri] }, 'image'],
    ['images with image_url', { images: [{ image_url: uri }] }, 'images'],
    ['images with file_id', { images: [{ file_id: uri }] }, 'images'],
    ['images with an image_url that is an object', { images: [{ image_url: { url: uri } }] }, 'images'],
    ['images as strings', { images: [uri] }, 'images'],
    ['images as one object', { images: { image_url: uri } }, 'images'],
    ['image as an object', { image: { image_url: { url: uri, detail: 'high' } } }, 'image'],
    ['a file_id beside null', { image: [{ image_url: null, file_id: uri }] }, 'image'],
    ['input_images', { input_images: [uri] }, 'input_images'],
    ['image where images is empty', { images: [], image: uri }, 'image'],
  ])('takes %s', async (_, more, param) => {
    const [image, ...others] = (await readJson(more)).images;
    expect({ param: image?.param, bytes: hexOf(image) }).toEqual({ param, bytes: hex(png(1)) });
    expect(others).toEqual([]);
  });

  it('takes all images under several names, in the order in which the fields came', async () => {
    const [first, second, third] = [1, 2, 3].map((at) => dataUri(png(at)));
    for (const [more, order] of [
      [{ image: first, images: [{ image_url: second }, { image_url: { url: third } }] }, [1, 2, 3]],
      [{ images: [third, { file_id: first }], image: second }, [3, 1, 2]],
      [{ 'image[]': [second], image: [first, third] }, [2, 1, 3]],
    ] as const) {
      const { images } = await readJson(more);
      expect(images.map(hexOf)).toEqual(order.map((at) => hex(png(at))));
    }
  });

  it.each([[uri], [{ image_url: uri }], [{ file_id: uri }]])('takes the mask %#', async (mask) => {
    expect(hexOf((await readJson({ image: uri, mask })).mask)).toBe(hex(png(1)));
  });

  it.each([
    'ftp://example.org/a.png',
    'httpsx://example.org/a.png',
    '//example.org/a.png',
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

  const fileId = `file-${'0123456789abcdef'.repeat(2)}`;
  const address = 'https://pictures.example/a%20b.png?token=1#top';

  it('takes the ids of files and addresses wherever it takes a data: URI, in the order of the body', async () => {
    for (const [text, form] of [
      [fileId, { fileId }],
      [address, { address }],
      ['HTTP://127.0.0.1/a', { address: 'HTTP://127.0.0.1/a' }],
    ] as const) {
      const given = {
        image: [text, { image_url: text }],
        images: [{ image_url: { url: text } }, { file_id: text }, uri],
      };
      const { images, mask } = await readJson({ ...given, mask: { image_url: text } });
      expect(images.slice(0, 4)).toEqual(['image', 'image', 'images', 'images'].map((param) => ({ param, ...form })));
      expect(hexOf(images[4])).toBe(hex(png(1)));
      expect(mask).toEqual({ param: 'mask', ...form });
    }
  });

  it('takes them in text parts, and in files that hold nothing else, among files of images', async () => {
    const { images, mask } = await readForm([
      ['image[]', fileId],
      ['image[]', png(2), 'a.png'],
      ['image', Buffer.from(address), 'blob'],
      ['image_url', address],
      ['mask', fileId],
    ]);
    expect(images.map((image) => hexOf(image) ?? image)).toEqual([
      { param: 'image[]', fileId },
      hex(png(2)),
      { param: 'image', address },
      { param: 'image_url', address },
    ]);
    expect(mask).toEqual({ param: 'mask', fileId });
  });

  it.each(['images[]', 'images[0]', 'images', 'image[]', 'image[12]', 'image', 'images.0', 'input_images[]'])(
    'takes them in parts named by the path of a member of %s, as SDKs write objects',
    async (entry) => {
      const paths = ['[file_id]', '[image_url]', '[image_url][url]', '.file_id', '.image_url', '.image_url.url'];
      for (const path of paths) {
        const param = `${entry}${path}`;
        for (const [text, form] of [
          [fileId, { fileId }],
          [address, { address }],
        ] as const) {
          for (const operation of ['edit', 'variation'] as const) {
            expect((await readForm([[param, text]], operation)).images).toEqual([{ param, ...form }]);
          }
          expect(
            (
              await readForm([
                [param, text],
                [param, ''],
              ])
            ).images,
          ).toHaveLength(1);
        }
        expect((await readForm([[param, dataUri(png(1))]])).images.map(hexOf)).toEqual([hex(png(1))]);
        const refusal = await refusalOf(() => readForm([[param, fileId]], 'generation'));
        expect(refusal).toMatchObject({ code: 'invalid_value', param, message: expect.stringContaining('edits') });
      }
    },
  );

  it('takes a mask by the path of a member, and refuses a second one', async () => {
    const image: SamplePart = ['images[][file_id]', fileId];
    for (const param of [
      'mask[file_id]',
      'mask[image_url]',
      'mask[image_url][url]',
      'mask[0][file_id]',
      'mask.file_id',
    ]) {
      expect((await readForm([image, [param, fileId]])).mask).toEqual({ param, fileId });
    }
    const two: SamplePart[] = [image, ['mask[file_id]', fileId], ['mask[image_url]', address]];
    expect(await refusalOf(() => readForm(two))).toMatchObject({ code: 'invalid_request', param: 'mask' });
  });

  it('keeps the order of entries by path among files, and refuses two members of one numbered entry', async () => {
    const { images } = await readForm([
      ['images[][image_url]', address],
      ['image[]', png(2), 'a.png'],
      ['images[][file_id]', fileId],
      ['images[1][file_id]', fileId],
      ['images[0][image_url][url]', address],
    ]);
    expect(images.map((image) => ('bytes' in image ? 'bytes' : 'fileId' in image ? 'file' : 'address'))).toEqual([
      'address',
      'bytes',
      'file',
      'file',
      'address',
    ]);
    const twice = readForm([
      ['images[0][file_id]', fileId],
      ['images[0][image_url]', address],
    ]);
    expect(await refusalOf(() => twice)).toMatchObject({ code: 'invalid_value', param: 'images[0][image_url]' });
  });

  it.each(['images[][b64_json]', 'picture', 'images[][file_id][name]'])(
    'names what it read no image from, such as %s',
    async (name) => {
      const { code, param, message } = await refusalOf(() => readForm([[name, fileId]]));
      expect({ code, param }).toEqual({ code: 'missing_field', param: 'image' });
      expect(message).toContain(`No image is read from "${name}"`);
    },
  );

  it.each(['image', 'images[][file_id]', 'mask'])(
    'refuses other text in the part %s, such as the path of a file without its @, and says what it takes',
    async (name) => {
      for (const text of ['examples/coffee.png', 'iVBORw0KGgo=', 'photograph', '<svg/>']) {
        const { code, param, message } = await refusalOf(() =>
          readForm([
            ['image[]', png(1), 'a'],
            [name, text],
          ]),
        );
        expect({ code, param }).toEqual({ code: 'invalid_value', param: name });
        for (const form of ['must be a file', '@', '`data:`', 'id of a file', '`https://`']) {
          expect(message).toContain(form);
        }
      }
    },
  );

  it('takes the bytes of an image in a part without a filename', async () => {
    for (const bytes of [png(3), sampleImages.jpeg(1), sampleImages.webp(2)]) {
      const unnamed = ['image', bytes] as unknown as SamplePart;
      const { images } = await readForm([unnamed]);
      expect(images.map(hexOf)).toEqual([hex(bytes)]);
    }
  });

  it('names no file part to senders of JSON', async () => {
    const { message } = await refusalOf(() => readJson({ image: 'examples/coffee.png' }));
    expect(message).toContain('`https://`');
    expect(message).not.toContain('file part');
  });

  it('refuses an address that is no well-formed Unicode', async () => {
    const image = 'https://pictures.example/\ud800';
    expect(await refusalOf(() => readJson({ image }))).toMatchObject({ code: 'invalid_value', param: 'image' });
  });

  it('counts them like other images: sixteen, a second mask and those of a variation', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => (at % 2 === 0 ? fileId : address));
    expect((await readJson({ images: many(16) })).images).toHaveLength(16);
    expect(await refusalOf(() => readJson({ images: many(17) }))).toMatchObject({
      code: 'invalid_value',
      param: 'images',
    });
    const masks = readJson({ image: uri, mask: fileId, 'mask[]': address });
    expect(await refusalOf(() => masks)).toMatchObject({ code: 'invalid_request', param: 'mask[]' });
    const { images, warnings } = await readJson({ image: many(2) }, 'variation');
    expect([images, warnings?.map(({ code }) => code)]).toEqual([[{ param: 'image', fileId }], ['images_unused']]);
  });

  it.each(['file-', 'file-abc', `${fileId}0`, fileId.toUpperCase(), ` ${fileId}`, `${fileId}\n`])(
    'refuses %j, which is the id of no file',
    async (text) => {
      for (const more of [{ image: text }, { image: uri, mask: text }, { images: [{ file_id: text }] }]) {
        expect(await refusalOf(() => readJson(more))).toMatchObject({ code: 'invalid_value' });
      }
    },
  );

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
      expect(hexOf((await readJson({ image: text })).images[0])).toBe(hex(bytes));
    }
  });

  it.each([
    [{ images: 'x' }],
    [{ images: {} }],
    [{ images: [3] }],
    [{ images: [{ image_url: {} }] }],
    [{ images: [{ image_url: { url: 3 } }] }],
    [{ images: [{ image_url: uri, file_id: 'file-1' }] }],
    [{ image: uri, mask: [uri] }],
    [{ images: [{}] }],
    [{ image: 5 }],
    [{ image: [[]] }],
  ])('refuses the form of %j', async (more) => {
    expect((await refusalOf(() => readJson(more))).code).toBe('invalid_value');
  });

  const file = `file-${'1'.repeat(32)}`;
  it.each([
    ['two references', { file_id: file, image_url: 'https://pictures.example/a.png' }, 'two images in one object'],
    ['a reference under another name', { file_id: file, url: 'https://pictures.example/a.png' }, '"url"'],
    ['bytes under another name', { file_id: file, b64_json: 'iVBORw0KGgo=' }, '"b64_json"'],
    ['a list of references', { file_id: file, images: [file] }, '"images"'],
    ['a reference within its address', { image_url: { url: uri, file_id: file } }, '"file_id"'],
    ['a reference as a remark', { file_id: file, type: file }, '"type"'],
  ])('refuses an entry that has %s beside its own', async (_, entry, message) => {
    for (const more of [{ image: entry }, { images: [uri, entry] }, { image: uri, mask: entry }]) {
      const param = Object.keys(more).at(-1);
      const refusal = await refusalOf(() => readJson(more));
      expect(refusal).toMatchObject({ code: 'invalid_value', param });
      expect(refusal.message).toContain(message);
    }
  });

  it('takes what content parts say of their images', async () => {
    const parts = [
      { type: 'input_image', image_url: uri, detail: 'low', file_id: null },
      { type: 'image_url', image_url: { url: uri, detail: 'high' } },
      { type: 'input_image', file_id: file },
    ];
    expect((await readJson({ images: parts })).images).toHaveLength(3);
  });

  it('refuses a second mask', async () => {
    const refusal = await refusalOf(() => readJson({ image: uri, mask: uri, 'mask[]': uri }));
    expect(refusal).toMatchObject({ code: 'invalid_request', param: 'mask[]' });
  });

  it.each(['image', 'images', 'image[]', 'image[0]', 'input_images', 'mask'])(
    'refuses %s in a generation, naming the route for edits',
    async (name) => {
      for (const value of [uri, 'https://example.org/a.png', [{ image_url: uri }], 1]) {
        const refusal = await refusalOf(() => readJson({ [name]: value }, 'generation'));
        expect(refusal).toMatchObject({ code: 'invalid_value', param: name });
        expect(refusal.message).toContain('/v1/async/images/edits');
      }
      for (const none of [null, []]) {
        expect((await readJson({ [name]: none }, 'generation')).submission.extra).toEqual({});
      }
    },
  );
});
