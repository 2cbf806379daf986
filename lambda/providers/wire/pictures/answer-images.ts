import { isDataAddress } from '../../../domain/bytes/base64-decoder.ts';
import type { Warning } from '../../../domain/generation.ts';

// Warnings about the images of an answer, for all providers.

/** The warning that a request returned fewer images than requested; none where it didn't. */
export const missingImages = (made: number, asked: number): readonly Warning[] =>
  made < asked
    ? [{ code: 'images_missing', param: 'n', message: `The provider made ${made} of ${asked} images.` }]
    : [];

/** The address of a result as a caller may see it: without what may be a signature, or the image itself. */
export const withoutSignature = (url: string): string =>
  isDataAddress(url) ? url.replace(/,.*$/s, ',…') : url.replace(/[?#].*$/s, '?…');
