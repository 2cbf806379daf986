import { type Canvas, type Conversion, mostConvertedPixels } from '../../domain/conversion.ts';
import { ProviderFailure } from '../../domain/failure.ts';
import { type InputImage, maxImageSide, shownSize } from '../../domain/image.ts';
import type { ModelRow } from './model-row.ts';
import { type Size, sizeText } from './size-plan.ts';

/** What of a request places its edit by pixels: a mask, or how far the image is extended. */
export interface PlacedEdit {
  readonly images: readonly InputImage[];
  readonly mask: InputImage | undefined;
  readonly canvas: Canvas | undefined;
  /** True where the provider extends the image. */
  readonly hasMargins: boolean;
}

/**
 * What is to be done to the pixels of a request; undefined where they go out as they came. Throws ProviderFailure
 * `unsupported` for an image or a canvas that has too many pixels to be converted, in all or along a side.
 */
export function planConversion(
  row: ModelRow,
  { images, mask, canvas, hasMargins }: PlacedEdit,
): Conversion | undefined {
  const [image] = images;
  const isPlaced = mask !== undefined || canvas !== undefined || hasMargins;
  if (!image || !isPlaced) return undefined;
  const view = viewOf(image, mask);
  const form = row.mask === 'none' ? undefined : row.mask;
  // Models that take transparency take it as png alone.
  const isMaskMade = canvas !== undefined || (mask !== undefined && (form !== 'alpha' || mask.type !== 'png'));
  const conversion: Conversion = {
    ...(form !== undefined && isMaskMade ? { maskForm: form } : {}),
    ...(canvas === undefined ? {} : { canvas }),
    ...(view === undefined ? {} : { view }),
  };
  if (Object.keys(conversion).length === 0) return undefined;
  checkSize(image, 'image');
  if (canvas) checkSize(canvas, 'size');
  return conversion;
}

/**
 * An image with an orientation is shown otherwise than it is stored, and nothing says which of the two a provider goes by.
 * The mask tells which of them the caller means; where it fits both, or there is none, it is what viewers show.
 */
function viewOf(image: InputImage, mask: InputImage | undefined): Conversion['view'] {
  if (image.orientation === undefined) return undefined;
  const shown = shownSize(image);
  return mask && (mask.width !== shown.width || mask.height !== shown.height) ? 'stored' : 'upright';
}

function checkSize(size: Size, param: 'image' | 'size'): void {
  const isSideTooLong = Math.max(size.width, size.height) > maxImageSide;
  if (!isSideTooLong && size.width * size.height <= mostConvertedPixels) return;
  const bound = isSideTooLong
    ? `${maxImageSide.toLocaleString('en')} pixels a side`
    : `${mostConvertedPixels.toLocaleString('en')} pixels`;
  throw new ProviderFailure(
    'unsupported',
    `For this model the gateway has to redraw ${param === 'image' ? 'the image or its mask' : 'the picture'}, and does so up to ${bound}, not ${sizeText(size)}.`,
    { param },
  );
}
