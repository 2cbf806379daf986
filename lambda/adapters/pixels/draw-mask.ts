import type { Canvas, MaskForm } from '../../domain/images/conversion.ts';
import { minKeptAlpha } from '../../domain/images/mask-pixels.ts';
import type { Drawing, Raster } from './raster.ts';

/** Whether a pixel of a mask is to be edited. */
type IsEdited = (x: number, y: number) => boolean;

/** The mask of what is transparent in the caller's; undefined where that is nothing. */
export function maskOf({ data, width, height }: Raster, form: MaskForm): Drawing | undefined {
  const isPixelEdited = (pixel: number): boolean => (data[pixel * 4 + 3] as number) < minKeptAlpha;
  let pixel = 0;
  while (pixel < width * height && !isPixelEdited(pixel)) pixel += 1;
  return pixel === width * height
    ? undefined
    : drawMask({ width, height }, form, (x, y) => isPixelEdited(y * width + x));
}

/** The mask of what an image leaves empty on its canvas. */
export function maskAround({ width, height, image }: Canvas, form: MaskForm): Drawing {
  const [right, bottom] = [image.left + image.width, image.top + image.height];
  return drawMask({ width, height }, form, (x, y) => x < image.left || y < image.top || x >= right || y >= bottom);
}

function drawMask(size: Pick<Drawing, 'width' | 'height'>, form: MaskForm, isEdited: IsEdited): Drawing {
  const channels = form === 'alpha' ? 4 : 1;
  const editedValue = form === 'white' ? 255 : 0;
  const row = new Uint8Array(size.width * channels);
  return {
    ...size,
    channels,
    rowAt(y) {
      for (let x = 0; x < size.width; x += 1) {
        // Of an alpha mask the alpha alone counts, which is a pixel's last byte, as it is of greyscale the only one.
        row[(x + 1) * channels - 1] = isEdited(x, y) ? editedValue : 255 - editedValue;
      }
      return row;
    },
  };
}
