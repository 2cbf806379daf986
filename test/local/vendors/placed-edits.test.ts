import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { extendImage } from '../../../local/vendors/extend-image.ts';
import { greyscaleMask, isProblem } from '../../../local/vendors/greyscale-mask.ts';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { holedMask } from '../../support/pictures.ts';
import { key, photograph } from './ask-vendor.ts';

const size = { width: 300, height: 260 };
const hole = { left: 10, top: 20, width: 40, height: 30 };

let simulator: VendorSimulator;
let photo: Buffer;
let alphaMask: Buffer;
let whiteMask: Buffer;

beforeAll(async () => {
  const vendors = ['recraft', 'bfl', 'fal'].map((name) => ({ name, wire: name }));
  simulator = await startVendorSimulator({ latencySeconds: 0, vendors });
  [photo, alphaMask] = await Promise.all([photograph(size.width, size.height), holedMask(size, hole)]);
  whiteMask = await sharp(alphaMask).extractChannel('alpha').negate().toColourspace('b-w').png().toBuffer();
});
afterAll(() => simulator.stop());

const dataUri = (bytes: Buffer) => `data:image/png;base64,${bytes.toString('base64')}`;
const base64 = (bytes: Buffer) => bytes.toString('base64');

/** The status of an answer, and its words. */
async function ask(vendor: 'recraft' | 'bfl' | 'fal', path: string, body: object) {
  const credentials = {
    recraft: { authorization: `Bearer ${key}` },
    bfl: { 'x-key': key },
    fal: { authorization: `Key ${key}` },
  };
  const answer = await fetch(`${simulator.baseUrl(vendor)}/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...credentials[vendor] },
    signal: AbortSignal.timeout(60_000),
  });
  return { status: answer.status, text: await answer.text() };
}

describe(greyscaleMask, () => {
  it.each(['white', 'black'] as const)('takes what is %s for what is to be edited', async (edited) => {
    const mask = await greyscaleMask(whiteMask, photo, edited);
    if (isProblem(mask)) throw new Error(mask.problem);
    const alpha = await sharp(mask).extractChannel('alpha').toColourspace('b-w').raw().toBuffer();
    expect(alpha[(hole.top + 1) * size.width + hole.left + 1]).toBe(edited === 'white' ? 0 : 255);
    expect(alpha[0]).toBe(edited === 'white' ? 255 : 0);
  });

  it('refuses what a strict vendor would', async () => {
    const other = await photograph(300, 261);
    expect(await greyscaleMask(alphaMask, photo, 'white')).toEqual({ problem: 'must be grayscale' });
    expect(await greyscaleMask(whiteMask, other, 'white')).toEqual({ problem: 'must be as large as the image' });
    expect(await greyscaleMask(Buffer.from('mask'), photo, 'white')).toEqual({ problem: 'could not be read' });
    const soft = await sharp(whiteMask).blur(3).toColourspace('b-w').png().toBuffer();
    expect(await greyscaleMask(soft, photo, 'white')).toEqual({ problem: 'must hold pixels of 0 and 255 alone' });
  });
});

describe(extendImage, () => {
  it('puts an image on its canvas, and masks the rest', async () => {
    const { image, mask, ...others } = await extendImage(photo, { left: 5, top: 0, right: 7, bottom: 3 });
    expect(others).toEqual({ width: 312, height: 263 });
    for (const each of [image, mask]) {
      const alpha = await sharp(each).extractChannel('alpha').toColourspace('b-w').raw().toBuffer();
      expect([alpha[0], alpha[4], alpha[5], alpha[304], alpha[305]]).toEqual([0, 0, 255, 255, 0]);
    }
  });
});

describe('a simulated edit by mask', () => {
  it.each([
    [
      'recraft',
      'images/inpaint',
      () => ({ prompt: 'x', model: 'recraftv3', image_url: dataUri(photo) }),
      'mask_url',
      dataUri,
    ],
    ['bfl', 'flux-pro-1.0-fill', () => ({ prompt: 'x', image: base64(photo) }), 'mask', base64],
    ['fal', 'fal-ai/flux-pro/v1/fill', () => ({ prompt: 'x', image_url: dataUri(photo) }), 'mask_url', dataUri],
  ] as const)('is strict about its mask at %s', async (vendor, path, fields, name, worded) => {
    expect((await ask(vendor, path, { ...fields(), [name]: worded(whiteMask) })).status).toBe(200);
    const refused = await ask(vendor, path, { ...fields(), [name]: worded(alphaMask) });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.text).toContain('must be grayscale');
    expect((await ask(vendor, path, fields())).status).toBeGreaterThanOrEqual(400);
  });
});

describe('a simulated outpainting', () => {
  const canvas = { canvas_size: [400, 260], original_image_size: [300, 260], original_image_location: [50, 0] };

  it.each([
    [
      'recraft',
      'images/outpaint',
      () => ({ prompt: 'x', model: 'recraftv3', image_url: dataUri(photo), expand_left: 9 }),
      { expand_left: 0 },
    ],
    [
      'recraft',
      'images/outpaint',
      () => ({ prompt: 'x', model: 'recraftv3', image_url: dataUri(photo), expand_left: 9 }),
      { expand_top: 4000 },
    ],
    ['bfl', 'flux-pro-1.0-expand', () => ({ image: base64(photo), left: 9 }), { left: 2049 }],
    ['bfl', 'flux-pro-1.0-expand', () => ({ image: base64(photo), left: 9 }), { steps: 14 }],
    ['bfl', 'flux-pro-1.0-expand', () => ({ image: base64(photo), left: 9 }), { mask: 'x' }],
    ['bfl', 'flux-pro-1.0-expand', () => ({ image: base64(photo), left: 9 }), { output_format: 'webp' }],
    ['fal', 'fal-ai/bria/expand', () => ({ image_url: dataUri(photo), ...canvas }), { canvas_size: [320, 260] }],
    ['fal', 'fal-ai/bria/expand', () => ({ image_url: dataUri(photo), ...canvas }), { canvas_size: [5000, 5000] }],
  ] as const)('is strict about its extent at %s: %#', async (vendor, path, fields, wrong) => {
    expect((await ask(vendor, path, fields())).status).toBe(200);
    expect((await ask(vendor, path, { ...fields(), ...wrong })).status).toBeGreaterThanOrEqual(400);
  });
});
