import type { ImageRequest } from '../generation.ts';
import type { InputImage } from './image.ts';

/** A bound on a whole request to a provider, images included. */
export interface RequestLimit {
  /** Bytes of its body as sent, at most. */
  readonly maxBytes: number;
  /** How images are in the body: in base64, which takes four bytes for three, or as they are. */
  readonly sends: 'base64' | 'bytes';
  /**
   * False where the provider documents no bound, and the gateway sets one of its own.
   * @default true
   */
  readonly isDocumented?: false;
}

/** Field names, fixed texts and the brackets of a body; for each image its head: a part's headers, or a `data:` prefix. */
const envelopeBytes = 4_096;
const imageHeadBytes = 256;

/**
 * The bytes of a request's body with these images in it: at least as many as the adapter sends, and at most those of the
 * envelope more. `test/contract/providers/request-bytes.test.ts` holds it for every model.
 */
export function requestBytes(
  sends: RequestLimit['sends'],
  { prompt, parameters, extra }: Pick<ImageRequest, 'prompt' | 'parameters' | 'extra'>,
  images: readonly InputImage[],
): number {
  // JSON escapes texts, forms don't: what it makes of them is never shorter.
  const texts = new TextEncoder().encode(JSON.stringify([prompt, parameters, extra])).length;
  return images.reduce((sum, { bytes }) => sum + imageHeadBytes + sentBytes(sends, bytes), envelopeBytes + texts);
}

const sentBytes = (sends: RequestLimit['sends'], bytes: number): number =>
  sends === 'base64' ? 4 * Math.ceil(bytes / 3) : bytes;
