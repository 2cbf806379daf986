// Image conversion (mask format, EXIF orientation, canvas) before a provider request.

import { ProviderFailure } from '../../domain/failure.ts';
import type { ImageRequest } from '../../domain/generation.ts';
import { brokenInputLimit } from '../../domain/images/input-limits.ts';
import type { ConvertImages, ImageStore, PlanRequest } from '../../domain/ports.ts';
import { openStored } from './storage/call-inputs.ts';

interface PrepareDependencies {
  readonly images: Pick<ImageStore, 'open'>;
  readonly convert: ConvertImages;
}

/** A request as the adapter gets it, and the bytes of its redrawn images, which aren't in the bucket, by key. */
export interface PreparedRequest {
  readonly request: ImageRequest;
  readonly redrawn: ReadonlyMap<string, Uint8Array>;
}

/**
 * Redraws the inputs of a planned request if the model needs another form. Redrawn images stay in memory while the request is
 * made: no other component needs them, and nothing has to be cleaned up. Throws ProviderFailure for an image that can't be
 * redrawn or that the model can't take as redrawn, and GatewayFailure `not_sent` for one that can't be read.
 */
export async function prepareRequest(
  { images, convert }: PrepareDependencies,
  { request, conversion, inputLimits }: ReturnType<PlanRequest>,
  lost: AbortSignal,
): Promise<PreparedRequest> {
  const [image, ...others] = request.images;
  if (!conversion || !image) return { request, redrawn: new Map() };
  const inputs = { image, ...(request.mask === undefined ? {} : { mask: request.mask }) };
  const made = await convert(conversion, inputs, (each) => openStored(images, each.key), lost);
  const mask = made.mask?.image ?? request.mask;
  const redrawn = new Map(Object.values(made).map((each) => [each.image.key, each.bytes] as const));
  const sent: ImageRequest = {
    ...request,
    images: [made.image?.image ?? image, ...others],
    ...(mask === undefined ? {} : { mask }),
  };
  const broken = inputLimits && brokenInputLimit(inputLimits, sent, () => false);
  if (!broken) return { request: sent, redrawn };
  throw new ProviderFailure('unsupported', `Redrawn for it, the inputs are too large: ${broken.message}`, {
    param: broken.param,
  });
}
