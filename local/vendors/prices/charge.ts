/**
 * What a vendor charges for one request, in millionths of a US dollar; undefined for a model that its price list here
 * doesn't have. The lists of this folder were written from the vendors' pages of prices, without the gateway's.
 */
export type Charge = number | undefined;

export const inMicros = (usd: number): number => Math.round(usd * 1_000_000);

interface Extent {
  readonly width: number;
  readonly height: number;
}

/** Megapixels of one picture where each that is begun counts; a square of 1024 pixels is one. */
export const begunMegapixels = ({ width, height }: Extent): number =>
  Math.max(1, Math.ceil((width * height) / 1_048_576));

/** Megapixels of FLUX.2's pictures, in and out, each at most four: larger ones are scaled down. */
export const fluxMegapixels = (pictures: readonly Extent[]): number =>
  pictures.reduce((sum, each) => sum + Math.min(4, begunMegapixels(each)), 0);

/** A price for each image; undefined where there is none. */
export const perImage = (usd: number | undefined, images: number): Charge =>
  usd === undefined ? undefined : images * inMicros(usd);
