import { GatewayError } from '../domain/error-code.ts';
import type { JsonValue, Operation } from '../domain/generation.ts';
import type { ReceivedImage } from '../domain/received-submission.ts';
import { imageFromText } from './image-text.ts';
import { dropNulls, jsonMembers } from './json-object.ts';
import type { RequestBody } from './request-body.ts';
import { imagesTaken, type SubmissionForm } from './submission-form.ts';

/** Reads a JSON body. Throws what `jsonMembers` throws for the body and `imageFromText` for its images. */
export function readJsonForm(body: RequestBody, operation: Operation): SubmissionForm {
  const fields = dropNulls(jsonMembers(body));
  const takes = imagesTaken[operation];
  const mask = takes.mask ? take(fields, 'mask') : undefined;
  return {
    images: takes.images ? inputImages(take(fields, 'images'), take(fields, 'image')) : [],
    ...(mask === undefined ? {} : { mask: received(mask, 'mask') }),
    fields,
  };
}

function take(fields: Map<string, JsonValue>, name: string): JsonValue | undefined {
  const value = fields.get(name);
  fields.delete(name);
  return value;
}

/** `images` is OpenAI's form and wins over the plain strings of `image`, as the part `image[]` wins over `image`. */
function inputImages(images: JsonValue | undefined, image: JsonValue | undefined): readonly ReceivedImage[] {
  if (images !== undefined && !Array.isArray(images)) {
    throw new GatewayError('invalid_value', '"images" must be a list of objects with `image_url`.', {
      param: 'images',
    });
  }
  if (Array.isArray(images) && images.length > 0) return images.map((each) => received(each, 'images'));
  if (image === undefined) return [];
  return (Array.isArray(image) ? image : [image]).map((each) => received(each, 'image'));
}

function received(value: JsonValue, param: string): ReceivedImage {
  return { param, bytes: imageFromText(referenceText(value, param), param) };
}

function referenceText(value: JsonValue, param: string): string {
  if (typeof value === 'string') return value;
  const members = new Map(Object.entries(typeof value === 'object' && value !== null ? value : {}));
  const text = members.get('image_url') ?? members.get('file_id');
  if (typeof text === 'string') return text;
  throw new GatewayError(
    'invalid_value',
    `"${param}" must hold a \`data:\` URI, as a string or as the \`image_url\` of an object.`,
    { param },
  );
}
