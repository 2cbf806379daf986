import type { InputImage } from './image.ts';

/** In which form a mask says what is to be edited: by being transparent there, or as greyscale by being white or black. */
export type MaskForm = 'alpha' | 'white' | 'black';

/** A canvas in pixels, and where on it the first image is painted, scaled to that width and height. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly image: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
}

/**
 * What is done to the pixels of a request's first image and of its mask before they are sent. Whatever is redrawn becomes
 * a png.
 */
export interface Conversion {
  /**
   * The form in which the mask is sent: made of the caller's, or of the canvas, whose empty part is what is to be edited.
   * @default - there is no mask, or it is sent as it came
   */
  readonly maskForm?: MaskForm;
  /**
   * The canvas on which the image is painted; what is left of it stays transparent.
   * @default - the image keeps its size
   */
  readonly canvas?: Canvas;
  /**
   * The image is redrawn upright, as its EXIF orientation shows it, or as its pixels are stored, without an orientation:
   * the provider and the caller then mean the same picture, whichever of them heeds orientations.
   * @default - it is sent as it came, unless there is a canvas, for which it is upright
   */
  readonly view?: 'upright' | 'stored';
}

/**
 * Most pixels of an image, a mask or a canvas that is converted. There is one conversion at a time in a worker. No side of
 * them is longer than `maxImageSide`.
 */
export const maxConvertedPixels = 16_000_000;

/**
 * Most bytes of memory that a conversion takes at its peak, for each pixel and for each byte of the file, whatever the
 * shape: a turned progressive jpeg takes the most for a pixel, the decoders up to two copies of a file beside its own.
 * `bench/memory.ts` holds them.
 */
export const maxConversionMemory = { bytesPerPixel: 18, bytesPerByte: 3 } as const;

/** A redrawn image: what is known of it, and its bytes, which are in no bucket. */
export interface PreparedImage {
  readonly image: InputImage;
  readonly bytes: Uint8Array;
}

/** What a conversion made; absent what it left alone. */
export interface PreparedInputs {
  readonly image?: PreparedImage;
  readonly mask?: PreparedImage;
}
