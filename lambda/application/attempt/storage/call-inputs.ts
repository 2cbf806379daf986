// Input images of a request: from S3, or from memory if redrawn.

import { GatewayFailure } from '../../../domain/failure.ts';
import type { ByteStream, InputImage } from '../../../domain/images/image.ts';
import type { ImageStore } from '../../../domain/ports.ts';
import { watched } from './attempt-objects.ts';
import { notSent } from './store-failure.ts';

/** The inputs of one provider request, and our own store's failure to return them. */
export interface CallInputs {
  /** Opens an input. It and its stream throw GatewayFailure `not_sent` if the bucket fails. */
  openImage(image: InputImage): Promise<ByteStream>;
  /** The failure of an input that could not be read to its end; undefined if there was none. */
  failure(): GatewayFailure | undefined;
}

/** `redrawn`: the inputs redrawn for this request, by key; all others are in the bucket. */
export function createCallInputs(images: ImageStore, redrawn: ReadonlyMap<string, Uint8Array>): CallInputs {
  let failure: GatewayFailure | undefined;
  const note = (error: unknown): void => {
    if (error instanceof GatewayFailure) failure = error;
  };
  return {
    async openImage(image) {
      try {
        return watched(await openInput(images, redrawn, image), note);
      } catch (error) {
        note(error);
        throw error;
      }
    },
    failure: () => failure,
  };
}

/**
 * Opens an input image: from memory if redrawn, else from the bucket. It and its stream throw GatewayFailure `not_sent` if the
 * bucket fails.
 */
export function openInput(
  images: Pick<ImageStore, 'open'>,
  redrawn: ReadonlyMap<string, Uint8Array>,
  image: InputImage,
): Promise<ByteStream> {
  const bytes = redrawn.get(image.key);
  return bytes === undefined ? openStored(images, image.key) : Promise.resolve(inPieces(bytes));
}

/** Opens an object of the bucket. It and its stream throw GatewayFailure `not_sent` if the bucket fails. */
export async function openStored(images: Pick<ImageStore, 'open'>, key: string): Promise<ByteStream> {
  try {
    return readFrom(await images.open(key));
  } catch (error) {
    throw notSent(error);
  }
}

async function* readFrom(stored: ByteStream): ByteStream {
  try {
    yield* stored;
  } catch (error) {
    throw notSent(error);
  }
}

const pieceBytes = 64 * 1024;

/** In chunks, as from the bucket, so that encoding needs no second copy of the whole. */
async function* inPieces(bytes: Uint8Array): ByteStream {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
