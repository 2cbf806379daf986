import type { Raster } from './raster.ts';

/** Which stored pixel is shown first, and which follow along a row and a column of what is shown. */
interface Path {
  readonly start: number;
  readonly across: number;
  readonly down: number;
}

/** By EXIF orientation, for a stored picture of that width and height. Source: CIPA DC-008 4.6.4, tag 0x0112. */
const paths: Readonly<Record<number, (width: number, height: number) => Path>> = {
  2: (width) => ({ start: width - 1, across: -1, down: width }),
  3: (width, height) => ({ start: width * height - 1, across: -1, down: -width }),
  4: (width, height) => ({ start: width * (height - 1), across: 1, down: -width }),
  5: (width) => ({ start: 0, across: width, down: 1 }),
  6: (width, height) => ({ start: width * (height - 1), across: -width, down: 1 }),
  7: (width, height) => ({ start: width * height - 1, across: -width, down: -1 }),
  8: (width) => ({ start: width - 1, across: width, down: -1 }),
};

/** A picture as its EXIF orientation shows it, in a copy; the picture itself where it is shown as it is stored. */
export function turnUpright(raster: Raster, orientation = 1): Raster {
  const { data, width, height } = raster;
  const path = paths[orientation]?.(width, height);
  if (!path) return raster;
  const isOnItsSide = orientation >= 5;
  const shown = isOnItsSide ? { width: height, height: width } : { width, height };
  const from = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const to = new Uint32Array(width * height);
  let at = 0;
  for (let y = 0; y < shown.height; y += 1) {
    let source = path.start + y * path.down;
    for (let x = 0; x < shown.width; x += 1, at += 1, source += path.across) to[at] = from[source] as number;
  }
  return { ...shown, data: new Uint8Array(to.buffer) };
}
