import sharp from 'sharp';
import { sent } from './canaries.ts';

/** A png that says a text of itself, as cameras and programs write it, and another colour for each. */
const pngSaying = (text: string, alpha: number): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 64, channels: 4, background: { r: 200, g: 80, b: 30, alpha } } })
    .withExif({ IFD0: { ImageDescription: text } })
    .png()
    .toBuffer();

export const canaryImage = (): Promise<Buffer> => pngSaying(sent.image, 1);
export const canaryMask = (): Promise<Buffer> => pngSaying(sent.mask, 0);
