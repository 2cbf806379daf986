/** Decoded pixels: red, green, blue and alpha for each, row by row from the top, without gaps. */
export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}
