import type { Canvas } from '../../domain/images/conversion.ts';
import { type Drawing, drawingOf, type Raster } from './raster.ts';
import { type Resampling, resampling } from './resampling.ts';

/** Paints an image on a canvas, which is transparent elsewhere, scaled smoothly to its place there. */
export function paintOn({ width, height, image: place }: Canvas, image: Raster): Drawing {
  const isScaled = image.width !== place.width || image.height !== place.height;
  const scaled = isScaled ? scaledTo(place, image) : drawingOf(image);
  const row = new Uint8Array(width * 4);
  return {
    width,
    height,
    channels: 4,
    rowAt(y) {
      const isBeside = y < place.top || y >= place.top + place.height;
      if (isBeside) row.fill(0);
      else row.set(scaled.rowAt(y - place.top), place.left * 4);
      return row;
    },
  };
}

/**
 * An image in another size. Transparency weighs in: a clear pixel lends no colour to its neighbours. Besides the image
 * it holds one of its rows in floats and some five weights for each row and column of both sizes, whatever their
 * shapes; the common scalers hold the whole image again, in floats.
 */
function scaledTo({ width, height }: Pick<Drawing, 'width' | 'height'>, image: Raster): Drawing {
  const across = resampling(image.width, width);
  const down = resampling(image.height, height);
  const mixed = new Float32Array(image.width * 4);
  const row = new Uint8ClampedArray(width * 4);
  return {
    width,
    height,
    channels: 4,
    rowAt(y) {
      mixRows(image, down, y, mixed);
      writeRow(mixed, across, row);
      return new Uint8Array(row.buffer);
    },
  };
}

/** The rows of the image that a row of the result is made of, as one, its colours multiplied by their alpha. */
function mixRows({ data, width }: Raster, down: Resampling, y: number, mixed: Float32Array): void {
  mixed.fill(0);
  const end = down.offsets[y + 1] as number;
  let at = (down.firsts[y] as number) * width * 4;
  for (let offset = down.offsets[y] as number; offset < end; offset += 1) {
    const weight = down.weights[offset] as number;
    for (let x = 0; x < mixed.length; x += 4, at += 4) {
      const alpha = weight * (data[at + 3] as number);
      (mixed[x] as number) += (data[at] as number) * alpha;
      (mixed[x + 1] as number) += (data[at + 1] as number) * alpha;
      (mixed[x + 2] as number) += (data[at + 2] as number) * alpha;
      (mixed[x + 3] as number) += alpha;
    }
  }
}

/** Scales a mixed row across. Writing into a Uint8ClampedArray rounds and clamps. */
function writeRow(mixed: Float32Array, across: Resampling, row: Uint8ClampedArray): void {
  for (let x = 0; x < across.firsts.length; x += 1) {
    const end = across.offsets[x + 1] as number;
    let at = (across.firsts[x] as number) * 4;
    let [red, green, blue, alpha] = [0, 0, 0, 0];
    for (let offset = across.offsets[x] as number; offset < end; offset += 1, at += 4) {
      const weight = across.weights[offset] as number;
      red += (mixed[at] as number) * weight;
      green += (mixed[at + 1] as number) * weight;
      blue += (mixed[at + 2] as number) * weight;
      alpha += (mixed[at + 3] as number) * weight;
    }
    const isClear = alpha <= 0;
    row[x * 4] = isClear ? 0 : red / alpha;
    row[x * 4 + 1] = isClear ? 0 : green / alpha;
    row[x * 4 + 2] = isClear ? 0 : blue / alpha;
    row[x * 4 + 3] = alpha;
  }
}
