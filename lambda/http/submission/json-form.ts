import { GatewayError } from '../../domain/error-code.ts';
import type { JsonObject, JsonValue, Operation } from '../../domain/generation.ts';
import type { ReceivedImage } from '../../domain/jobs/received-submission.ts';
import { dropNulls, jsonMembers } from '../request/json-object.ts';
import type { RequestBody } from '../request/request-body.ts';
import { placeOf } from './image-fields.ts';
import { imageFromText, imageTexts } from './image-text.ts';
import type { Tell } from './submission-facts.ts';
import type { SubmissionForm } from './submission-form.ts';

/**
 * Reads a JSON body. Throws what `jsonMembers` throws for the body and `imageFromText` for its images, and
 * `invalid_request` for a second mask.
 */
export function readJsonForm(body: RequestBody, operation: Operation, tell: Tell): SubmissionForm {
  const fields = dropNulls(jsonMembers(body));
  tell({ model: fields.get('model') });
  const images: ReceivedImage[] = [];
  const masks: ReceivedImage[] = [];
  let unwantedImage: string | undefined;
  for (const [name, value] of fields) {
    const place = placeOf(operation, name);
    if (place === 'field') continue;
    fields.delete(name);
    if (place === 'mask') masks.push(received(value, name));
    else if (place === 'image') images.push(...entriesOf(value).map((entry) => received(entry, name)));
    else if (entriesOf(value).length > 0) unwantedImage ??= name;
  }
  const [mask, second] = masks;
  if (second) {
    throw new GatewayError('invalid_request', 'There is more than one mask. Send one.', { param: second.param });
  }
  return {
    images,
    ...(mask === undefined ? {} : { mask }),
    ...(unwantedImage === undefined ? {} : { unwantedImage }),
    fields,
  };
}

const entriesOf = (value: JsonValue): readonly JsonValue[] => (Array.isArray(value) ? value : [value]);

const received = (value: JsonValue, param: string): ReceivedImage => imageFromText(referenceText(value, param), param);

/** The reference in any of the forms that clients send: plain, or an object in OpenAI's or Bifrost's spelling. */
function referenceText(value: JsonValue, param: string): string {
  if (typeof value === 'string') return value;
  const { image_url: address, file_id: fileId } = membersOf(value);
  const [text, other] = [address, fileId].filter((each) => each !== undefined && each !== null);
  const plain = typeof text === 'object' ? membersOf(text).url : text;
  if (typeof plain === 'string' && other === undefined) return plain;
  throw new GatewayError(
    'invalid_value',
    `"${param}" must hold ${imageTexts}: as a string, or as the \`image_url\` or \`file_id\` of an object.`,
    { param },
  );
}

const membersOf = (value: JsonValue | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
