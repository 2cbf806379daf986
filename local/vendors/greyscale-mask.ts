import sharp from 'sharp';

/** The message about an invalid mask. */
export interface MaskProblem {
  readonly problem: string;
}

/**
 * Reads a mask whose grey value marks the edited area, and returns it in the simulator's form: transparent there. It
 * must be greyscale, of pure black and white, and as large as the image.
 */
export async function greyscaleMask(
  content: Buffer,
  image: Buffer,
  edited: 'white' | 'black',
): Promise<Buffer | MaskProblem> {
  const [own, other] = await Promise.all([sharp(content).metadata(), sharp(image).metadata()]).catch(() => []);
  if (!own || !other) return { problem: 'could not be read' };
  if (own.width !== other.width || own.height !== other.height) return { problem: 'must be as large as the image' };
  if (own.channels !== 1) return { problem: 'must be grayscale' };
  const grey = await sharp(content).toColourspace('b-w').raw().toBuffer();
  if (grey.some((value) => value !== 0 && value !== 255)) return { problem: 'must hold pixels of 0 and 255 alone' };
  const alpha = edited === 'white' ? grey.map((value) => 255 - value) : grey;
  const size = { width: own.width, height: own.height };
  return sharp({ create: { ...size, channels: 3, background: '#000' } })
    .joinChannel(Buffer.from(alpha), { raw: { ...size, channels: 1 } })
    .png()
    .toBuffer();
}

export const isProblem = (mask: Buffer | MaskProblem): mask is MaskProblem => 'problem' in mask;
