import { GatewayError } from '../../domain/error-code.ts';
import type { JsonValue, Operation } from '../../domain/generation.ts';
import { readImageHeader } from '../../domain/images/image-header.ts';
import type { ReceivedImage } from '../../domain/jobs/received-submission.ts';
import { fieldKind } from '../request/field-schema.ts';
import { type FormPart, readMultipart } from '../request/multipart.ts';
import { partText, utf8Text } from '../request/part-text.ts';
import { type FieldPlace, imagesTaken, isImageName, numberedEntry, placeOf } from './image-fields.ts';
import { imageFromText, imageTexts, isReference } from './image-text.ts';
import type { Tell } from './submission-facts.ts';
import type { SubmissionForm } from './submission-form.ts';

const fallbackNames: ReadonlySet<string> = new Set(['fallbacks', 'fallbacks[]']);

/**
 * Reads a multipart body. Throws `invalid_request` for files and repetitions that the form doesn't have,
 * `invalid_value` for text that isn't the number, boolean or image it should be, and what `readMultipart`, `partText` and
 * `imageFromText` throw.
 */
export async function readMultipartForm(
  body: Buffer,
  contentType: string,
  operation: Operation,
  tell: Tell,
): Promise<SubmissionForm> {
  const parts = (await readMultipart(body, contentType)).filter(isSent);
  const model = parts.find(({ name }) => name === 'model');
  tell({ model: model && utf8Text(model.bytes) });
  const placed = parts.map((part) => ({ part, place: placeOf(operation, part.name) }));
  const at = (place: FieldPlace): readonly FormPart[] =>
    placed.filter((each) => each.place === place).map(({ part }) => part);
  const [mask, second] = at('mask');
  if (second) throw sentTwice('mask');
  const [unwanted] = at('unwanted');
  refuseTwoMembers(at('image'));
  return {
    fields: textFields(at('field'), operation),
    images: at('image').map(imageOf),
    ...(mask === undefined ? {} : { mask: imageOf(mask) }),
    ...(unwanted === undefined ? {} : { unwantedImage: unwanted.name }),
  };
}

/** Forms send all their fields. One that wasn't filled in has no bytes, and a file has no name either. */
const isSent = ({ name, bytes, hasFilename }: FormPart): boolean =>
  bytes.length > 0 || name === 'model' || name === 'prompt' || (hasFilename && isImageName(name));

const sentTwice = (name: string): GatewayError =>
  new GatewayError('invalid_request', `The part "${name}" was sent more than once.`, { param: name });

/** As in JSON, where an entry can't name its image in two ways either. */
function refuseTwoMembers(images: readonly FormPart[]): void {
  const members = new Map<string, string>();
  for (const { name } of images) {
    const entry = numberedEntry(name);
    if (entry === undefined) continue;
    const earlier = members.get(entry) ?? name;
    if (earlier !== name) {
      const message = `"${entry}" names its image twice, in "${earlier}" and "${name}". Send one of them.`;
      throw new GatewayError('invalid_value', message, { param: name });
    }
    members.set(entry, name);
  }
}

function imageOf(part: FormPart): ReceivedImage {
  const { name: param, bytes } = part;
  if (bytes.length === 0)
    throw new GatewayError('invalid_image', `The file in the part "${param}" is empty.`, { param });
  if (isReference(bytes.toString('latin1', 0, 8))) return imageFromText(partText(part, bytes.length), param);
  if (isOtherText(part)) {
    const message = `The part "${param}" is text, and must be a file (with curl: \`-F '${param}=@picture.png'\`), ${imageTexts}.`;
    throw new GatewayError('invalid_value', message, { param });
  }
  return { param, bytes };
}

/** Clients send the bytes of images without a filename, too. */
const isOtherText = ({ hasFilename, bytes }: FormPart): boolean =>
  !hasFilename && readImageHeader(bytes) === undefined && utf8Text(bytes) !== undefined;

function textFields(parts: readonly FormPart[], operation: Operation): ReadonlyMap<string, JsonValue> {
  const fields = new Map<string, JsonValue>();
  for (const part of parts) {
    if (part.hasFilename && utf8Text(part.bytes) === undefined) throw strayFile(part.name, operation);
    const text = partText(part);
    const name = fallbackNames.has(part.name) ? 'fallbacks' : part.name;
    const kind = fieldKind(operation, name);
    const earlier = fields.get(name);
    if (name === 'fallbacks' || (kind === 'unknown' && earlier !== undefined)) {
      fields.set(name, earlier === undefined ? [text] : [...list(earlier), text]);
    } else if (earlier !== undefined) {
      throw sentTwice(name);
    } else {
      fields.set(name, fieldValue(name, text, kind));
    }
  }
  return fields;
}

const list = (value: JsonValue): readonly JsonValue[] => (Array.isArray(value) ? value : [value]);

function strayFile(name: string, operation: Operation): GatewayError {
  const mask = imagesTaken[operation].mask ? ', or as "mask"' : '';
  const message = `The part "${name}" is a file; files are taken only as "image" or "images", with or without brackets${mask}.`;
  return new GatewayError('invalid_request', message, { param: name });
}

/** Numbers are written just as in JSON, booleans in any case; a known field with anything else names its part. */
function fieldValue(name: string, text: string, kind: ReturnType<typeof fieldKind>): JsonValue {
  if (kind === 'integer') {
    if (/^(?:0|-?[1-9]\d{0,19})$/.test(text)) return Number(text);
    throw new GatewayError('invalid_value', `The part "${name}" must be an integer, such as 3.`, { param: name });
  }
  if (kind === 'boolean') {
    const word = text.toLowerCase();
    if (word === 'true' || word === 'false') return word === 'true';
    throw new GatewayError('invalid_value', `The part "${name}" must be \`true\` or \`false\`.`, { param: name });
  }
  return text;
}
