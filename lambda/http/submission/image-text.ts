import { GatewayError } from '../../domain/error-code.ts';

/**
 * The bytes of an image given as text, which in this version is a `data:` URI in base64. `param` names the field for
 * the caller. Throws `invalid_value` for any other reference, and `invalid_image` for a URI that can't be decoded.
 */
export function imageFromText(text: string, param: string): Buffer {
  if (!/^data:/i.test(text)) {
    throw new GatewayError(
      'invalid_value',
      `"${param}" must be a file part or a \`data:\` URI in base64: this version accepts no URLs, file ids or plain text.`,
      { param },
    );
  }
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
