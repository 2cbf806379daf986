import { ProviderFailure } from '../domain/failure.ts';
import type { ImageFacts, InputImage } from '../domain/images/image.ts';

/** What such an image is, and what its sender can do. */
const kinds = {
  animated: { is: 'is animated', advice: 'Send one of its pictures.' },
  cmyk: { is: 'is in CMYK, the colours of a printer', advice: 'Send it in RGB.' },
  rare_jpeg: {
    is: 'is a jpeg of a rare kind',
    advice: 'Send it as a baseline or a progressive jpeg of 8 bits, or as a png.',
  },
} as const satisfies Record<NonNullable<ImageFacts['notDrawn']>, { is: string; advice: string }>;

/** Throws ProviderFailure `unsupported` for an image that is to be redrawn and, by its header, can't be. */
export function checkDrawn({ notDrawn }: InputImage, param: 'image' | 'mask'): void {
  if (notDrawn === undefined) return;
  const { is, advice } = kinds[notDrawn];
  const message = `For this model the gateway has to redraw the image in "${param}", and can't: it ${is}. ${advice}`;
  throw new ProviderFailure('unsupported', message, { param });
}
