/** The pixel layout of a PNG, from its IHDR chunk. */
export interface PngLayout {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
  readonly isInterlaced: boolean;
}

interface Pass {
  readonly width: number;
  readonly height: number;
}

/** Where the passes of an interlaced png begin, and how far apart their pixels are. Source: PNG (W3C) 8.2. */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The pictures that a png's rows are of: itself, or the seven of an interlaced one, as far as they have pixels. */
export function pngPasses({ width, height, isInterlaced }: PngLayout): readonly Pass[] {
  if (!isInterlaced) return [{ width, height }];
  const lines = (whole: number, first: number, step: number) => Math.max(0, Math.ceil((whole - first) / step));
  return adam7
    .map(([left, top, across, down]) => ({ width: lines(width, left, across), height: lines(height, top, down) }))
    .filter((pass) => pass.width > 0 && pass.height > 0);
}

interface ColourType {
  readonly channels: number;
  readonly bitDepths: readonly number[];
}

/** Source: PNG (W3C) 11.2.1, table 11.1. */
const colourTypes: Readonly<Record<number, ColourType>> = {
  0: { channels: 1, bitDepths: [1, 2, 4, 8, 16] },
  2: { channels: 3, bitDepths: [8, 16] },
  3: { channels: 1, bitDepths: [1, 2, 4, 8] },
  4: { channels: 2, bitDepths: [8, 16] },
  6: { channels: 4, bitDepths: [8, 16] },
};

/** Whether a png may have that colour type with that bit depth. */
export const isLegalLayout = ({ bitDepth, colourType }: PngLayout): boolean =>
  colourTypes[colourType]?.bitDepths.includes(bitDepth) === true;

/** Throws RangeError for a layout that isn't legal. */
export function bitsPerPixel({ bitDepth, colourType }: PngLayout): number {
  const type = colourTypes[colourType];
  if (!type) throw new RangeError(`${colourType} is not a colour type of PNG.`);
  return bitDepth * type.channels;
}

/** The bytes of a row to unfilter: each `byteStep` from `firstByte` on. The others stay filtered. */
export interface WantedBytes {
  readonly firstByte: number;
  readonly byteStep: number;
}

/** One row of a pass, and its number of pixels. Its bytes are valid until the next row is read. */
export interface PngRow {
  readonly row: Uint8Array;
  readonly pixels: number;
}

/**
 * The rows of a png's inflated data, their filters undone. Throws where there is less than the passes want, or an
 * unknown filter.
 */
export async function* readRows(
  inflated: AsyncIterable<Uint8Array>,
  passes: readonly Pass[],
  layout: PngLayout,
  wanted: WantedBytes,
): AsyncGenerator<PngRow> {
  const bits = bitsPerPixel(layout);
  const pixelBytes = Math.max(1, bits >> 3);
  const lines = linesOf(passes, bits);
  let line = lines.next();
  let filled = 0;
  for await (const chunk of inflated) {
    for (let at = 0; at < chunk.length && !line.done; ) {
      const { filtered, row, before, pixels } = line.value;
      const taken = chunk.subarray(at, at + filtered.length - filled);
      filtered.set(taken, filled);
      filled += taken.length;
      at += taken.length;
      if (filled < filtered.length) continue;
      unfilter(filtered, before, pixelBytes, wanted);
      yield { row, pixels };
      filled = 0;
      line = lines.next();
    }
    if (line.done) return;
  }
  throw new Error('The PNG has fewer rows than its header says.');
}

interface Line {
  /** The number of the row's filter, and the row. */
  readonly filtered: Uint8Array;
  readonly row: Uint8Array;
  /** The row above, as it was before its filter: zeros above the first. */
  readonly before: Uint8Array;
  readonly pixels: number;
}

function* linesOf(passes: readonly Pass[], bits: number): Generator<Line, undefined> {
  for (const { width, height } of passes) {
    const rowBytes = Math.ceil((width * bits) / 8);
    let [filtered, other] = [new Uint8Array(rowBytes + 1), new Uint8Array(rowBytes + 1)];
    for (let y = 0; y < height; y += 1) {
      yield { filtered, row: filtered.subarray(1), before: other.subarray(1), pixels: width };
      [filtered, other] = [other, filtered];
    }
  }
  return undefined;
}

/**
 * Source: PNG (W3C) 9.2 to 9.4. A filter uses only the same byte of neighbouring pixels, so other bytes needn't be
 * unfiltered.
 */
function unfilter(filtered: Uint8Array, before: Uint8Array, pixelBytes: number, { firstByte, byteStep }: WantedBytes) {
  const row = filtered.subarray(1);
  const filter = filtered[0] as number;
  if (filter > 4) throw new Error('A row of the PNG has an unknown filter type.');
  if (filter === 0) return;
  for (let at = firstByte; at < row.length; at += byteStep) {
    const left = at < pixelBytes ? 0 : (row[at - pixelBytes] as number);
    const above = before[at] as number;
    const aslant = at < pixelBytes ? 0 : (before[at - pixelBytes] as number);
    (row[at] as number) += predicted(filter, left, above, aslant);
  }
}

function predicted(filter: number, left: number, above: number, aslant: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const [byLeft, byAbove, byAslant] = [
    Math.abs(above - aslant),
    Math.abs(left - aslant),
    Math.abs(left + above - 2 * aslant),
  ];
  if (byLeft <= byAbove && byLeft <= byAslant) return left;
  return byAbove <= byAslant ? above : aslant;
}
