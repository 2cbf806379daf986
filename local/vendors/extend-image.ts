import sharp, { type Sharp } from 'sharp';

/** By how many pixels an image is to be extended on each side. */
export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** An image on its larger canvas, with the mask by which the rest of that is drawn. */
export interface ExtendedImage {
  readonly image: Buffer;
  readonly mask: Buffer;
  readonly width: number;
  readonly height: number;
}

const clear = { r: 0, g: 0, b: 0, alpha: 0 };

/** Puts an image on the canvas of an outpainting. */
export async function extendImage(content: Buffer, extent: Extent): Promise<ExtendedImage> {
  const { width, height } = await sharp(content).metadata();
  const onCanvas = (picture: Sharp) =>
    picture
      .extend({ ...extent, background: clear })
      .png()
      .toBuffer();
  const kept = sharp({ create: { width, height, channels: 4, background: { ...clear, alpha: 1 } } });
  return {
    image: await onCanvas(sharp(content).toColourspace('srgb').ensureAlpha()),
    mask: await onCanvas(kept),
    width: extent.left + width + extent.right,
    height: extent.top + height + extent.bottom,
  };
}
