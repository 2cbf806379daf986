import sharp from 'sharp';
import { drawImage } from './draw.ts';
import type { Drawing } from './drawing.ts';

/** How many pixels wide the squares of the first partial picture are; those of each further one are half as wide. */
const coarsestSquare = 64;

/**
 * The picture while it is being made: of the same size and format, in squares that grow finer. `step` counts from 0.
 */
export async function drawPartial(drawing: Drawing, step: number): Promise<Buffer> {
  const { width, height, format } = drawing;
  const square = coarsestSquare / 2 ** step;
  const small = await sharp(await drawImage(drawing))
    .resize(Math.max(1, Math.round(width / square)), Math.max(1, Math.round(height / square)), { fit: 'fill' })
    .png()
    .toBuffer();
  return sharp(small).resize(width, height, { fit: 'fill', kernel: 'nearest' }).toFormat(format).toBuffer();
}
