import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { colourChunks } from '../../../../lambda/adapters/pixels/colour-chunks.ts';
import { decodeImage, drawPicture } from '../../../../lambda/adapters/pixels/convert.ts';
import type { ImageType } from '../../../../lambda/domain/images/image.ts';
import { jpegSegment, pngChunk, pngOf } from '../../../support/image-bytes.ts';
import { gradient } from '../../../support/pictures.ts';

const size = { width: 40, height: 30 };
const canvas = { width: 60, height: 30, image: { left: 10, top: 0, ...size } };

async function redrawn(type: ImageType, bytes: Buffer, draw: 'image' | 'mask' = 'image'): Promise<Buffer> {
  const decoded = await decodeImage({ type, ...size, orientation: undefined, bytes: new Uint8Array(bytes) });
  if (!decoded.ok) throw new Error(decoded.problem);
  const given = decoded.made;
  const outcome = await drawPicture(draw === 'image' ? { draw, given, canvas } : { draw, given, form: 'white' });
  if (!outcome.ok) throw new Error(outcome.problem);
  return Buffer.from(outcome.made);
}

const profileOf = async (bytes: Buffer): Promise<Buffer | undefined> => (await sharp(bytes).metadata()).icc;
const namesOf = (bytes: Buffer): readonly string[] => colourChunks.png(bytes).map(({ name }) => name);

describe('colourChunks', () => {
  it.each(['png', 'jpeg', 'webp'] as const)(
    'keep the Display P3 of a %s, byte by byte, and so its colours',
    async (type) => {
      const photo = await sharp(await gradient(size))
        .withIccProfile('p3')
        [type]({ quality: 100 })
        .toBuffer();
      const profile = await profileOf(photo);
      expect(profile?.length).toBeGreaterThan(200);
      const made = await redrawn(type, photo);
      expect(await profileOf(made)).toEqual(profile);
      const shown = (bytes: Buffer) => sharp(bytes).pipelineColourspace('srgb').toColourspace('srgb').removeAlpha();
      const part = await shown(made).extract(canvas.image).raw().toBuffer();
      const whole = await shown(photo).raw().toBuffer();
      const farthest = whole.reduce((most, value, at) => Math.max(most, Math.abs(value - (part[at] ?? 0))), 0);
      expect(farthest).toBeLessThanOrEqual(2);
    },
  );

  it('are none of a picture without a profile, and of a mask', async () => {
    const plain = await gradient(size);
    expect(await profileOf(await redrawn('png', plain))).toBeUndefined();
    const mask = await sharp({ create: { ...size, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
      .withIccProfile('p3')
      .png()
      .toBuffer();
    expect(await profileOf(await redrawn('png', mask, 'mask'))).toBeUndefined();
  });

  it('keep what else a png says of its colours, each once and in its order, but no profile of grey', () => {
    const chunks = ['cICP', 'gAMA', 'iCCP', 'gAMA', 'tEXt', 'sRGB', 'cHRM', 'IDAT'].map((name) => pngChunk(name));
    expect(namesOf(pngOf(2, ...chunks))).toEqual(['cICP', 'gAMA', 'iCCP', 'sRGB', 'cHRM']);
    expect(namesOf(pngOf(3, ...chunks))).toContain('iCCP');
    expect(namesOf(pngOf(4, ...chunks))).toEqual(['cICP', 'gAMA', 'sRGB', 'cHRM']);
    expect(namesOf(pngOf(2, pngChunk('IDAT'), ...chunks))).toEqual([]);
    expect(namesOf(pngOf(2, pngChunk('iCCP', Buffer.alloc(90)).subarray(0, 60)))).toEqual([]);
  });

  describe('of a jpeg', () => {
    const profile = Buffer.alloc(400, 7);
    profile.write('RGB ', 16, 'latin1');
    const part = (number: number, count: number, of: Buffer) =>
      jpegSegment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0', 'latin1'), Buffer.from([number, count]), of]));
    const jpeg = (...segments: readonly Buffer[]) => Buffer.concat([Buffer.from([0xff, 0xd8]), ...segments]);
    const [first, second] = [profile.subarray(0, 150), profile.subarray(150)];

    it('put a profile together that comes in parts, in whatever order', () => {
      const whole = colourChunks.jpeg(jpeg(part(1, 1, profile)));
      expect(whole).toMatchObject([{ name: 'iCCP' }]);
      expect(colourChunks.jpeg(jpeg(part(1, 2, first), part(2, 2, second)))).toEqual(whole);
      expect(colourChunks.jpeg(jpeg(part(2, 2, second), part(1, 2, first)))).toEqual(whole);
    });

    it('leave out a profile of which a part is missing, of other colours, or too short to be one', () => {
      const grey = Buffer.from(profile);
      grey.write('GRAY', 16, 'latin1');
      for (const segments of [[part(1, 2, first)], [part(1, 1, grey)], [part(1, 1, profile.subarray(0, 100))]]) {
        expect(colourChunks.jpeg(jpeg(...segments))).toEqual([]);
      }
    });
  });
});
