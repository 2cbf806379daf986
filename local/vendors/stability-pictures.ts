/**
 * Inputs and outputs of Stability's models and services, wherever they are hosted. Sources: as those of `stability.ts`
 * and `bedrock.ts`; the pixels of each shape are those that the models were trained on.
 */
import sharp from 'sharp';
import { type Extent, extendImage } from './extend-image.ts';
import { greyscaleMask, isProblem } from './greyscale-mask.ts';

/** The aspect ratios of text-to-image. */
export const stabilitySizes: Readonly<Record<string, readonly [width: number, height: number]>> = {
  '21:9': [1536, 640],
  '16:9': [1344, 768],
  '3:2': [1216, 832],
  '5:4': [1088, 896],
  '1:1': [1024, 1024],
  '4:5': [896, 1088],
  '2:3': [832, 1216],
  '9:16': [768, 1344],
  '9:21': [640, 1536],
};

/** An input image as it came, with the size of what it shows. */
export interface StabilityPicture {
  readonly content: Buffer;
  readonly width: number;
  readonly height: number;
}

/** Reads an input image, or returns what is wrong with it. */
export async function readPicture(content: Buffer, widest: number): Promise<StabilityPicture | string> {
  const header = await sharp(content)
    .metadata()
    .catch(() => undefined);
  if (header === undefined) return 'must be a valid image';
  const { width, height } = header;
  if (Math.min(width, height) < 64) return 'must have sides of at least 64 pixels';
  if (width * height > 9_437_184) return 'must have between 4,096 and 9,437,184 pixels';
  if (Math.max(width, height) > widest * Math.min(width, height)) return `must have a ratio of at most ${widest}:1`;
  return { content, width, height };
}

/** What is drawn on, and where: all over, where there is no mask. */
export interface PaintedPart {
  readonly input: Buffer;
  readonly mask?: Buffer;
  readonly width: number;
  readonly height: number;
}

/** A field that breaks a rule. */
export interface BrokenField {
  readonly field: string;
  readonly problem: string;
}

/** The part of an image that a greyscale mask marks, or that extends beyond its sides where margins are requested. */
export async function paintedPart(
  picture: StabilityPicture,
  mask: Buffer | undefined,
  sideOf: ((name: string) => unknown) | undefined,
): Promise<PaintedPart | BrokenField> {
  const { content, width, height } = picture;
  if (sideOf !== undefined) {
    const extent = readExtent(sideOf);
    if (typeof extent === 'string') return { field: 'left', problem: extent };
    const { image, ...canvas } = await extendImage(content, extent);
    return { input: image, ...canvas };
  }
  if (mask === undefined) return { input: content, width, height };
  const clear = await greyscaleMask(mask, content, 'white');
  return isProblem(clear) ? { field: 'mask', ...clear } : { input: content, mask: clear, width, height };
}

/** Parses the margins by which an image is extended, or returns what is wrong with them. */
function readExtent(given: (name: string) => unknown): Extent | string {
  const [left = 0, top = 0, right = 0, bottom = 0] = ['left', 'up', 'right', 'down'].map((name) =>
    Number(given(name) ?? 0),
  );
  const sides = [left, top, right, bottom];
  if (sides.some((side) => !Number.isInteger(side) || side < 0 || side > 2000)) return 'must be between 0 and 2000';
  if (sides.every((side) => side === 0)) return 'at least one of left, right, up and down must be above 0';
  return { left, top, right, bottom };
}
