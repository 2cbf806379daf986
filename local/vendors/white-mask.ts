import sharp from 'sharp';

/**
 * A mask that is white where the picture is to change, as the one with alpha 0 there which drawings want. Gives a sentence
 * on a mask that isn't as large as its image, has transparency, or has anything but black and white.
 */
export async function clearWhereWhite(mask: Buffer, width: number, height: number): Promise<Buffer | string> {
  const header = await sharp(mask)
    .metadata()
    .catch(() => undefined);
  if (header === undefined) return 'must be a valid image';
  if (header.width !== width || header.height !== height) return `must be as large as the image, ${width}x${height}`;
  if (header.hasAlpha) return 'must be black and white, without transparency';
  const grey = await sharp(mask).toColourspace('b-w').raw().toBuffer();
  if (grey.some((value) => value !== 0 && value !== 255)) return 'must be black and white, and nothing between';
  const pixels = Buffer.alloc(width * height * 4);
  for (const [at, value] of grey.entries()) pixels[at * 4 + 3] = 255 - value;
  return sharp(pixels, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}
