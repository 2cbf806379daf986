import type { Canvas, Conversion, MaskForm } from '../domain/images/conversion.ts';
import { type InputImage, shownSize } from '../domain/images/image.ts';
import { checkCanvas, checkDrawn } from './check-drawn.ts';
import type { ModelSpec } from './model-spec.ts';

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
 * `unsupported` for an image, a mask or a canvas that is to be redrawn and has too many pixels for it, in all or along a side,
 * and for an image or a mask that is of a kind that can't be.
 */
export function planConversion(
  row: ModelSpec,
  { images, mask, canvas, hasMargins }: PlacedEdit,
): Conversion | undefined {
  const [image] = images;
  const isPlaced = mask !== undefined || canvas !== undefined || hasMargins;
  if (!image || !isPlaced) return undefined;
  const view = viewOf(image, mask);
  const form = row.mask === 'none' ? undefined : row.mask;
  const isMaskMade = canvas !== undefined || (mask !== undefined && !isSentAsItCame(mask, form));
  const conversion: Conversion = {
    ...(form !== undefined && isMaskMade ? { maskForm: form } : {}),
    ...(canvas === undefined ? {} : { canvas }),
    ...(view === undefined ? {} : { view }),
  };
  if (Object.keys(conversion).length === 0) return undefined;
  // Turned alone, the image could have been sent as it is.
  if (conversion.canvas ?? conversion.view) checkDrawn(image, 'image', canvas ? undefined : 'store it upright');
  if (conversion.maskForm && mask)
    checkDrawn(mask, 'mask', form === 'alpha' ? 'send a PNG that is stored upright' : undefined);
  // Of an image that is yet to be fetched, the canvas isn't known either.
  if (canvas && !image.isAssumed) checkCanvas(canvas);
  return conversion;
}

/**
 * Models that take transparency take it as png alone, and it is undocumented whether they apply a mask's EXIF
 * orientation.
 */
const isSentAsItCame = (mask: InputImage, form: MaskForm | undefined): boolean =>
  form === 'alpha' && mask.type === 'png' && mask.orientation === undefined;

/**
 * An image with an EXIF orientation is displayed otherwise than it is stored, and it is undocumented which of the two a
 * provider uses. The mask's dimensions show which of them the caller means; where they fit both, or there is no mask,
 * it is the displayed one.
 */
function viewOf(image: InputImage, mask: InputImage | undefined): Conversion['view'] {
  if (image.orientation === undefined) return undefined;
  if (!mask) return 'upright';
  const [shown, shownMask] = [shownSize(image), shownSize(mask)];
  return shownMask.width === shown.width && shownMask.height === shown.height ? 'upright' : 'stored';
}
