/**
 * What Stability's models and services make and take, wherever they are asked. Sources: as those of `stability.ts` and
 * `bedrock.ts`; the pixels of each shape are those that the models were trained on.
 */
import sharp from 'sharp';
import type { Extension } from './draw-extended.ts';

/** The shapes that are made from words. */
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

/** Reads an input image, or says what is wrong with it. */
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

/** Reads by how much a picture is extended, or says what is wrong with it. */
export function readExtension(given: (name: string) => unknown): Extension | string {
  const [left, top, right, bottom] = ['left', 'up', 'right', 'down'].map((name) => Number(given(name) ?? 0));
  const extension = { left: left ?? 0, top: top ?? 0, right: right ?? 0, bottom: bottom ?? 0 };
  const sides = Object.values(extension);
  if (sides.some((side) => !Number.isInteger(side) || side < 0 || side > 2000)) return 'must be between 0 and 2000';
  return sides.every((side) => side === 0) ? 'at least one of left, right, up and down must be above 0' : extension;
}

/** The size of a picture with what it is extended by. */
export const extendedSize = ({ width, height }: StabilityPicture, by: Extension | undefined) => ({
  width: width + (by?.left ?? 0) + (by?.right ?? 0),
  height: height + (by?.top ?? 0) + (by?.bottom ?? 0),
});
