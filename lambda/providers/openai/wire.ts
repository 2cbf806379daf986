import { type FailureKind, ProviderFailure } from '../../domain/failure.ts';
import type { ImageRequest, JsonObject, Usage, Warning } from '../../domain/generation.ts';
import { type InputImage, mediaTypeOf, type StoredImage } from '../../domain/image.ts';
import type { Finished } from '../../domain/provider.ts';
import { countOf, fieldOf, listOf, parseJson, present, textOf } from '../shared/json-fields.ts';
import { sizeText } from '../shared/size-plan.ts';
import type { SaidOfFailure } from '../shared/status-failure.ts';

export const paths = { generation: '/images/generations', edit: '/images/edits' } as const;

/** The fields that a generation's JSON and an edit's text parts have in common. `response_format` is refused by all models. */
export function fieldsOf(request: ImageRequest): JsonObject {
  const { quality, background, output_format, output_compression, moderation, user } = request.parameters;
  const size = request.size && sizeText(request.size);
  const shaping = { size, quality, background, output_format, output_compression, moderation, user };
  return { model: request.model, prompt: request.prompt, n: request.n, ...(present(shaping) as JsonObject) };
}

/** An input image as a part of an edit's body, under a name that tells nothing of the caller's files. */
export interface ImagePart {
  readonly name: 'image[]' | 'mask';
  readonly filename: string;
  readonly contentType: string;
  readonly image: InputImage;
}

export function imagePartsOf({ images, mask }: ImageRequest): readonly ImagePart[] {
  const part = (name: ImagePart['name'], stem: string, image: InputImage): ImagePart => ({
    name,
    filename: `${stem}.${image.type}`,
    contentType: mediaTypeOf(image.type),
    image,
  });
  const inputs = images.map((image, index) => part('image[]', `image-${index + 1}`, image));
  return mask ? [...inputs, part('mask', 'mask', mask)] : inputs;
}

/** An edit's body as a caller may see it. */
export const rawEdit = (fields: JsonObject, parts: readonly ImagePart[]): JsonObject => ({
  ...fields,
  files: parts.map(({ name, filename, image }) => ({ name, filename, bytes: image.bytes, sha256: image.sha256 })),
});

/** The string fields of an answer that hold images. */
export const imageFields = ['b64_json'] as const;

/** The images of an answer's skeleton, in which each has left its number in `saved`. */
function imagesOf(skeleton: unknown, saved: readonly StoredImage[]): Finished['images'] {
  return listOf(skeleton, 'data').flatMap((item) => {
    const image = saved[Number(textOf(item, 'b64_json') ?? Number.NaN)];
    const revisedPrompt = textOf(item, 'revised_prompt');
    return image ? [{ image, ...(revisedPrompt === undefined ? {} : { revisedPrompt }) }] : [];
  });
}

/** What an answer says, in the gateway's words. Throws ProviderFailure `malformed` where it holds no image. */
export function finishedOf(skeleton: unknown, saved: readonly StoredImage[], asked: number): Finished {
  const images = imagesOf(skeleton, saved);
  if (images.length === 0) {
    throw new ProviderFailure('malformed', 'The provider answered without an image.', { statusCode: 200 });
  }
  const missing: Warning = {
    code: 'images_missing',
    param: 'n',
    message: `The provider made ${images.length} of ${asked} images.`,
  };
  const said = {
    usage: usageOf(fieldOf(skeleton, 'usage')),
    background: textOf(skeleton, 'background'),
    outputFormat: textOf(skeleton, 'output_format'),
    quality: textOf(skeleton, 'quality'),
    size: textOf(skeleton, 'size'),
  };
  return { status: 'finished', images, ...present(said), warnings: images.length < asked ? [missing] : [] };
}

function usageOf(usage: unknown): Usage | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined;
  const details = (name: string) => {
    const given = fieldOf(usage, name);
    if (typeof given !== 'object' || given === null) return undefined;
    return present({ image_tokens: countOf(given, 'image_tokens'), text_tokens: countOf(given, 'text_tokens') });
  };
  return present({
    input_tokens: countOf(usage, 'input_tokens'),
    input_tokens_details: details('input_tokens_details'),
    output_tokens: countOf(usage, 'output_tokens'),
    output_tokens_details: details('output_tokens_details'),
    total_tokens: countOf(usage, 'total_tokens'),
  });
}

/** The skeleton as a caller may see it: for each image, how many bytes it was. */
export function rawAnswer(skeleton: unknown, saved: readonly StoredImage[]): JsonObject {
  const answer = typeof skeleton === 'object' && skeleton !== null ? (skeleton as JsonObject) : {};
  const data = listOf(skeleton, 'data').map((item) => {
    const image = saved[Number(textOf(item, 'b64_json') ?? Number.NaN)];
    return image ? { ...(item as JsonObject), b64_json: `<${image.bytes} bytes of image>` } : (item as JsonObject);
  });
  return Array.isArray(fieldOf(skeleton, 'data')) ? { ...answer, data } : answer;
}

/** Codes that say more than the status they come with. */
const kindsByCode: Readonly<Record<string, FailureKind>> = {
  moderation_blocked: 'refused',
  content_policy_violation: 'refused',
  insufficient_quota: 'billing',
  billing_hard_limit_reached: 'billing',
  model_not_found: 'unsupported',
  unknown_parameter: 'unsupported',
  unsupported_parameter: 'unsupported',
  unsupported_value: 'unsupported',
};

/** Moderation's type, where it gives no code. With one, it is also the type of other mistakes in a request. */
const refusalType = 'image_generation_user_error';

/** Reads `{error: {message, type, param, code}}`; a body of another form leaves everything to the status. */
export function failureSaid(status: number, body: string): SaidOfFailure {
  const error = fieldOf(parseJson(body), 'error');
  const code = textOf(error, 'code');
  const byCode = code !== undefined && Object.hasOwn(kindsByCode, code) ? kindsByCode[code] : undefined;
  const byType = code === undefined && textOf(error, 'type') === refusalType ? 'refused' : undefined;
  const param = contractParam(textOf(error, 'param'));
  // An unknown model is a 400 like any other value, but a fallback may well have what this one lacks.
  const byParam = status === 400 && param === 'model' ? 'unsupported' : undefined;
  return present({ message: textOf(error, 'message'), param, kind: byCode ?? byType ?? byParam });
}

const contractParams = new Set(
  'model prompt n size quality background output_format output_compression moderation user image mask'.split(' '),
);

/** The contract's word for the field that OpenAI complains of; undefined where the caller knows no such field. */
function contractParam(param: string | undefined): string | undefined {
  const name = param?.replace(/^images?\b.*$/, 'image').replace(/^mask\b.*$/, 'mask');
  return name !== undefined && contractParams.has(name) ? name : undefined;
}
