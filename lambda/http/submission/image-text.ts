import { GatewayError } from '../../domain/error-code.ts';
import { isFileId } from '../../domain/files/stored-file.ts';
import type { ReceivedImage } from '../../domain/jobs/received-submission.ts';
import { illFormed } from '../request/field-name.ts';

/** The forms in which a text names an image. */
const forms = /^(?:(?<data>data:)|(?<file>file-)|(?<address>https?:))/i;

/** These forms, in messages. */
export const imageTexts = 'a `data:` URI in base64, the id of a file, or an `https://` address';

/** Whether a text, or its beginning of at least 8 characters, has the form of a reference to an image. */
export const isReference = (text: string): boolean => forms.test(text);

/**
 * The image that a text stands for: a `data:` URI in base64, the id of a file, or an address. `param` names the field for
 * the caller. Throws `invalid_value` for any other text, for an id that can't be one and for an address that isn't Unicode, and
 * `invalid_image` for a URI that can't be decoded. Which addresses are fetched isn't decided here.
 */
export function imageFromText(text: string, param: string): ReceivedImage {
  const form = forms.exec(text)?.groups;
  if (form?.data !== undefined) return { param, bytes: dataUriBytes(text, param) };
  if (form?.address !== undefined) {
    if (!text.isWellFormed()) throw illFormed(`"${param}"`, param);
    return { param, address: text };
  }
  if (form?.file === undefined) {
    throw new GatewayError('invalid_value', `"${param}" must be ${imageTexts}.`, { param });
  }
  if (isFileId(text)) return { param, fileId: text };
  throw new GatewayError(
    'invalid_value',
    `"${param}" names no file of this gateway: an id is \`file-\` and 32 hexadecimal digits, as \`POST /v1/files\` gives it.`,
    { param },
  );
}

function dataUriBytes(text: string, param: string): Buffer {
  const comma = text.indexOf(',');
  const head = comma < 0 || comma > 256 ? '' : text.slice(5, comma);
  if (!/^[\w.+/-]*(?:;[\w-]+=[\w."+-]*)*;base64$/i.test(head)) {
    throw invalid(param, 'must begin like `data:image/png;base64,`');
  }
  return strictBase64(text.slice(comma + 1), param);
}

/** Node's own decoder passes over what it doesn't know, so that a damaged image would only be noticed much later. */
function strictBase64(encoded: string, param: string): Buffer {
  if (encoded === '') throw invalid(param, 'is empty');
  if (encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) {
    throw invalid(param, 'is not valid base64, with padding and without spaces');
  }
  const bytes = Buffer.from(encoded, 'base64');
  const lastGroup = bytes.subarray(bytes.length - (bytes.length % 3 || 3)).toString('base64');
  if (!encoded.endsWith(lastGroup))
    throw invalid(param, 'is not valid base64: its last character has bits that must be zero');
  return bytes;
}

const invalid = (param: string, what: string): GatewayError =>
  new GatewayError('invalid_image', `The data: URI in "${param}" ${what}.`, { param });
