import sharp from 'sharp';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** Pixels as they are, four bytes each. */
export interface Pixels extends Size {
  readonly data: Buffer;
}

/** A png in which hardly two pixels side by side are equal, so that one out of place is seen. */
export function gradient({ width, height }: Size): Promise<Buffer> {
  const data = Buffer.alloc(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    data.set([(x * 3) & 255, (y * 5) & 255, (x + y) & 255], pixel * 3);
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 2 })
    .toBuffer();
}

/** A mask in the callers' form: opaque but for a box. */
export function holedMask(size: Size, hole: Box): Promise<Buffer> {
  const { width, height } = size;
  const data = Buffer.alloc(width * height * 4, 255);
  for (let y = hole.top; y < hole.top + hole.height; y += 1) {
    for (let x = hole.left; x < hole.left + hole.width; x += 1) data[(y * width + x) * 4 + 3] = 0;
  }
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

export async function pixelsOf(image: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(image)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** How many pixels of an image are others in a second one, where it lies at that place, and the box that holds them all. */
export function differences(before: Pixels, after: Pixels, { left, top }: Pick<Box, 'left' | 'top'>) {
  const seen = { count: 0, left: before.width, top: before.height, right: -1, bottom: -1 };
  for (let y = 0; y < before.height; y += 1) {
    for (let x = 0; x < before.width; x += 1) {
      const here = before.data.readUInt32BE((y * before.width + x) * 4);
      if (here === after.data.readUInt32BE(((y + top) * after.width + x + left) * 4)) continue;
      seen.count += 1;
      seen.left = Math.min(seen.left, x);
      seen.top = Math.min(seen.top, y);
      seen.right = Math.max(seen.right, x);
      seen.bottom = Math.max(seen.bottom, y);
    }
  }
  return seen;
}

/** What a mask says, whatever its form: its own kind and size, its values in a box and outside of it. */
export async function readMask(mask: Uint8Array, box: Box) {
  const { format, channels, width = 0, height = 0 } = await sharp(mask).metadata();
  const values = await sharp(mask)
    .extractChannel(channels === 1 ? 0 : 3)
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const [inside, outside] = [new Set<number>(), new Set<number>()];
  for (const [pixel, value] of values.entries()) {
    const [x, y] = [(pixel % width) - box.left, Math.floor(pixel / width) - box.top];
    (x >= 0 && y >= 0 && x < box.width && y < box.height ? inside : outside).add(value);
  }
  return { format, channels, width, height, inside: [...inside], outside: [...outside] };
}
