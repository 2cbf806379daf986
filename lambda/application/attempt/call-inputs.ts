import { GatewayFailure } from '../../domain/failure.ts';
import type { ByteStream, InputImage } from '../../domain/images/image.ts';
import type { ImageStore } from '../../domain/ports.ts';
import { watched } from './attempt-objects.ts';
import { openInput } from './prepare-request.ts';

/** The inputs of one provider request, and what our own store failed them with. */
export interface CallInputs {
  /** Opens an input. It and its stream throw GatewayFailure `not_sent` where the bucket fails. */
  openImage(image: InputImage): Promise<ByteStream>;
  /** The failure of an input that could not be read to its end; undefined while all could. */
  failure(): GatewayFailure | undefined;
}

/** `redrawn` holds the inputs that were redrawn for this request, by key; all others are in the bucket. */
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
