import { ProviderFailure } from '../domain/failure.ts';
import type { ImageFacts, InputImage } from '../domain/images/image.ts';

/** What such an image is, and what its sender can do. */
const kinds = {
  animated: { is: 'is animated', advice: 'Send a single frame.' },
  cmyk: { is: 'is in CMYK', advice: 'Convert it to RGB.' },
  rare_jpeg: {
    is: 'is an unsupported kind of JPEG',
    advice: 'Send a baseline or progressive JPEG of 8 bits, or a PNG.',
  },
} as const satisfies Record<NonNullable<ImageFacts['notDrawn']>, { is: string; advice: string }>;

/** Throws ProviderFailure `unsupported` for an image that is to be redrawn and, by its header, can't be. */
export function checkDrawn({ notDrawn }: InputImage, param: 'image' | 'mask'): void {
  if (notDrawn === undefined) return;
  const { is, advice } = kinds[notDrawn];
  const message = `This model needs the image in "${param}" converted, which the gateway can't do: it ${is}. ${advice}`;
  throw new ProviderFailure('unsupported', message, { param });
}
