import type { RouteDoor } from '../../contract/submission-paths.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { ImageParameters, JsonObject, JsonValue, Operation } from '../../domain/generation.ts';
import type { ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import type { ApiRequest } from '../request/api-request.ts';
import { fallbackList } from './fallback-list.ts';
import { readSubmissionBody } from './submission-body.ts';
import type { Tell } from './submission-facts.ts';
import { checkFields, type KnownFields } from './submission-fields.ts';
import { submissionHeaders } from './submission-headers.ts';
import { checkImageCount, refuseUnwantedImage, usedImages } from './submission-images.ts';

/**
 * Request validation: parses a submission and checks all that doesn't need the model catalogue or the images' content.
 * `tell` is called with facts that are known before the validation is complete. Throws GatewayError with a code of
 * class 4xx, naming the invalid field.
 */
export async function readSubmission(
  request: ApiRequest,
  operation: Operation,
  door: RouteDoor = 'asynchronous',
  tell: Tell = () => undefined,
): Promise<ReceivedSubmission> {
  const { warnings: ofHeaders, ...headers } = submissionHeaders(request);
  tell({ warnings: ofHeaders });
  const form = await readSubmissionBody(request, operation, tell);
  const used = usedImages(form, operation);
  const warnings = [...ofHeaders, ...used.warnings];
  tell({ warnings });
  refuseUnwantedImage(form, door);
  refuseQuoteField(form.fields);
  const { known, extra } = checkFields(operation, withFallbackNames(form.fields));
  checkImageCount(form, operation);
  checkTogether(known, operation, form.mask !== undefined);
  return {
    ...headers,
    ...loadSubmission(known, extra, operation, door),
    images: used.images,
    ...(form.mask === undefined ? {} : { mask: form.mask }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

/** Taken for an unknown field it would be left out, and the job that was only to be quoted would be paid for. */
function refuseQuoteField(fields: ReadonlyMap<string, JsonValue>): void {
  if (!fields.has('quote')) return;
  throw new GatewayError(
    'invalid_value',
    '`quote` is a query parameter: send the request to the same path with `?quote=true`.',
    {
      param: 'quote',
    },
  );
}

function loadSubmission(known: KnownFields, extra: JsonObject, operation: Operation, door: RouteDoor) {
  const stream = streamOf(known, operation, door);
  const { model, prompt, n, type, response_format, stream: _, fallbacks, partial_images, ...others } = known;
  // Of an asynchronous submission it is a parameter like others, to be left out with a warning.
  const isParameter = door === 'asynchronous' && partial_images !== undefined;
  const parameters = isParameter ? { ...others, partial_images } : others;
  return {
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
  };
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
    throw new GatewayError('invalid_value', 'Only streams show partial images: set "stream" to true.', {
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
    throw new GatewayError('invalid_value', 'JPEG has no transparent background. Use png or webp.', {
      param: 'background',
    });
  }
}
