import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { createConvertImages } from '../../../../lambda/adapters/images/convert-images.ts';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { Conversion, MaskForm } from '../../../../lambda/domain/images/conversion.ts';
import type { InputImage } from '../../../../lambda/domain/images/image.ts';
import { inputImage, sha256 } from '../../../contract/providers/memory-call.ts';
import { wideAlphaPng } from '../../../support/odd-pngs.ts';
import { differences, gradient, holedMask, pixelsOf, readMask } from '../../../support/pictures.ts';
import { photograph } from '../../../support/sample-files.ts';

const size = { width: 120, height: 90 };
const hole = { left: 20, top: 30, width: 50, height: 40 };
const open = new AbortController().signal;

/** Converts given bytes, the facts of which may be said to be others. */
function convert(
  conversion: Conversion,
  given: { image: Buffer; mask?: Buffer },
  facts: Partial<InputImage> = {},
  converter = createConvertImages(),
) {
  const bytes = new Map(Object.entries(given));
  const image = { ...inputImage('image', given.image), ...facts };
  const mask = given.mask && inputImage('mask', given.mask);
  const inputs = { image, ...(mask ? { mask } : {}) };
  return converter(conversion, inputs, async ({ key }) => streamOf(bytes.get(key) ?? Buffer.alloc(0)), open);
}

async function* streamOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

async function failureOf(work: Promise<unknown>): Promise<ProviderFailure> {
  const error = await work.then(
    () => new Error('The conversion did not fail.'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProviderFailure) return error;
  throw error;
}

describe(createConvertImages, () => {
  it.each([
    ['white', { channels: 1, inside: [255], outside: [0] }],
    ['black', { channels: 1, inside: [0], outside: [255] }],
    ['alpha', { channels: 4, inside: [0], outside: [255] }],
  ] as const)(
    'makes a mask that is %s where the callers own is transparent, pixel by pixel',
    async (form, expected) => {
      const [image, mask] = await Promise.all([gradient(size), holedMask(size, hole)]);
      const { mask: made, ...others } = await convert({ maskForm: form }, { image, mask });
      expect(others).toEqual({});
      const bytes = made?.bytes ?? Buffer.alloc(0);
      expect(await readMask(bytes, hole)).toEqual({ format: 'png', ...size, ...expected });
      expect(made?.image).toMatchObject({ ...size, type: 'png', bytes: bytes.length, sha256: sha256(bytes) });
    },
  );

  it('gives a half transparent pixel to the nearer side', async () => {
    const alphas = Buffer.from([0, 1, 127, 128, 129, 255]);
    const data = Buffer.alloc(6 * 4);
    for (const [at, alpha] of alphas.entries()) data[at * 4 + 3] = alpha;
    const mask = await sharp(data, { raw: { width: 6, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    const { mask: made } = await convert({ maskForm: 'white' }, { image: mask, mask });
    const grey = await sharp(made?.bytes).toColourspace('b-w').raw().toBuffer();
    expect([...grey]).toEqual([255, 255, 255, 0, 0, 0]);
  });

  it.each(['png', 'webp'] as const)('reads masks of every kind of %s', async (type) => {
    const plain = sharp(await holedMask(size, hole));
    const masks =
      type === 'webp'
        ? [plain.webp({ lossless: true }), plain.webp({ quality: 60 })]
        : [
            plain.png({ palette: true }),
            plain.toColourspace('rgb16').png({ progressive: true }),
            plain.toColourspace('b-w').png(),
          ];
    for (const mask of masks) {
      const given = { image: await gradient(size), mask: await mask.toBuffer() };
      const { mask: made } = await convert({ maskForm: 'white' }, given);
      expect(await readMask(made?.bytes ?? Buffer.alloc(0), hole)).toMatchObject({ inside: [255], outside: [0] });
    }
  });

  it.each(['png', 'jpeg', 'webp'] as const)('paints a %s on its canvas as it is, and masks the rest', async (type) => {
    const image = await sharp(await gradient(size))
      [type]()
      .toBuffer();
    const place = { left: 30, top: 7, ...size };
    const canvas = { width: 200, height: 100, image: place };
    const made = await convert({ maskForm: 'alpha', canvas }, { image });
    const painted = await pixelsOf(made.image?.bytes ?? Buffer.alloc(0));
    expect(painted).toMatchObject({ width: 200, height: 100 });
    expect(differences(await pixelsOf(image), painted, place).count).toBe(0);
    const clear = painted.data.filter((value, at) => at % 4 === 3 && value === 0);
    expect(clear).toHaveLength(200 * 100 - size.width * size.height);
    const mask = made.mask?.bytes ?? Buffer.alloc(0);
    expect(await readMask(mask, place)).toMatchObject({ width: 200, height: 100, inside: [255], outside: [0] });
  });

  it.each([
    ['smaller', { width: 60, height: 45 }, 1.5],
    // sharp goes by other values beyond the edges, where it enlarges.
    ['larger', { width: 200, height: 150 }, 3],
  ])('scales an image to a place that is %s', async (_name, place, maxOff) => {
    const image = await sharp(await photograph('kodim03.png'))
      .resize(120, 90)
      .png()
      .toBuffer();
    const canvas = { width: 220, height: 160, image: { left: 3, top: 10, ...place } };
    const { image: made } = await convert({ canvas }, { image });
    const reference = await sharp(image)
      .resize(place.width, place.height, { kernel: 'cubic', fit: 'fill' })
      .png()
      .toBuffer();
    const got = await sharp(made?.bytes)
      .extract({ left: 3, top: 10, ...place })
      .removeAlpha()
      .raw()
      .toBuffer();
    const wanted = await sharp(reference).removeAlpha().raw().toBuffer();
    const far = wanted.reduce((sum, value, at) => sum + Math.abs(value - (got[at] ?? 0)), 0) / wanted.length;
    expect(far).toBeLessThan(maxOff);
  });

  it('lends no colour of clear pixels to their neighbours', async () => {
    const [clearRed, blue] = [
      { r: 255, g: 0, b: 0, alpha: 0 },
      { r: 0, g: 0, b: 255, alpha: 1 },
    ];
    const half = await sharp({ create: { width: 8, height: 8, channels: 4, background: blue } })
      .png()
      .toBuffer();
    const image = await sharp({ create: { width: 16, height: 8, channels: 4, background: clearRed } })
      .composite([{ input: half, left: 8, top: 0 }])
      .png()
      .toBuffer();
    const canvas = { width: 5, height: 3, image: { left: 0, top: 0, width: 5, height: 3 } };
    const { data } = await pixelsOf((await convert({ canvas }, { image })).image?.bytes ?? Buffer.alloc(0));
    const reds = data.filter((_, at) => at % 4 === 0);
    expect([...reds].every((value, pixel) => value === 0 || (data[pixel * 4 + 3] ?? 0) === 0)).toBe(true);
  });

  const turned = (['png', 'jpeg', 'webp'] as const).flatMap((type) =>
    [2, 3, 4, 5, 6, 7, 8].map((orientation) => [type, orientation] as const),
  );
  it.each(turned)('shows a %s of orientation %i upright, or as it is stored', async (type, orientation) => {
    const image = await sharp(await gradient(size))
      [type]({ quality: 95 })
      .withExif({})
      .withMetadata({ orientation })
      .toBuffer();
    expect(inputImage('image', image)).toMatchObject({ ...size, orientation });
    const upright = await convert({ view: 'upright' }, { image });
    const expected = await pixelsOf(await sharp(image).autoOrient().png().toBuffer());
    const shown = await pixelsOf(upright.image?.bytes ?? Buffer.alloc(0));
    expect({ ...shown, data: 0 }).toEqual({ ...expected, data: 0 });
    expect(differences(expected, shown, { left: 0, top: 0 }).count).toBe(0);
    const stored = await convert({ view: 'stored' }, { image });
    expect(stored.image?.image).toMatchObject(size);
    const kept = await pixelsOf(stored.image?.bytes ?? Buffer.alloc(0));
    expect(differences(await pixelsOf(image), kept, { left: 0, top: 0 }).count).toBe(0);
  });

  const kinds: Readonly<Record<string, (picture: Sharp) => Sharp>> = {
    'a grey png with alpha': (picture) => picture.ensureAlpha(0.5).toColourspace('b-w').png(),
    'a png with a palette that is clear in part': (picture) => picture.ensureAlpha(0.5).png({ palette: true }),
    'an interlaced png': (picture) => picture.png({ progressive: true }),
    'a progressive jpeg': (picture) => picture.jpeg({ quality: 95, progressive: true }),
    'a grey jpeg': (picture) => picture.greyscale().jpeg({ quality: 95 }),
  };
  it.each(Object.entries(kinds))('draws %s as it is shown, turned upright', async (_name, drawn) => {
    const image = await drawn(sharp(await gradient(size)))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const facts = inputImage('image', image);
    expect(facts).toMatchObject({ ...size, orientation: 6 });
    expect(facts).not.toHaveProperty('notDrawn');
    const { image: made } = await convert({ view: 'upright' }, { image });
    const [got, wanted] = await Promise.all([
      pixelsOf(made?.bytes ?? Buffer.alloc(0)),
      pixelsOf(await sharp(image).autoOrient().png().toBuffer()),
    ]);
    expect({ ...got, data: 0 }).toEqual({ ...wanted, data: 0 });
    const farthest = wanted.data.reduce((most, value, at) => Math.max(most, Math.abs(value - (got.data[at] ?? 0))), 0);
    // Decoders of jpeg round in ways of their own.
    expect(farthest).toBeLessThanOrEqual(1);
  });

  it('draws a png of 16 bits by the upper 8 of each', async () => {
    const alphas = Uint8Array.from({ length: size.width * size.height }, (_, at) => at % 256);
    const image = wideAlphaPng(size, alphas, 6);
    const { image: made } = await convert({ canvas: { ...size, image: { left: 0, top: 0, ...size } } }, { image });
    const { data } = await pixelsOf(made?.bytes ?? Buffer.alloc(0));
    expect(data.every((value, at) => value === Math.floor(at / 4) % 256)).toBe(true);
  });

  it('turns a mask upright, whose own orientation says so', async () => {
    const [image, upright] = await Promise.all([gradient(size), holedMask(size, hole)]);
    const lying = await sharp(upright).rotate(-90).png().withMetadata({ orientation: 6 }).toBuffer();
    expect(inputImage('mask', lying)).toMatchObject({ width: 90, height: 120, orientation: 6 });
    const { mask } = await convert({ maskForm: 'white' }, { image, mask: lying });
    expect(await readMask(mask?.bytes ?? Buffer.alloc(0), hole)).toMatchObject({
      ...size,
      inside: [255],
      outside: [0],
    });
  });

  it.each([
    ['a png that is cut off', 'png', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['a png of other bytes', 'png', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 60), Buffer.alloc(5000, 7)])],
    ['a webp that is cut off', 'webp', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['a jpeg that is cut off', 'jpeg', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['a jpeg with nothing behind its header', 'jpeg', (bytes: Buffer) => bytes.subarray(0, 700)],
  ] as const)('takes %s for an invalid image, by name', async (_name, type, damage) => {
    const image = damage(
      await sharp(await gradient(size))
        [type]()
        .toBuffer(),
    );
    const canvas = { width: 200, height: 100, image: { left: 0, top: 0, ...size } };
    const failure = await failureOf(convert({ maskForm: 'alpha', canvas }, { image }));
    expect(failure).toMatchObject({ kind: 'invalid', billed: 'no', param: 'image' });
    expect(failure.message).toContain('The image in "image" can\'t be decoded');
  });

  it('takes an image for invalid that has other pixels than its header said', async () => {
    const image = await gradient(size);
    const facts = { width: 121 };
    const failure = await failureOf(convert({ view: 'upright' }, { image }, facts));
    expect(failure).toMatchObject({ kind: 'invalid', param: 'image', message: expect.stringContaining('120x90') });
  });

  it('takes a damaged mask for invalid, and one that leaves nothing to edit', async () => {
    const image = await gradient(size);
    const mask = await holedMask(size, hole);
    const damaged = mask.subarray(0, 100);
    expect(await failureOf(convert({ maskForm: 'white' }, { image, mask: damaged }))).toMatchObject({ param: 'mask' });
    const opaque = await holedMask(size, { ...hole, width: 0 });
    const failure = await failureOf(convert({ maskForm: 'black' }, { image, mask: opaque }));
    expect(failure).toMatchObject({ kind: 'invalid', billed: 'no', param: 'mask' });
    expect(failure.message).toContain('no transparent area');
  });

  it('works on one image at a time, and goes on after one that fails', async () => {
    const image = await gradient(size);
    const converter = createConvertImages();
    const running = { now: 0, most: 0 };
    const opened = async function* () {
      running.now += 1;
      running.most = Math.max(running.most, running.now);
      yield image;
      await new Promise((resolve) => setTimeout(resolve, 5));
      running.now -= 1;
    };
    const inputs = { image: inputImage('image', image) };
    const forms: readonly Conversion[] = [{ view: 'upright' }, { view: 'upright' }, { view: 'upright' }];
    const broken = convert({ view: 'stored' }, { image: image.subarray(0, 80) }, {}, converter);
    const made = forms.map((each) => converter(each, inputs, async () => opened(), open));
    await expect(broken).rejects.toThrow('decoded');
    expect(await Promise.all(made)).toHaveLength(3);
    expect(running.most).toBe(1);
  });

  it.each(['image', 'mask'] as const)(
    'takes a thread that runs out of its heap over the %s for that jobs failure',
    async (part) => {
      const [image, mask] = await Promise.all([gradient(size), holedMask(size, hole)]);
      const narrow = createConvertImages({ maxOldGenerationSizeMb: 6, maxYoungGenerationSizeMb: 2 });
      const conversion: Conversion = part === 'image' ? { view: 'upright' } : { maskForm: 'white' };
      const failure = await failureOf(convert(conversion, { image, mask }, {}, narrow));
      expect(failure).toMatchObject({
        kind: 'unsupported',
        billed: 'no',
        param: part,
        message: `The gateway can't convert the image in "${part}": it needs more memory than is available.`,
        cause: { code: 'ERR_WORKER_OUT_OF_MEMORY' },
      });
    },
  );

  const beyond = { width: 100, height: 100, image: { left: 90, top: 0, ...size } };

  it('tries once more where a thread ends otherwise', async () => {
    const image = await gradient(size);
    const within = { ...beyond, width: 300 };
    const canvases = [beyond, within];
    const conversion: Conversion = {
      get canvas() {
        return canvases.shift() ?? within;
      },
    };
    expect((await convert(conversion, { image })).image?.image).toMatchObject({ width: 300, height: 100 });
  });

  it('takes a second such end for that jobs failure, and goes on', async () => {
    const image = await gradient(size);
    const converter = createConvertImages();
    let opened = 0;
    const inputs = { image: inputImage('image', image) };
    const broken = converter(
      { canvas: beyond },
      inputs,
      async () => {
        opened += 1;
        return streamOf(image);
      },
      open,
    );
    expect(await failureOf(broken)).toMatchObject({
      kind: 'unsupported',
      billed: 'no',
      param: 'image',
      message: `The gateway can't convert the image in "image": the conversion stopped unexpectedly.`,
      cause: expect.any(RangeError),
    });
    expect(opened).toBe(2);
    expect((await convert({ view: 'upright' }, { image }, {}, converter)).image?.image).toMatchObject(size);
  });

  it('opens an image only when the picture before it is drawn', async () => {
    const [image, mask] = await Promise.all([gradient(size), holedMask(size, hole)]);
    const inputs = { image: inputImage('image', image), mask: inputImage('mask', mask) };
    const opened: string[] = [];
    const broken = createConvertImages()(
      { view: 'upright', maskForm: 'white' },
      inputs,
      async ({ key }) => {
        opened.push(key);
        return streamOf(Buffer.from('no png'));
      },
      open,
    );
    await expect(broken).rejects.toThrow('decoded');
    expect(opened).toEqual(['image']);
  });

  it('gives equal bytes for equal pixels', async () => {
    const [image, mask] = await Promise.all([gradient(size), holedMask(size, hole)]);
    const forms: readonly MaskForm[] = ['white', 'white'];
    const made = await Promise.all(forms.map((maskForm) => convert({ maskForm, view: 'upright' }, { image, mask })));
    const digests = made.map((each) => [each.image?.image.sha256, each.mask?.image.sha256]);
    expect(digests[0]).toEqual(digests[1]);
  });

  it('ends with the signal, with its reason', async () => {
    const image = await sharp(await gradient({ width: 2000, height: 2000 }))
      .png()
      .toBuffer();
    const lost = new AbortController();
    const inputs = { image: inputImage('image', image) };
    const work = createConvertImages()({ view: 'upright' }, inputs, async () => streamOf(image), lost.signal);
    setTimeout(() => lost.abort(new Error('The job is lost.')), 60);
    await expect(work).rejects.toThrow('The job is lost.');
  });
});
