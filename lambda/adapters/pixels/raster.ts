/** Decoded pixels: red, green, blue and alpha for each, row by row from the top, without gaps. */
export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * A picture that is drawn a row at a time while it is written, and so is never held as a whole: one byte for each pixel
 * (greyscale) or four (red, green, blue, alpha).
 */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 4;
  /** The bytes of a row, counted from the top. They are valid until the next row is read. */
  rowAt(y: number): Uint8Array;
}

/** Decoded pixels as they are. */
export const drawingOf = ({ data, width, height }: Raster): Drawing => ({
  width,
  height,
  channels: 4,
  rowAt: (y) => data.subarray(y * width * 4, (y + 1) * width * 4),
});
