import type { ImageRequest, JsonObject, JsonValue, Warning } from '../../domain/generation.ts';
import { type InputImage, mediaTypeOf } from '../../domain/images/image.ts';
import type { ProviderCall } from '../../domain/provider.ts';
import type { ProviderAnswer } from '../../domain/send-request.ts';
import { shownPart } from '../formats/image-form.ts';
import { stabilityFields } from '../formats/stability-fields.ts';
import { failureOfFinish } from '../formats/stability-finish.ts';
import { messageIn } from '../wire/failures/error-message.ts';
import { limitOfAccount, type SaidOfFailure } from '../wire/failures/status-failure.ts';
import { parseJson, present, textOf } from '../wire/json-fields.ts';
import { type MultipartBody, multipartBody } from '../wire/multipart-body.ts';

/** A request as it goes out, and as the caller may see it. */
export interface StabilityRequest {
  readonly path: string;
  readonly body: MultipartBody;
  readonly raw: JsonValue;
  /** What this request in particular can't carry. */
  readonly warnings: readonly Warning[];
}

/** The service of each model; the Stable Diffusion models share one, which takes the model as a field. */
const services: Readonly<Record<string, string>> = {
  'stable-image-ultra': 'generate/ultra',
  'stable-image-core': 'generate/core',
  inpaint: 'edit/inpaint',
  outpaint: 'edit/outpaint',
  'remove-background': 'edit/remove-background',
};

/**
 * Builds a request: always multipart/form-data, also without a file. Planning has left only what the model takes.
 * https://platform.stability.ai/docs/api-reference
 */
export function stabilityRequest(request: ImageRequest, openImage: ProviderCall['openImage']): StabilityRequest {
  const { model, images, mask } = request;
  const service = Object.hasOwn(services, model) ? services[model] : undefined;
  // Only the service that several models share takes the fields `model` and `mode`.
  const shared = service === undefined ? { model, mode: images.length > 0 ? 'image-to-image' : 'text-to-image' } : {};
  const words = stabilityFields(request);
  const fields = { ...words.fields, ...shared };
  const [image] = images;
  const files = [...(image ? [fileOf('image', image)] : []), ...(mask ? [fileOf('mask', mask)] : [])];
  const texts = Object.entries(fields).map(([name, value]) => [name, String(value)] as const);
  return {
    path: `/v2beta/stable-image/${service ?? 'generate/sd3'}`,
    body: multipartBody(
      texts,
      files.map((file) => ({ ...file, bytes: file.image.bytes, open: () => openImage(file.image) })),
    ),
    raw: { ...fields, files: files.map(shownPart) },
    warnings: words.warnings,
  };
}

const fileOf = (name: string, image: InputImage) => ({
  name,
  filename: `${name}.${image.type}`,
  contentType: mediaTypeOf(image.type),
  image,
});

/** Refuses a success in whose place moderation has put a blurred picture. Throws ProviderFailure. */
export function checkFinish({ headers }: Pick<ProviderAnswer, 'headers'>): void {
  const failure = failureOfFinish(headers['finish-reason']);
  if (failure) throw failure;
}

/** The raw answer to a success, without its image, for the caller. */
export const rawAnswer = ({ headers }: Pick<ProviderAnswer, 'headers'>, bytes: number): JsonObject => ({
  image: `<${bytes} bytes of image>`,
  ...present({ finish_reason: headers['finish-reason'], seed: headers.seed, content_type: headers['content-type'] }),
});

/** A rate-limited client is blocked for a minute, which no header says. */
const shutOutSeconds = 60;

/**
 * Parses `{id, name, errors}`; for a body of another form all but the message follows from the status. According to the
 * reference of each service, failed generations are not charged; for withheld results it is undocumented.
 */
export function failureSaid(status: number, body: string): SaidOfFailure {
  const isRefusal = textOf(parseJson(body), 'name') === 'content_moderation';
  return present({
    message: messageIn(body),
    ...(isRefusal ? { kind: 'refused' as const, billed: 'no' as const } : {}),
    retryAfterSeconds: status === 429 ? shutOutSeconds : undefined,
    ...limitOfAccount(status),
  });
}
