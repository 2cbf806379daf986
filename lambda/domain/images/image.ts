/** The image types the gateway takes and gives: what every provider of the catalogue can read or write. */
export const imageTypes = ['png', 'jpeg', 'webp'] as const;
export type ImageType = (typeof imageTypes)[number];

/** What an image's header says of it. Sizes are pixels, as stored, before any EXIF rotation. */
export interface ImageFacts {
  readonly type: ImageType;
  readonly width: number;
  readonly height: number;
  /** True if the format leaves room for transparency; the pixels themselves are never decoded. */
  readonly hasAlpha: boolean;
  /**
   * The EXIF orientation, 2 to 8, by which viewers turn and mirror it (CIPA DC-008, tag 0x0112).
   * @default - it is shown as it is stored
   */
  readonly orientation?: number;
  /**
   * Why the gateway can't redraw it: it has several pictures, its colours are those of inks, or it is a jpeg coded in a way
   * that hardly any viewer reads (12 bits, lossless, arithmetic).
   * @default - nothing that its header tells
   */
  readonly notDrawn?: 'animated' | 'cmyk' | 'rare_jpeg';
}

/** An image in the gateway's bucket. `key` is the exact object, `bytes` its length. */
export interface StoredImage extends ImageFacts {
  readonly key: string;
  readonly bytes: number;
  /**
   * Whether its bytes carry a C2PA manifest store; checked in results only.
   * @default - they don't, or it was not checked
   */
  readonly hasContentCredentials?: true;
}

/** An image of a submission. */
export interface InputImage extends StoredImage {
  /**
   * The lower-case hex digest of its bytes.
   * @default - they went from the caller into the bucket, and no function has read them
   */
  readonly sha256?: string;
  /**
   * Set while nothing is known of the image, since it hasn't been fetched from its address yet: its facts are assumptions, by which a
   * request can be planned and priced, and no caller may be refused.
   * @default - its facts were read from its bytes
   */
  readonly isAssumed?: true;
}

/** Width and height as viewers show an image: orientations from 5 on lay it on its side. */
export function shownSize({ width, height, orientation = 1 }: ImageFacts): { width: number; height: number } {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/** A stream of bytes with bounded memory: consumers pull, producers wait. */
export type ByteStream = AsyncIterable<Uint8Array>;

export const mediaTypeOf = (type: ImageType): string => `image/${type}`;

/** Most pixels an input image may claim in its header: more is refused unread, since a decoder would need memory for them. */
export const maxImagePixels = 64_000_000;

/**
 * Most pixels of either side of an input image, or of a canvas, however few there are in all. A decoder or a scaler may keep
 * something for each pixel of a side, and a picture of one row is a file of some kilobytes: it would cost them far more than
 * its area says. It is the longest side that a webp can have (RFC 9649), and that browsers draw.
 */
export const maxImageSide = 16_384;
