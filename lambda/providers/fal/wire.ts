import { ProviderFailure } from '../../domain/failure.ts';
import type { ImageRequest, JsonValue } from '../../domain/generation.ts';
import type { Finished } from '../../domain/provider.ts';
import { extraValues } from '../wire/extra-value.ts';
import { wordsOf } from '../wire/failures/error-message.ts';
import { type BodyObject, dataUriOf, type Placed } from '../wire/json-body.ts';
import { fieldOf, present, textOf } from '../wire/json-fields.ts';
import { missingImages } from '../wire/pictures/answer-images.ts';
import { addressIn, entriesIn, shownPictures } from '../wire/pictures/picture-places.ts';
import { endpointOf } from './endpoints.ts';
import type { QueueError } from './failure.ts';

// fal's models behind its queue. Sources: fal.ai/docs (model APIs: queue; errors; media expiration) and fal-ai/fal-js
// `libs/client/src/queue.ts`; the models' schemas are named in `models.ts`.

/** Fields whose values are text, though they may look like numbers: fal's schemas have them as enums. */
const textExtras = ['safety_tolerance', 'acceleration'];

/** A request's path below the queue's address, and its body. Throws ProviderFailure `unsupported`. */
export function falRequest(
  request: ImageRequest,
  placed: Placed = dataUriOf,
): { readonly path: string; readonly body: BodyObject } {
  const { model, operation, editType, prompt, n, size, parameters, extra, images, mask } = request;
  const endpoint = endpointOf(model, editType ?? operation);
  if (!endpoint)
    throw new ProviderFailure('unsupported', `${model} does not serve ${editType ?? `an image ${operation}`}.`);
  const uris = images.map(placed);
  const body: BodyObject = {
    // A field of the caller's own never takes the place of one of ours.
    ...extraValues(extra, textExtras),
    prompt: endpoint.prompts ? prompt : undefined,
    image_size: size === undefined ? undefined : { width: size.width, height: size.height },
    ...parameters,
    num_images: endpoint.counts ? n : undefined,
    ...(endpoint.images === 'image_url' ? { image_url: uris[0] } : {}),
    ...(endpoint.images === 'image_urls' ? { image_urls: uris } : {}),
    ...(endpoint.mask && mask ? { [endpoint.mask]: placed(mask) } : {}),
    ...(endpoint.extends ? canvasOf(request) : {}),
  };
  return { path: `/${model}${endpoint.path}`, body };
}

/** Bria's fields for extending an image: the size of the canvas, and the image's size and position on it. */
function canvasOf({ images: [image], margins }: ImageRequest): BodyObject {
  if (!image || !margins) return {};
  const { left, top, right, bottom } = margins;
  return {
    canvas_size: [left + image.width + right, top + image.height + bottom],
    original_image_size: [image.width, image.height],
    original_image_location: [left, top],
  };
}

/** The status of a queued request: working, or completed, which may be with an error. */
export type QueueState = { readonly status: 'working' } | { readonly status: 'completed'; readonly error?: QueueError };

/** A state that isn't documented is taken for work. */
export function queueStateIn(answer: JsonValue | undefined): QueueState | undefined {
  const status = textOf(answer, 'status');
  if (status === undefined) return undefined;
  if (status !== 'COMPLETED') return { status: 'working' };
  const message = wordsOf(fieldOf(answer, 'error'));
  const type = textOf(answer, 'error_type');
  const isError = message !== undefined || type !== undefined;
  return { status: 'completed', ...(isError ? { error: present({ message, type }) } : {}) };
}

/** The images of a result. Throws ProviderFailure `malformed` where there is none, `refused` where all are withheld. */
export function resultIn(answer: JsonValue | undefined, asked: number): Finished {
  const made = entriesIn(answer).flatMap((item, index) => {
    const url = addressIn(item);
    return url === undefined ? [] : [{ url, index }];
  });
  const urls = made.filter(({ index }) => !isWithheld(answer, index)).map(({ url }) => url);
  if (made.length === 0) throw failure('malformed', 'The provider answered without an image.');
  if (urls.length === 0) throw failure('refused', "The provider's safety checker withheld every image that was made.");
  return { status: 'finished', images: urls.map((url) => ({ url })), warnings: missingImages(urls.length, asked) };
}

/**
 * An image that the safety checker objects to comes as a black one. Most models say so in the first field, in a list
 * beside that of the images; some in the second (vercel/ai packages/fal), and those that make a single image without a
 * list.
 */
const isWithheld = (answer: JsonValue | undefined, index: number): boolean =>
  ['has_nsfw_concepts', 'nsfw_content_detected'].some((name) => {
    const said = fieldOf(answer, name);
    return Array.isArray(said) ? said[index] === true : said === true;
  });

const failure = (kind: 'malformed' | 'refused', message: string): ProviderFailure =>
  new ProviderFailure(kind, message, { statusCode: 200, ...(kind === 'refused' ? { billed: 'yes' } : {}) });

/** An answer as a caller may see it: addresses of results without what may be a signature. */
export const shownAnswer = (answer: JsonValue): JsonValue => shownPictures(answer, []);
