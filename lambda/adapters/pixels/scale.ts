import type { Raster } from './raster.ts';

/** What one pixel of the result takes of a row or column of the source: from which on, and how much of each. */
interface Share {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * Scales an image smoothly, transparency weighing in: a clear pixel lends no colour to its neighbours. It goes row by row,
 * and so needs no memory but for the result: the common scalers hold the whole source a second time, in floats.
 */
export function scale(image: Raster, width: number, height: number): Raster {
  if (image.width === width && image.height === height) return image;
  const across = sharesOf(image.width, width);
  const down = sharesOf(image.height, height);
  const data = new Uint8Array(width * height * 4);
  /** Rows of the source, scaled across, for as long as a row of the result may need them. */
  const rows = new Map<number, Float32Array>();
  for (const [y, { first, weights }] of down.entries()) {
    for (const known of rows.keys()) if (known < first) rows.delete(known);
    const sum = new Float32Array(width * 4);
    for (const [offset, weight] of weights.entries()) {
      const row = rows.get(first + offset) ?? scaledAcross(image, first + offset, across);
      rows.set(first + offset, row);
      for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] ?? 0) + (row[at] ?? 0) * weight;
    }
    writeRow(sum, data, y * width * 4);
  }
  return { data, width, height };
}

/** A row of the source as wide as the result, its colours multiplied by their alpha. */
function scaledAcross({ data, width }: Raster, y: number, across: readonly Share[]): Float32Array {
  const row = new Float32Array(across.length * 4);
  for (let x = 0; x < across.length; x += 1) {
    const { first, weights } = across[x] as Share;
    let [red, green, blue, alpha] = [0, 0, 0, 0];
    for (let offset = 0; offset < weights.length; offset += 1) {
      const at = (y * width + first + offset) * 4;
      const weight = (weights[offset] as number) * (data[at + 3] as number);
      red += (data[at] as number) * weight;
      green += (data[at + 1] as number) * weight;
      blue += (data[at + 2] as number) * weight;
      alpha += weight;
    }
    row[x * 4] = red;
    row[x * 4 + 1] = green;
    row[x * 4 + 2] = blue;
    row[x * 4 + 3] = alpha;
  }
  return row;
}

/** Rounds and clamps, which writing into a Uint8ClampedArray does. */
function writeRow(sum: Float32Array, data: Uint8Array, at: number): void {
  const target = new Uint8ClampedArray(data.buffer, data.byteOffset + at, sum.length);
  for (let pixel = 0; pixel < sum.length; pixel += 4) {
    const alpha = sum[pixel + 3] ?? 0;
    if (alpha <= 0) continue;
    for (let channel = 0; channel < 3; channel += 1) target[pixel + channel] = (sum[pixel + channel] ?? 0) / alpha;
    target[pixel + 3] = alpha;
  }
}

/** The shares of each of so many pixels in a source of another length, by the kernel of Catmull and Rom. */
function sharesOf(from: number, to: number): readonly Share[] {
  const step = from / to;
  // Where many pixels become one, the kernel is stretched over all of them.
  const stretch = Math.max(1, step);
  return Array.from({ length: to }, (_, index) => {
    const middle = (index + 0.5) * step;
    const first = Math.max(0, Math.floor(middle - 2 * stretch));
    const last = Math.min(from - 1, Math.ceil(middle + 2 * stretch) - 1);
    const raw = Array.from({ length: last - first + 1 }, (_, offset) =>
      catmullRom((first + offset + 0.5 - middle) / stretch),
    );
    const sum = raw.reduce((total, each) => total + each, 0);
    return { first, weights: raw.map((each) => each / sum) };
  });
}

/** The cubic kernel with B = 0 and C = 1/2 (Mitchell and Netravali, 1988). */
function catmullRom(distance: number): number {
  const x = Math.abs(distance);
  if (x >= 2) return 0;
  return x < 1 ? 1.5 * x ** 3 - 2.5 * x ** 2 + 1 : -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2;
}
