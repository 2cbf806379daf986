import { ProviderFailure } from '../../domain/failure.ts';
import type { ImageRequest, JsonObject, JsonValue, Warning } from '../../domain/generation.ts';
import { mediaTypeOf } from '../../domain/image.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import { fieldOf, listOf, parseJson, present, textOf } from '../shared/json-fields.ts';
import { type MultipartBody, multipartBody } from '../shared/multipart-body.ts';
import type { ProviderAnswer } from '../shared/send-request.ts';
import type { SaidOfFailure } from '../shared/status-failure.ts';

/** A request as it goes out, and as the caller may see it. */
export interface StabilityRequest {
  readonly path: string;
  readonly body: MultipartBody;
  readonly raw: JsonValue;
  /** What this request in particular can't carry. */
  readonly warnings: readonly Warning[];
}

/** The service of each model; the models of Stable Diffusion share one, which is told their names. */
const services: Readonly<Record<string, string>> = {
  'stable-image-ultra': 'generate/ultra',
  'stable-image-core': 'generate/core',
  'remove-background': 'edit/remove-background',
};

/** What is taken for `strength` where the caller says nothing: the words count for more than the image. */
const defaultStrength = 0.7;

/**
 * Words a request: always a form, also without a file. Planning has left only what the model takes.
 * https://platform.stability.ai/docs/api-reference
 */
export function stabilityRequest(request: ImageRequest, openImage: ProviderCall['openImage']): StabilityRequest {
  const service = Object.hasOwn(services, request.model) ? services[request.model] : undefined;
  const [image] = request.images;
  const fields = request.editType === 'background_removal' ? formatOf(request) : fieldsOf(request, service);
  const files = image
    ? [{ name: 'image', filename: `image.${image.type}`, contentType: mediaTypeOf(image.type), image }]
    : [];
  const texts = Object.entries(fields).map(([name, value]) => [name, String(value)] as const);
  return {
    path: `/v2beta/stable-image/${service ?? 'generate/sd3'}`,
    body: multipartBody(
      texts,
      files.map((file) => ({ ...file, bytes: file.image.bytes, open: () => openImage(file.image) })),
    ),
    raw: {
      ...fields,
      files: files.map(({ name, filename, image: { bytes, sha256 } }) => ({ name, filename, bytes, sha256 })),
    },
    warnings: image || request.extra.strength === undefined ? [] : [idleStrength],
  };
}

const formatOf = ({ parameters }: ImageRequest): JsonObject => present({ output_format: parameters.output_format });

function fieldsOf(request: ImageRequest, service: string | undefined): JsonObject {
  const { model, prompt, parameters, extra, images } = request;
  const { style, ...sent } = parameters;
  const { strength = defaultStrength, ...rest } = extra;
  const isEdit = images.length > 0;
  // Only the service that several models share asks for the model, and for the mode.
  const shared = service === undefined ? { model, mode: isEdit ? 'image-to-image' : 'text-to-image' } : {};
  return {
    ...rest,
    ...present({ ...sent, style_preset: style, prompt, strength: isEdit ? strength : undefined }),
    ...shared,
  } as JsonObject;
}

const idleStrength: Warning = {
  code: 'param_dropped',
  param: 'strength',
  message: '`strength` was left out: it says how far an edit goes from its image.',
};

/** Refuses a success in whose place moderation has put a blurred picture. Throws ProviderFailure `refused`. */
export function checkFinish({ headers }: Pick<ProviderAnswer, 'headers'>): void {
  if (headers['finish-reason']?.toUpperCase() !== 'CONTENT_FILTERED') return;
  throw new ProviderFailure('refused', "The provider's moderation withheld the image.", { statusCode: 200 });
}

/** What a success says beside its image, for the caller. */
export const rawAnswer = ({ headers }: Pick<ProviderAnswer, 'headers'>, bytes: number): JsonObject => ({
  image: `<${bytes} bytes of image>`,
  ...present({ finish_reason: headers['finish-reason'], seed: headers.seed, content_type: headers['content-type'] }),
});

/** Who goes too fast is shut out for a minute, which no header says. */
const shutOutSeconds = 60;

/** Reads `{id, name, errors}`; a body of another form leaves everything to the status. */
export function failureSaid(status: number, body: string): SaidOfFailure {
  const parsed = parseJson(body);
  const errors = listOf(parsed, 'errors').filter((each) => typeof each === 'string');
  const name = textOf(parsed, 'name');
  const message = errors.length > 0 ? errors.join(' ') : (textOf(fieldOf(parsed, 'error'), 'message') ?? name);
  return present({
    message,
    kind: name === 'content_moderation' ? ('refused' as const) : undefined,
    retryAfterSeconds: status === 429 ? shutOutSeconds : undefined,
  });
}
