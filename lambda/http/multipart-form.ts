import { GatewayError } from '../domain/error-code.ts';
import type { JsonValue, Operation } from '../domain/generation.ts';
import type { ReceivedImage } from '../domain/received-submission.ts';
import { fieldKind } from './field-schema.ts';
import { imageFromText } from './image-text.ts';
import { type FormPart, readMultipart } from './multipart.ts';
import { imagesTaken, type SubmissionForm } from './submission-form.ts';

const fallbackNames: ReadonlySet<string> = new Set(['fallbacks', 'fallbacks[]']);

/**
 * Reads a multipart body. Throws `invalid_request` for files and repetitions that the form doesn't have, `invalid_value`
 * for text that isn't the number or boolean it should be, and what `readMultipart` and `imageFromText` throw.
 */
export async function readMultipartForm(
  body: Buffer,
  contentType: string,
  operation: Operation,
): Promise<SubmissionForm> {
  const parts = await readMultipart(body, contentType);
  const named = (...names: string[]): FormPart[] => parts.filter((part) => names.includes(part.name));
  const takes = imagesTaken[operation];
  const bracketed = takes.images ? named('image[]') : [];
  const images = takes.images && bracketed.length === 0 ? named('image') : bracketed;
  const masks = takes.mask ? named('mask', 'mask[]') : [];
  if (masks.length > 1) throw sentTwice('mask');
  const imageNames = [...(takes.images ? ['image', 'image[]'] : []), ...(takes.mask ? ['mask', 'mask[]'] : [])];
  const [mask] = masks.map(imageOf);
  return {
    fields: textFields(
      parts.filter((part) => !imageNames.includes(part.name)),
      operation,
      imageNames,
    ),
    images: images.map(imageOf),
    ...(mask === undefined ? {} : { mask }),
  };
}

const sentTwice = (name: string): GatewayError =>
  new GatewayError('invalid_request', `The part "${name}" was sent more than once.`, { param: name });

function imageOf(part: FormPart): ReceivedImage {
  if ('text' in part) return { param: part.name, bytes: imageFromText(part.text, part.name) };
  if (part.bytes.length > 0) return { param: part.name, bytes: part.bytes };
  throw new GatewayError('invalid_image', `The file in the part "${part.name}" is empty.`, { param: part.name });
}

function textFields(
  parts: readonly FormPart[],
  operation: Operation,
  fileNames: readonly string[],
): ReadonlyMap<string, JsonValue> {
  const fields = new Map<string, JsonValue>();
  for (const part of parts) {
    if (!('text' in part)) throw strayFile(part.name, fileNames);
    const name = fallbackNames.has(part.name) ? 'fallbacks' : part.name;
    const kind = fieldKind(operation, name);
    const earlier = fields.get(name);
    if (name === 'fallbacks' || (kind === 'unknown' && earlier !== undefined)) {
      fields.set(name, earlier === undefined ? [part.text] : [...list(earlier), part.text]);
    } else if (earlier !== undefined) {
      throw sentTwice(name);
    } else {
      fields.set(name, fieldValue(name, part.text, kind));
    }
  }
  return fields;
}

const list = (value: JsonValue): readonly JsonValue[] => (Array.isArray(value) ? value : [value]);

function strayFile(name: string, fileNames: readonly string[]): GatewayError {
  const known = fileNames.map((each) => `"${each}"`).join(', ');
  return new GatewayError('invalid_request', `The part "${name}" is a file; files are taken only as ${known}.`, {
    param: name,
  });
}

/** Numbers and booleans are written just as in JSON; a known field with anything else names its part. */
function fieldValue(name: string, text: string, kind: ReturnType<typeof fieldKind>): JsonValue {
  if (kind === 'integer') {
    if (/^(?:0|-?[1-9]\d{0,19})$/.test(text)) return Number(text);
    throw new GatewayError('invalid_value', `The part "${name}" must be an integer, such as 3.`, { param: name });
  }
  if (kind === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true';
    throw new GatewayError('invalid_value', `The part "${name}" must be \`true\` or \`false\`.`, { param: name });
  }
  return text;
}
