import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawImage } from '../../../local/vendors/draw.ts';
import type { Drawing } from '../../../local/vendors/drawing.ts';
import { holedMask } from '../../support/pictures.ts';
import { photograph } from './ask-vendor.ts';

const drawing: Drawing = {
  model: 'gpt-image-2',
  prompt: 'a quiet valley',
  width: 512,
  height: 384,
  index: 0,
  count: 1,
  format: 'png',
  compression: 100,
  transparent: false,
  inputs: [],
};
let photo: Buffer;
beforeAll(async () => {
  photo = await photograph(256, 192);
});

async function rgb(image: Buffer): Promise<Buffer> {
  return sharp(image).removeAlpha().raw().toBuffer();
}

/** The share of pixels that differ clearly, from 0 to 1. */
function difference(one: Buffer, other: Buffer): number {
  let changed = 0;
  for (let at = 0; at < one.length; at += 3) {
    const apart = [0, 1, 2].some((channel) => Math.abs((one[at + channel] ?? 0) - (other[at + channel] ?? 0)) > 12);
    if (apart) changed += 1;
  }
  return changed / (one.length / 3);
}

function resizedPhoto(): Promise<Buffer> {
  return sharp(photo).resize(512, 384, { fit: 'fill' }).removeAlpha().raw().toBuffer();
}

describe('drawImage', () => {
  it.each(['png', 'webp', 'jpeg'] as const)('draws %s of exactly the asked size', async (format) => {
    const image = await drawImage({ ...drawing, format });
    expect(await sharp(image).metadata()).toMatchObject({ format, width: 512, height: 384, hasAlpha: false });
  });

  it('always draws the same picture for a prompt, another for another prompt or index', async () => {
    const first = await drawImage(drawing);
    const other = { ...drawing, prompt: 'a loud city' };
    expect((await drawImage({ ...drawing })).equals(first)).toBe(true);
    expect((await drawImage(other)).equals(first)).toBe(false);
    expect(difference(await rgb(first), await rgb(await drawImage({ ...drawing, index: 1 })))).toBeGreaterThan(0.2);
  });

  it('writes the prompt in letters: two prompts differ within the panel, whatever their scenes', async () => {
    const white = async (prompt: string) => {
      const pixels = await rgb(await drawImage({ ...drawing, prompt }));
      let count = 0;
      for (let at = 0; at < pixels.length; at += 3)
        if (Math.min(pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0) > 250) count += 1;
      return count;
    };
    expect(await white(`W${'M'.repeat(80)}`)).toBeGreaterThan((await white('i')) + 500);
  });

  it('honours the compression', async () => {
    for (const format of ['webp', 'jpeg'] as const) {
      const [fine, coarse] = [
        await drawImage({ ...drawing, format }),
        await drawImage({ ...drawing, format, compression: 0 }),
      ];
      expect(coarse.length).toBeLessThan(fine.length / 2);
    }
  });

  it('changes a masked input inside the transparent area only', async () => {
    const hole = { left: 64, top: 48, width: 128, height: 96 };
    const mask = await holedMask({ width: 256, height: 192 }, hole);
    const edited = await rgb(await drawImage({ ...drawing, inputs: [photo], mask }));
    const before = await resizedPhoto();
    let changedInside = 0;
    for (let y = 0; y < 384; y += 1) {
      for (let x = 0; x < 512; x += 1) {
        const at = (y * 512 + x) * 3;
        const same = edited.subarray(at, at + 3).equals(before.subarray(at, at + 3));
        const inside = x >= 128 && x < 384 && y >= 96 && y < 288;
        if (inside && !same) changedInside += 1;
        else if (!inside && !same) expect.fail(`the pixel at ${x},${y} changed, which the mask protects`);
      }
    }
    expect(changedInside).toBeGreaterThan(256 * 192 * 0.95);
  });

  it('leaves an input alone whose mask is opaque all over', async () => {
    const mask = await holedMask({ width: 256, height: 192 }, { left: 0, top: 0, width: 0, height: 0 });
    expect(difference(await rgb(await drawImage({ ...drawing, inputs: [photo], mask })), await resizedPhoto())).toBe(0);
  });

  it('changes the whole input without a mask, and shows the other inputs', async () => {
    const alone = await rgb(await drawImage({ ...drawing, inputs: [photo] }));
    expect(difference(alone, await resizedPhoto())).toBeGreaterThan(0.8);
    const green = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#0f0' } })
      .png()
      .toBuffer();
    const pixels = await rgb(await drawImage({ ...drawing, inputs: [photo, green] }));
    const at = (40 * 512 + 470) * 3;
    expect([...pixels.subarray(at, at + 3)]).toEqual([0, 255, 0]);
  });

  it('mirrors and recolours the input for a variation', async () => {
    const varied = await rgb(await drawImage({ ...drawing, inputs: [photo], vary: true }));
    const mirrored = await sharp(photo).resize(512, 384, { fit: 'fill' }).flop().removeAlpha().raw().toBuffer();
    expect(difference(varied, mirrored)).toBeGreaterThan(0.8);
    // The yellow disc of the photograph stands on the left; its mirror image is the brightest place on the right.
    const brightness = (x: number) =>
      (varied[(128 * 512 + x) * 3] ?? 0) +
      (varied[(128 * 512 + x) * 3 + 1] ?? 0) +
      (varied[(128 * 512 + x) * 3 + 2] ?? 0);
    expect(brightness(384)).toBeGreaterThan(brightness(128) + 60);
  });

  it('makes what surrounds the subject of an edit transparent on demand', async () => {
    const image = await drawImage({ ...drawing, inputs: [photo], transparent: true });
    const alpha = await sharp(image).extractChannel('alpha').raw().toBuffer();
    expect([alpha[0], alpha[192 * 512 + 256]]).toEqual([0, 255]);
  });

  it('fills a 4K PNG with more than 10 MB of [noise]', async () => {
    const image = await drawImage({ ...drawing, prompt: 'large [noise]', width: 3840, height: 2160 });
    expect(image.length).toBeGreaterThan(10_000_000);
    expect(await sharp(image).metadata()).toMatchObject({ format: 'png', width: 3840, height: 2160 });
  });

  it('shares one image among all [plain] prompts', async () => {
    const first = await drawImage({ ...drawing, prompt: 'one [plain]' });
    expect(await drawImage({ ...drawing, prompt: 'two [plain]' })).toBe(first);
  });

  it('draws any prompt: very long, of markup, of control characters, of blanks', async () => {
    for (const prompt of [
      'word '.repeat(6400),
      '<b>&amp;</b> "quotes" & <',
      'a\u0000b\u001bc\ud800',
      '   ',
      '雪の中の狐 🦊',
    ]) {
      expect(await sharp(await drawImage({ ...drawing, prompt })).metadata()).toMatchObject({ width: 512 });
    }
  });
});
