import { type FailureKind, ProviderFailure } from '../../domain/failure.ts';
import type { ImageRequest, JsonObject, JsonValue, Operation, Warning } from '../../domain/generation.ts';
import type { Micros } from '../../domain/money/micros.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import type { StreamedBody } from '../../domain/send-request.ts';
import { sizeText } from '../../planning/size-plan.ts';
import { extraValues } from '../wire/extra-value.ts';
import type { SaidOfFailure } from '../wire/failures/status-failure.ts';
import { type BodyObject, type BodyValue, dataUriOf, jsonBody, placedBy, shownBody } from '../wire/json-body.ts';
import { present } from '../wire/json-fields.ts';
import { imageForm, imagePart } from './image-form.ts';

/** In what the servers of OpenAI's images API differ, beside the models they have. */
export interface ImagesApiProfile {
  /** The path of each operation, below the base URL; one without a path is refused before anything is sent. */
  readonly paths: Readonly<Partial<Record<Operation, string | ((request: ImageRequest) => string)>>>;
  /**
   * The headers that carry the key.
   * @default - `Authorization: Bearer`
   */
  readonly credential?: (apiKey: string) => Readonly<Record<string, string>>;
  /** The `response_format` that every request carries; undefined where the server knows no such field. */
  readonly responseFormat: 'b64_json' | 'base64' | 'url' | undefined;
  /**
   * How input images go along: as parts of a form, by the name of their parts, or in fields of a JSON body, as data URIs or
   * addresses.
   */
  readonly images:
    | { readonly sentAs: 'parts'; readonly field: (images: number) => 'image' | 'image[]' }
    | { readonly sentAs: 'json'; readonly fields: (images: readonly BodyValue[], mask?: BodyValue) => BodyObject };
  /**
   * The server's own fields for size and parameters.
   * @default - `size` as `WxH`, and the parameters under the contract's names
   */
  readonly words?: (request: ImageRequest) => WordedParameters;
  /**
   * True for an item of a successful answer that moderation has withheld.
   * @default - no item is
   */
  readonly isRefused?: (item: unknown) => boolean;
  /**
   * What the server charged, as a successful answer says it.
   * @default - it doesn't say
   */
  readonly costIn?: (answer: unknown) => Micros | undefined;
  /**
   * The kind of a failure whose message is more specific than its status or code.
   * @default - none is
   */
  readonly kindOfMessage?: (message: string) => FailureKind | undefined;
  /**
   * Reads the body of an error that isn't OpenAI's.
   * @default - as OpenAI's, with `kindOfMessage`
   */
  readonly failureSaid?: (status: number, body: string) => SaidOfFailure;
}

/** A request's size and parameters as one server has them. */
export interface WordedParameters {
  readonly fields: Readonly<Record<string, JsonValue | undefined>>;
  /** What this request in particular can't carry. */
  readonly warnings?: readonly Warning[];
}

/** A request as it goes out, and as the caller may see it. */
export interface ImagesApiRequest {
  readonly path: string;
  readonly contentType: string;
  readonly body: Uint8Array | StreamedBody;
  readonly raw: JsonValue;
  readonly warnings: readonly Warning[];
}

/**
 * Builds a request: JSON, or multipart/form-data with input images as parts. With partial images, it requests a stream.
 * Throws ProviderFailure `unsupported`.
 */
export function imagesApiRequest(
  profile: ImagesApiProfile,
  request: ImageRequest,
  inputs: Pick<ProviderCall, 'openImage' | 'addressOf'>,
  partialImages: number,
): ImagesApiRequest {
  const path = profile.paths[request.operation];
  if (path === undefined) {
    throw new ProviderFailure('unsupported', `${request.model} has no native image ${request.operation}.`);
  }
  const { fields, warnings } = fieldsOf(profile, request, partialImages);
  const encoded =
    request.operation === 'generation' || profile.images.sentAs === 'json'
      ? jsonOf(profile, request, fields, inputs)
      : formOf(profile.images.field, request, fields, inputs.openImage);
  return { path: typeof path === 'string' ? path : path(request), ...encoded, warnings };
}

type Encoded = Pick<ImagesApiRequest, 'contentType' | 'body' | 'raw'>;

const contractWords = ({ size, parameters }: ImageRequest): WordedParameters => ({
  fields: { size: size && sizeText(size), ...parameters },
});

/**
 * The fields that JSON bodies and the text parts of forms have in common. Planning has left only what the model takes.
 */
function fieldsOf(
  { responseFormat, images, words = contractWords }: ImagesApiProfile,
  request: ImageRequest,
  partialImages: number,
) {
  const { operation, model, prompt, n, extra } = request;
  const worded = words(request);
  const known = {
    model,
    // The variations route has no such field.
    prompt: operation === 'variation' ? undefined : prompt,
    n,
    ...worded.fields,
    response_format: responseFormat,
    ...(partialImages > 0 ? { stream: true, partial_images: partialImages } : {}),
  };
  // For a server that takes forms, a field may well be text that looks like a number.
  const extras = images.sentAs === 'json' ? extraValues(extra) : extra;
  // An extra field of the caller never replaces one of ours, nor one that the server's format leaves out.
  return { fields: present({ ...extras, ...known }) as JsonObject, warnings: worded.warnings ?? [] };
}

function jsonOf(
  { images }: ImagesApiProfile,
  request: ImageRequest,
  fields: JsonObject,
  inputs: Pick<ProviderCall, 'openImage' | 'addressOf'>,
): Encoded {
  const contentType = 'application/json';
  if (request.images.length === 0 || images.sentAs !== 'json') {
    return { contentType, body: Buffer.from(JSON.stringify(fields)), raw: fields };
  }
  const placed = placedBy(inputs, dataUriOf);
  const whole = { ...fields, ...images.fields(request.images.map(placed), request.mask && placed(request.mask)) };
  return { contentType, body: jsonBody(whole, inputs.openImage), raw: shownBody(whole) };
}

function formOf(
  field: (images: number) => string,
  { images, mask }: ImageRequest,
  fields: JsonObject,
  openImage: ProviderCall['openImage'],
): Encoded {
  const inputs = images.map((image, index) => imagePart(field(images.length), `image-${index + 1}`, image));
  const parts = mask ? [...inputs, imagePart('mask', 'mask', mask)] : inputs;
  const { body, raw } = imageForm(fields, parts, openImage);
  return { contentType: body.contentType, body, raw };
}
