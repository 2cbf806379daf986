import { GatewayError } from '../../domain/error-code.ts';
import type { Operation } from '../../domain/generation.ts';
import type { ApiRequest } from '../request/api-request.ts';
import { bodyTypeOf } from '../request/body-type.ts';
import { beginsLikeJson, checkBodySize, noBody } from '../request/json-object.ts';
import { imagesTaken } from './image-fields.ts';
import { readJsonForm } from './json-form.ts';
import { readMultipartForm } from './multipart-form.ts';
import type { Tell } from './submission-facts.ts';
import type { SubmissionForm } from './submission-form.ts';

/**
 * Parses a submission's body: multipart/form-data where its content type says so, else JSON, whatever the content type.
 * `tell` is called with the model before anything else is validated. Throws `unsupported_media_type` for what is
 * neither, and what both parsers throw.
 */
export async function readSubmissionBody(
  request: ApiRequest,
  operation: Operation,
  tell: Tell,
): Promise<SubmissionForm> {
  const { body } = request;
  checkBodySize(body, uploadIt);
  if (body.byteLength === 0) throw noBody();
  const type = bodyTypeOf(request);
  if (type === 'multipart/form-data') {
    const read = () => readMultipartForm(body.bytes(), request.header('content-type') ?? '', operation, tell);
    return imagesTaken[operation].images ? read() : formWithoutPlace(read, operation);
  }
  // Clients send JSON under whatever content type is their tool's default.
  const isJson = type === '' || type === 'application/json' || type.endsWith('+json');
  if (isJson || (!type.startsWith('multipart/') && beginsLikeJson(body))) return readJsonForm(body, operation, tell);
  throw otherType(operation);
}

const uploadIt = 'Upload larger images with `POST /v1/files`, and send their ids in place of the images.';

/**
 * Parses a form for an operation that takes none: if it has images, it still shows what its sender meant, for a better
 * error.
 */
async function formWithoutPlace(read: () => Promise<SubmissionForm>, operation: Operation): Promise<SubmissionForm> {
  const form = await read().catch((error: unknown) => {
    if (error instanceof GatewayError) return undefined;
    throw error;
  });
  if (form?.unwantedImage === undefined) throw otherType(operation);
  return form;
}

const otherType = (operation: Operation): GatewayError => {
  const types = imagesTaken[operation].images ? 'multipart/form-data or application/json' : 'application/json';
  return new GatewayError('unsupported_media_type', `The body of an image ${operation} must be ${types}.`);
};
