import sharp from 'sharp';
import { addCaption, type Box, middleOf } from './draw-caption.ts';
import { drawNoise } from './draw-noise.ts';
import { drawScene } from './draw-scene.ts';
import type { Drawing, Picture } from './drawing.ts';

/** Which pixels of the finished image may change: 1 for those, 0 for all others. */
interface Region {
  readonly inside: Uint8Array;
  readonly box: Box | undefined;
}

/**
 * Repaints the photograph where the mask's alpha is 0 and leaves every other pixel exactly as it was. The real model
 * takes the mask as a hint; the simulator is exact, so that a test detects a mask with the wrong polarity.
 */
export async function paintInsideMask(drawing: Drawing, photograph: Picture, mask: Buffer): Promise<Picture> {
  const region = await regionOf(mask, drawing.width, drawing.height);
  if (region.box === undefined) return photograph;
  const painted = await paintedLayer(drawing, region.box);
  const pixels = Buffer.from(photograph.pixels);
  const { width } = photograph;
  const { left, top } = region.box;
  for (let y = top; y < top + region.box.height; y += 1) {
    for (let x = left; x < left + region.box.width; x += 1) {
      if (region.inside[y * width + x] !== 1) continue;
      const source = ((y - top) * painted.width + (x - left)) * 4;
      painted.pixels.copy(pixels, (y * width + x) * 4, source, source + 4);
    }
  }
  return { ...photograph, pixels };
}

async function paintedLayer(drawing: Drawing, box: Box): Promise<Picture> {
  const seed = `${drawing.prompt}|${drawing.index}`;
  if (drawing.prompt.includes('[noise]')) return drawNoise(seed, box.width, box.height);
  const scene = await drawScene(seed, box.width, box.height, drawing.transparent);
  return addCaption(scene, drawing, middleOf({ ...box, left: 0, top: 0 }));
}

async function regionOf(mask: Buffer, width: number, height: number): Promise<Region> {
  // Nearest neighbour: a smooth kernel would add half-transparent pixels that the mask doesn't have.
  const alpha = await sharp(mask)
    .ensureAlpha()
    .extractChannel('alpha')
    .resize(width, height, { fit: 'fill', kernel: 'nearest' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const inside = new Uint8Array(width * height);
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (alpha[y * width + x] !== 0) continue;
      inside[y * width + x] = 1;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  const box = right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
  return { inside, box };
}
