import { bedrockIdOf } from '../../contract/bedrock-models.ts';
import { type FailureKind, ProviderFailure } from '../../domain/failure.ts';
import type { ImageRequest, JsonObject, JsonValue, Warning } from '../../domain/generation.ts';
import type { StoredImage } from '../../domain/images/image.ts';
import type { Finished, ProviderCall } from '../../domain/provider.ts';
import type { ProviderAnswer, StreamedBody } from '../../domain/send-request.ts';
import { kindOfRefusal } from '../formats/images-api-failure.ts';
import { stabilityFields } from '../formats/stability-fields.ts';
import { failureOfFinish } from '../formats/stability-finish.ts';
import { extraValues } from '../wire/extra-value.ts';
import type { SaidOfFailure } from '../wire/failures/status-failure.ts';
import { type BodyObject, base64Of, jsonBody, shownBody } from '../wire/json-body.ts';
import { countOf, listOf, parseJson, present, textOf } from '../wire/json-fields.ts';
import type { Split } from '../wire/pictures/split-json.ts';

/** A request as it goes out, and as the caller may see it. */
export interface BedrockRequest {
  readonly path: string;
  readonly body: StreamedBody;
  readonly raw: JsonValue;
  readonly warnings: readonly Warning[];
}

/** The one model that serves both text-to-image and image-to-image, with its values of the `mode` field. */
const modesOf: Readonly<Record<string, readonly [fromWords: string, fromImage: string]>> = {
  'stability.sd3-5-large-v1:0': ['text-to-image', 'image-to-image'],
};

/**
 * Builds a request for InvokeModel: one flat object with its images in base64.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-stability-diffusion.html
 */
export function bedrockRequest(request: ImageRequest, openImage: ProviderCall['openImage']): BedrockRequest {
  const { model, images, mask } = request;
  const [image] = images;
  const { fields, warnings } = stabilityFields({ ...request, extra: extraValues(request.extra, ['style_preset']) });
  const value: BodyObject = {
    ...fields,
    mode: modesOf[model]?.[image ? 1 : 0],
    image: image && base64Of(image),
    mask: mask && base64Of(mask),
  };
  const body = jsonBody(value, openImage);
  return { path: `/model/${encodeURIComponent(bedrockIdOf(model))}/invoke`, body, raw: shownBody(value), warnings };
}

/**
 * Parses an answer: a finish reason belongs to the image at the same index. Throws ProviderFailure where moderation
 * withheld all images, or there is no image.
 */
export function finishedOf({ skeleton, taken, unread }: Split<StoredImage>, warnings: readonly Warning[]): Finished {
  const reasons = listOf(skeleton, 'finish_reasons');
  const failures = reasons.map((reason) => (typeof reason === 'string' ? failureOfFinish(reason) : undefined));
  const images = listOf(skeleton, 'images').flatMap((number, place) => {
    const image = typeof number === 'string' && number !== '' ? taken[Number(number)] : undefined;
    return image === undefined || failures[place] ? [] : [{ image }];
  });
  if (images.length > 0) return { status: 'finished', images, warnings };
  const failure = failures.find((each) => each !== undefined) ?? unread;
  throw failure ?? new ProviderFailure('malformed', 'The provider answered without an image.', { statusCode: 200 });
}

/** An answer as the caller may see it. */
export function rawAnswer(skeleton: unknown, saved: readonly StoredImage[]): JsonObject {
  const answer = typeof skeleton === 'object' && skeleton !== null ? (skeleton as JsonObject) : {};
  return { ...answer, images: saved.map(({ bytes }) => `<${bytes} bytes of image>`) };
}

/** Failure kinds by error type, where the type is more specific than the HTTP status. */
const kindsByType: Readonly<Record<string, FailureKind>> = {
  // Both are a 429, but a model that isn't ready has nothing to do with the caller's pace.
  ThrottlingException: 'rate_limited',
  ModelNotReadyException: 'overloaded',
  ModelTimeoutException: 'unknown_outcome',
  // Quotas are the account's, and aren't back in a minute.
  ServiceQuotaExceededException: 'billing',
};

/** Validation is also what refuses a model that isn't there, or not in this way. */
const noSuchModel = /model identifier is invalid|on-demand throughput isn.t supported|not supported in this region/i;

/**
 * Parses an AWS error: its type is in a header, or in `__type` after a `#`. An error of the model itself carries the
 * status that the model returned. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
export function failureSaid({ headers }: Pick<ProviderAnswer, 'headers'>, body: string): SaidOfFailure {
  const parsed = parseJson(body);
  const message = textOf(parsed, 'message') ?? textOf(parsed, 'Message');
  return present({ message, kind: kindOf(typeOf(headers, parsed), message ?? '', parsed) });
}

function typeOf(headers: ProviderAnswer['headers'], body: unknown): string {
  const named = headers['x-amzn-errortype'] ?? textOf(body, '__type') ?? '';
  return named.split(':')[0]?.split('#').at(-1) ?? '';
}

function kindOf(type: string, message: string, body: unknown): FailureKind | undefined {
  if (type === 'ModelErrorException') {
    const status = countOf(body, 'originalStatusCode') ?? 500;
    return kindOfRefusal(status, message) ?? (status < 500 ? 'invalid' : 'overloaded');
  }
  if (type === 'ValidationException' && noSuchModel.test(message)) return 'unsupported';
  return Object.hasOwn(kindsByType, type) ? kindsByType[type] : undefined;
}
