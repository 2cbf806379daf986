import type { Canvas, MaskForm } from '../../domain/conversion.ts';
import type { PngPixels } from './encode-png.ts';
import type { Raster } from './raster.ts';

/**
 * Below this alpha a pixel of a mask is to be edited. OpenAI speaks of fully transparent areas and says nothing of what lies
 * between, such as the soft edge of an eraser: it goes to the nearer side.
 */
const leastKeptAlpha = 128;

/** Tells for each pixel of a mask, by its number, whether it is to be edited. */
type IsEdited = (pixel: number) => boolean;

/** The mask of what is transparent in the caller's; undefined where that is nothing. */
export function maskOf({ data, width, height }: Raster, form: MaskForm): PngPixels | undefined {
  const isEdited: IsEdited = (pixel) => (data[pixel * 4 + 3] ?? 255) < leastKeptAlpha;
  let edited = 0;
  for (let pixel = 0; pixel < width * height; pixel += 1) if (isEdited(pixel)) edited += 1;
  return edited === 0 ? undefined : drawMask({ width, height }, form, isEdited);
}

/** The mask of what an image leaves empty on its canvas. */
export function maskAround({ width, height, image }: Canvas, form: MaskForm): PngPixels {
  return drawMask({ width, height }, form, (pixel) => {
    const x = (pixel % width) - image.left;
    const y = Math.floor(pixel / width) - image.top;
    return x < 0 || y < 0 || x >= image.width || y >= image.height;
  });
}

function drawMask(size: Pick<Raster, 'width' | 'height'>, form: MaskForm, isEdited: IsEdited): PngPixels {
  const channels = form === 'alpha' ? 4 : 1;
  const editedValue = form === 'white' ? 255 : 0;
  const data = new Uint8Array(size.width * size.height * channels);
  for (let pixel = 0; pixel < size.width * size.height; pixel += 1) {
    // Of an alpha mask the alpha alone counts, which is a pixel's last byte, as it is of greyscale the only one.
    data[(pixel + 1) * channels - 1] = isEdited(pixel) ? editedValue : 255 - editedValue;
  }
  return { ...size, data, channels };
}
