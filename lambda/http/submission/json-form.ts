import { shownName } from '../../domain/bytes/bounded-text.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { JsonObject, JsonValue, Operation } from '../../domain/generation.ts';
import type { ReceivedImage } from '../../domain/jobs/received-submission.ts';
import { dropNulls, jsonMembers } from '../request/json-object.ts';
import type { RequestBody } from '../request/request-body.ts';
import { placeOf } from './image-fields.ts';
import { imageFromText, imageTexts, isReference } from './image-text.ts';
import type { Tell } from './submission-facts.ts';
import type { SubmissionForm } from './submission-form.ts';

/**
 * Reads a JSON body. Throws what `jsonMembers` throws for the body and `imageFromText` for its images,
 * `invalid_value` for one that is no reference or several in one, and `invalid_request` for a second mask.
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

/**
 * The reference in any of the forms that clients send: plain, or an object in OpenAI's or Bifrost's spelling. Any other member
 * could hold a second image, so there is none but those that say how to read the first.
 */
function referenceText(value: JsonValue, param: string): string {
  if (typeof value === 'string') return value;
  const { image_url: address, file_id: fileId } = membersOf(value, ['image_url', 'file_id'], param);
  const plain = isObject(address) ? membersOf(address, ['url'], param).url : address;
  const [text, other] = [plain, fileId].filter((each) => each !== undefined && each !== null);
  if (other !== undefined) {
    throw noReference(param, 'names two images in one object: send each as an entry of its own. An entry');
  }
  if (typeof text === 'string') return text;
  throw noReference(param);
}

/** What OpenAI's content parts say beside a reference: the kind of the part, and how closely a model is to look. */
const remarks: readonly string[] = ['type', 'detail'];

/** The members of an object that have those names, which may be followed by remarks. Throws `invalid_value` for others. */
function membersOf(value: JsonValue, references: readonly string[], param: string): JsonObject {
  if (!isObject(value)) throw noReference(param);
  for (const [name, member] of Object.entries(value)) {
    if (member === null || references.includes(name)) continue;
    if (remarks.includes(name) && typeof member === 'string' && !isReference(member)) continue;
    throw noReference(param, `has a member "${shownName(name)}", which is not read. It`);
  }
  return value;
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const noReference = (param: string, fault?: string): GatewayError =>
  new GatewayError(
    'invalid_value',
    `"${param}" ${fault === undefined ? '' : `${fault} `}must hold ${imageTexts}: as a string, or as the \`image_url\` or \`file_id\` of an object.`,
    { param },
  );
