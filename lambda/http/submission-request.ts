import { limits } from '../contract/limits.ts';
import { GatewayError } from '../domain/error-code.ts';
import type { ImageParameters, JsonValue, Operation } from '../domain/generation.ts';
import type { ReceivedImage, ReceivedSubmission } from '../domain/received-submission.ts';
import type { ApiRequest } from './api-request.ts';
import { fallbackList } from './fallback-list.ts';
import { readJsonForm } from './json-form.ts';
import { checkBodySize, checkCharset, mediaTypeOf, noBody } from './json-object.ts';
import { readMultipartForm } from './multipart-form.ts';
import { checkFields, type KnownFields } from './submission-fields.ts';
import { imagesTaken, type SubmissionForm } from './submission-form.ts';
import { submissionHeaders } from './submission-headers.ts';

/** How a submission's route answers: with a job, or with its result. */
export type RouteDoor = 'asynchronous' | 'synchronous';

/**
 * Reads a submission and checks all that can be known without a catalogue of models or a look at the images.
 * Throws GatewayError with a code of class 4xx, naming the field at fault.
 */
export async function readSubmission(
  request: ApiRequest,
  operation: Operation,
  door: RouteDoor = 'asynchronous',
): Promise<ReceivedSubmission> {
  const headers = submissionHeaders(request);
  const form = await readForm(request, operation);
  const { known, extra } = checkFields(operation, withFallbackNames(form.fields));
  const images = checkedImages(form.images, operation);
  checkTogether(known, operation, form.mask !== undefined);
  const stream = streamOf(known, operation, door);
  const { model, prompt, n, type, response_format, stream: _, fallbacks, partial_images, ...others } = known;
  // Of an asynchronous submission it is a parameter like others, which no model takes.
  const isParameter = door === 'asynchronous' && partial_images !== undefined;
  const parameters = isParameter ? { ...others, partial_images } : others;
  return {
    ...headers,
    model,
    fallbacks: (fallbacks ?? []) as readonly string[],
    submission: {
      operation,
      ...(type === undefined ? {} : { editType: type }),
      ...(prompt === undefined ? {} : { prompt }),
      n: n ?? 1,
      // What the schema leaves absent is absent: it writes no undefined members.
      parameters: parameters as ImageParameters,
      extra,
    },
    ...(response_format === undefined ? {} : { responseFormat: response_format }),
    ...(stream === undefined ? {} : { stream }),
    images,
    ...(form.mask === undefined ? {} : { mask: form.mask }),
  };
}

async function readForm(request: ApiRequest, operation: Operation): Promise<SubmissionForm> {
  const { body } = request;
  checkBodySize(body);
  if (body.byteLength === 0) throw noBody();
  const mediaType = mediaTypeOf(request);
  const takesFiles = imagesTaken[operation].images;
  // Whatever else it is called: `curl -d` says that it sends a form, and `fetch` that a string is plain text.
  if (!mediaType.startsWith('multipart/')) {
    checkCharset(request);
    return readJsonForm(body, operation);
  }
  if (mediaType === 'multipart/form-data' && takesFiles) {
    return readMultipartForm(body.bytes(), request.header('content-type') ?? '', operation);
  }
  throw new GatewayError(
    'unsupported_media_type',
    `The body of an image ${operation} must be ${takesFiles ? 'multipart/form-data or ' : ''}application/json.`,
  );
}

function checkedImages(images: readonly ReceivedImage[], operation: Operation): readonly ReceivedImage[] {
  if (!imagesTaken[operation].images) return [];
  const [first] = images;
  if (!first) throw new GatewayError('missing_field', 'At least one image is required.', { param: 'image' });
  if (images.length > limits.images) {
    throw new GatewayError('invalid_value', `There may be at most ${limits.images} images, not ${images.length}.`, {
      param: first.param,
    });
  }
  return operation === 'variation' ? [first] : images;
}

function withFallbackNames(fields: ReadonlyMap<string, JsonValue>): ReadonlyMap<string, JsonValue> {
  const value = fields.get('fallbacks');
  return value === undefined ? fields : new Map(fields).set('fallbacks', fallbackList(value));
}

/** Whether the client takes a stream, and what it is to see in it. Throws `stream_unsupported` where there is none. */
function streamOf(
  { stream, partial_images: partialImages }: KnownFields,
  operation: Operation,
  door: RouteDoor,
): ReceivedSubmission['stream'] {
  if (stream === true && (door === 'asynchronous' || operation === 'variation')) {
    const where = door === 'asynchronous' ? 'on asynchronous routes' : 'for variations';
    throw new GatewayError('stream_unsupported', `Streaming is not available ${where}.`, { param: 'stream' });
  }
  if (stream === true) return { partialImages: partialImages ?? 0 };
  if (door === 'synchronous' && partialImages) {
    throw new GatewayError('invalid_value', 'Partial images are shown in a stream alone: set "stream" to true.', {
      param: 'partial_images',
    });
  }
  return undefined;
}

/** The rules that no field can be checked for alone. */
function checkTogether(fields: KnownFields, operation: Operation, hasMask: boolean): void {
  if (operation === 'edit' && fields.prompt === undefined && fields.type !== 'background_removal') {
    throw new GatewayError('missing_field', 'The field "prompt" is required unless "type" is `background_removal`.', {
      param: 'prompt',
    });
  }
  if (fields.type === 'inpainting' && !hasMask) {
    throw new GatewayError('missing_field', 'The type `inpainting` needs a "mask".', { param: 'mask' });
  }
  if (fields.background === 'transparent' && fields.output_format === 'jpeg') {
    throw new GatewayError('invalid_value', 'A jpeg has no transparent background. Ask for png or webp.', {
      param: 'background',
    });
  }
}
