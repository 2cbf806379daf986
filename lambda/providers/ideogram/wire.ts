import { ProviderFailure } from '../../domain/failure.ts';
import type { ImageRequest, JsonObject, JsonValue, Warning } from '../../domain/generation.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import { nearestRatio, sizeText } from '../../planning/size-plan.ts';
import { imageForm, imagePart } from '../formats/image-form.ts';
import { messageIn, wordsOf } from '../wire/failures/error-message.ts';
import { limitOfAccount, type SaidOfFailure } from '../wire/failures/status-failure.ts';
import { idleFields } from '../wire/idle-fields.ts';
import { fieldOf, listOf, parseJson, present, textOf } from '../wire/json-fields.ts';
import type { MultipartBody } from '../wire/multipart-body.ts';
import { type IdeogramService, serviceOf } from './services.ts';

/** A request as it goes out, and as the caller may see it. */
export interface IdeogramRequest {
  readonly path: string;
  readonly body: MultipartBody;
  readonly raw: JsonValue;
  /** What this request in particular can't carry. */
  readonly warnings: readonly Warning[];
}

/** Builds a request: always multipart/form-data, also without a file. Planning has left only what the model takes. */
export function ideogramRequest(request: ImageRequest, openImage: ProviderCall['openImage']): IdeogramRequest {
  const service = serviceOf(request);
  if (!service)
    throw new ProviderFailure('unsupported', `${request.model} does not serve an image ${request.operation}.`);
  const { images, mask } = request;
  const inputs = images.map((image, index) => imagePart(service.images ?? 'image', `image-${index + 1}`, image));
  const parts = mask ? [...inputs, imagePart('mask', 'mask', mask)] : inputs;
  const size = sized(request, service);
  const given = { ...worded(request, service), ...size.fields };
  const taken = Object.entries(given).filter(([name]) => service.fields.includes(name));
  const { body, raw } = imageForm(present(Object.fromEntries(taken)) as JsonObject, parts, openImage);
  return {
    path: service.path,
    body,
    raw,
    warnings: [...idle(request, service), ...(size.warning ? [size.warning] : [])],
  };
}

/** The prompt of a variation, which has none in the contract but needs one here. */
const variationPrompt = 'A new variation of this image.';

function worded({ operation, prompt, n, parameters, extra }: ImageRequest, { prompt: field }: IdeogramService) {
  const { quality, style, background, ...others } = parameters;
  return {
    ...extra,
    [field ?? 'prompt']: operation === 'variation' ? variationPrompt : prompt,
    ...others,
    num_images: n,
    rendering_speed: quality,
    style_type: style ?? extra.style_type,
    transparent_background: background === 'transparent' ? true : undefined,
  };
}

/** The supported aspect ratios, by name. */
const ratios = [
  ...['1x3', '3x1', '1x2', '2x1', '9x16', '16x9', '10x16', '16x10', '2x3', '3x2', '3x4', '4x3', '4x5', '5x4', '1x1'],
];

/**
 * A size in pixels, or as an aspect ratio where the service takes no other. A result made from an image keeps its
 * shape.
 */
function sized({ size, images: [image], operation }: ImageRequest, { fields, sizes }: IdeogramService): Sized {
  if (size && fields.includes('resolution')) return { fields: { resolution: sizeText(size) } };
  const like = size ?? (operation === 'generation' ? undefined : image);
  if (!like) return { fields: {} };
  const shape = like.width / like.height;
  if (!fields.includes('aspect_ratio')) return { fields: { resolution: sizes && nearestRatio(sizes, shape) } };
  const aspect_ratio = nearestRatio(ratios, shape);
  const message = `The size of a transparent picture can't be given in pixels: ${size && sizeText(size)} was mapped to ${aspect_ratio}.`;
  return { fields: { aspect_ratio }, ...(size ? { warning: { code: 'size_adjusted', param: 'size', message } } : {}) };
}

interface Sized {
  readonly fields: Readonly<Record<string, string | undefined>>;
  readonly warning?: Warning;
}

/** The fields for parameters that have another name here. */
const words: Readonly<Record<string, string>> = {
  quality: 'rendering_speed',
  style: 'style_type',
  background: 'transparent_background',
};

/**
 * Parameters that the model takes, but not the service of this request. Only a transparent background must be
 * requested.
 */
function idle({ parameters, extra, model, editType, operation }: ImageRequest, service: IdeogramService) {
  const isHeeded = ([name, value]: readonly [string, unknown]) =>
    service.fields.includes(words[name] ?? name) ||
    (name === 'background' && (value !== 'transparent' || service.isTransparent === true));
  const left = Object.entries({ ...extra, ...parameters }).filter((entry) => !isHeeded(entry));
  return idleFields(Object.fromEntries(left), `${model} does not take it in ${editType ?? `an image ${operation}`}`);
}

/** An answer whose items have the revised prompt under the name that is read for all providers. */
export function withRevisedPrompts(answer: unknown, { prompt, operation }: ImageRequest): unknown {
  const data = listOf(answer, 'data').map((item) => {
    const revised = textOf(item, 'prompt');
    const isRevised = operation === 'generation' && revised !== undefined && revised !== prompt;
    return isRevised ? { ...(item as JsonObject), revised_prompt: revised } : item;
  });
  return Array.isArray(fieldOf(answer, 'data')) ? { ...(answer as JsonObject), data } : answer;
}

/** An image that moderation withholds comes as an item without an address. */
export const isUnsafe = (item: unknown): boolean => fieldOf(item, 'is_image_safe') === false;

/**
 * Reads the body of an error. A 422 with `error` is a safety check that failed: no other 422 is documented. The other
 * errors have bodies of any form, plain text among them.
 */
export function failureSaid(status: number, body: string): SaidOfFailure {
  const isSafety = status === 422 && wordsOf(fieldOf(parseJson(body), 'error')) !== undefined;
  return present({
    message: messageIn(body),
    kind: isSafety ? ('refused' as const) : undefined,
    ...limitOfAccount(status),
  });
}
