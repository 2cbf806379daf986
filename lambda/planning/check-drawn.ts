import { ProviderFailure } from '../domain/failure.ts';
import { maxConvertedPixels } from '../domain/images/conversion.ts';
import { type ImageFacts, type InputImage, maxImageSide } from '../domain/images/image.ts';
import { type Size, sizeText } from './size-plan.ts';

/** What such an image is, and what its sender can do. */
interface Flaw {
  readonly is: string;
  readonly advice: string;
}

const kinds = {
  animated: { is: 'is animated', advice: 'Send a single frame.' },
  cmyk: { is: 'is in CMYK', advice: 'Convert it to RGB.' },
  rare_jpeg: {
    is: 'is an unsupported kind of JPEG',
    advice: 'Send a baseline or progressive JPEG of 8 bits, or a PNG.',
  },
} as const satisfies Record<NonNullable<ImageFacts['notDrawn']>, Flaw>;

/** How a picture with too many pixels can be made to do, by the field that it is in. */
const smaller = { image: 'Scale it down', mask: 'Scale the image and its mask down' } as const;

/**
 * Throws ProviderFailure `unsupported` for an image that is to be redrawn and, by its header, can't be: for its kind, or
 * for its size. `instead` is what its sender can do besides making it smaller.
 */
export function checkDrawn(input: InputImage, param: 'image' | 'mask', instead?: string): void {
  const max = brokenBound(input);
  const flaw: Flaw | undefined =
    max === undefined
      ? input.notDrawn && kinds[input.notDrawn]
      : {
          is: `has ${sizeText(input)} pixels, and the maximum is ${max}`,
          advice: instead === undefined ? `${smaller[param]}.` : `${smaller[param]}, or ${instead}.`,
        };
  if (flaw === undefined) return;
  const message = `This model needs the image in "${param}" converted, which the gateway can't do: it ${flaw.is}. ${flaw.advice}`;
  throw new ProviderFailure('unsupported', message, { param });
}

/** Throws ProviderFailure `unsupported` for a canvas that has too many pixels to be drawn, in all or along a side. */
export function checkCanvas(canvas: Size): void {
  const max = brokenBound(canvas);
  if (max === undefined) return;
  const message = `This model needs the image on a canvas of ${sizeText(canvas)} pixels, which the gateway can't draw: the maximum is ${max}. Extend it by less, or scale the image down.`;
  throw new ProviderFailure('unsupported', message, { param: 'size' });
}

/** The maximum that a picture is past; undefined for one that can be redrawn. */
function brokenBound({ width, height }: Size): string | undefined {
  if (Math.max(width, height) > maxImageSide) return `${maxImageSide.toLocaleString('en')} a side`;
  return width * height > maxConvertedPixels ? maxConvertedPixels.toLocaleString('en') : undefined;
}
