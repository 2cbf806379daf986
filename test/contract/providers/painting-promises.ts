import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { Candidate, EditType } from '../../../lambda/domain/generation.ts';
import { createPlanRequest } from '../../../lambda/providers/shared/plan-request.ts';
import { inputImage, type MemoryCall } from './memory-call.ts';
import { type ProviderBench, submission } from './provider-bench.ts';

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Three bytes each, without transparency. */
  readonly data: Buffer;
}

async function pixelsOf(image: Uint8Array): Promise<Pixels> {
  const raw = sharp(image).removeAlpha().toColourspace('srgb').raw();
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

const resultOf = (call: MemoryCall): Promise<Pixels> => pixelsOf(call.saved.get(0) ?? Buffer.alloc(0));

/** How many pixels of an image have another colour where it lies in a larger one, among those whose column counts. */
function changedPixels(
  before: Pixels,
  after: Pixels,
  { left, top }: { readonly left: number; readonly top: number },
  counts: (x: number) => boolean,
): number {
  let changed = 0;
  for (let y = 0; y < before.height; y += 1) {
    for (let x = 0; x < before.width; x += 1) {
      const from = (y * before.width + x) * 3;
      const to = ((y + top) * after.width + x + left) * 3;
      if (counts(x) && before.data.compare(after.data, to, to + 3, from, from + 3) !== 0) changed += 1;
    }
  }
  return changed;
}

/**
 * What an adapter promises whose provider repaints by mask or extends by margins, and keeps all other pixels: that the right
 * part is repainted, and the right sides extended.
 */
export function promisePainting({ catalog, start, photo, mask }: ProviderBench): void {
  const models = (editType: EditType) =>
    catalog.models.filter((each) => catalog.rowOf(each)?.editTypes[editType] === 'native');
  const plan = (each: Candidate, editType: EditType, maskBytes?: Uint8Array) =>
    createPlanRequest(catalog.rowOf)(
      each,
      submission({ operation: 'edit', editType, parameters: { output_format: 'png' } }),
      [inputImage('photo', photo())],
      maskBytes && inputImage('mask', maskBytes),
    ).request;

  it.each(models('inpainting'))('repaints with $model what the mask says, and nothing else', async (each) => {
    const maskBytes = mask(catalog.rowOf(each)?.mask);
    const inputs = new Map([
      ['photo', photo()],
      ['mask', maskBytes],
    ]);
    const { call } = await start(plan(each, 'inpainting', maskBytes), { inputs });
    const [before, after] = await Promise.all([pixelsOf(photo()), resultOf(call)]);
    expect([after.width, after.height]).toEqual([before.width, before.height]);
    const half = before.width / 2;
    const inPlace = { left: 0, top: 0 };
    expect(changedPixels(before, after, inPlace, (x) => x >= half)).toBe(0);
    expect(changedPixels(before, after, inPlace, (x) => x < half)).toBeGreaterThan((half * before.height) / 2);
  });

  it.each(models('outpainting'))('extends with $model by the margins, and leaves the image as it is', async (each) => {
    const margins = { left: 40, top: 24, right: 8, bottom: 0 };
    const request = { ...plan(each, 'outpainting'), margins };
    const { call } = await start(request, { inputs: new Map([['photo', photo()]]) });
    const [before, after] = await Promise.all([pixelsOf(photo()), resultOf(call)]);
    expect([after.width, after.height]).toEqual([before.width + 48, before.height + 24]);
    expect(changedPixels(before, after, margins, () => true)).toBe(0);
  });
}
