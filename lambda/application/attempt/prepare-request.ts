import type { ImageRequest } from '../../domain/generation.ts';
import type { ByteStream, InputImage } from '../../domain/images/image.ts';
import type { ConvertImages, ImageStore, PlanRequest } from '../../domain/ports.ts';
import { notSent } from './store-failure.ts';

interface PrepareDependencies {
  readonly images: Pick<ImageStore, 'open'>;
  readonly convert: ConvertImages;
}

/** A request as the adapter gets it, and the bytes of those of its images that are in no bucket, by key. */
export interface PreparedRequest {
  readonly request: ImageRequest;
  readonly redrawn: ReadonlyMap<string, Uint8Array>;
}

/**
 * Redraws the inputs of a planned request where the model wants them otherwise than they came. What is redrawn stays in
 * memory for as long as the request is made: nobody else needs it, and nothing has to be removed after it. Throws
 * ProviderFailure for an image that can't be, and GatewayFailure `not_sent` for one that can't be read.
 */
export async function prepareRequest(
  { images, convert }: PrepareDependencies,
  { request, conversion }: ReturnType<PlanRequest>,
  lost: AbortSignal,
): Promise<PreparedRequest> {
  const [image, ...others] = request.images;
  if (!conversion || !image) return { request, redrawn: new Map() };
  const inputs = { image, ...(request.mask === undefined ? {} : { mask: request.mask }) };
  const made = await convert(conversion, inputs, (each) => openStored(images, each.key), lost);
  const mask = made.mask?.image ?? request.mask;
  const redrawn = Object.values(made).map((each) => [each.image.key, each.bytes] as const);
  return {
    request: { ...request, images: [made.image?.image ?? image, ...others], ...(mask === undefined ? {} : { mask }) },
    redrawn: new Map(redrawn),
  };
}

/**
 * Opens an input image: from memory where it was redrawn, else from the bucket. It and its stream throw GatewayFailure
 * `not_sent` where the bucket fails.
 */
export function openInput(
  images: Pick<ImageStore, 'open'>,
  redrawn: ReadonlyMap<string, Uint8Array>,
  image: InputImage,
): Promise<ByteStream> {
  const bytes = redrawn.get(image.key);
  return bytes === undefined ? openStored(images, image.key) : Promise.resolve(inPieces(bytes));
}

async function openStored(images: Pick<ImageStore, 'open'>, key: string): Promise<ByteStream> {
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

/** In pieces such as a bucket gives, so that whoever encodes them needs no second copy of the whole. */
async function* inPieces(bytes: Uint8Array): ByteStream {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}
