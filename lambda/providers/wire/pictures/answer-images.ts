import { isDataAddress } from '../../../domain/bytes/base64-decoder.ts';
import type { Warning } from '../../../domain/generation.ts';

// What is said of the images in an answer, whoever gave it.

/** Fewer images than were asked for came of one request. */
export const missingImages = (made: number, asked: number): readonly Warning[] =>
  made < asked
    ? [{ code: 'images_missing', param: 'n', message: `The provider made ${made} of ${asked} images.` }]
    : [];

/** The address of a result as a caller may see it: without what may be a signature, or the image itself. */
export const withoutSignature = (url: string): string =>
  isDataAddress(url) ? url.replace(/,.*$/s, ',…') : url.replace(/[?#].*$/s, '?…');
