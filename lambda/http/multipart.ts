import type { Readable } from 'node:stream';
import busboy from 'busboy';
import { limits } from '../contract/limits.ts';
import { GatewayError } from '../domain/error-code.ts';
import { checkFieldName } from './field-name.ts';
import { boundaryOf, outlineOf } from './multipart-outline.ts';

/** One part of a form. A file's name is shown for messages at most: neither it nor the part's type is ever believed. */
export type FormPart =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly bytes: Buffer; readonly filename: string | undefined };

/** The names under which a part bears an image, as a file or as text. */
const imagePartNames: ReadonlySet<string> = new Set(['image', 'image[]', 'mask', 'mask[]']);

const refusal = (message: string, param?: string): GatewayError =>
  new GatewayError('invalid_request', message, param === undefined ? {} : { param });

/**
 * The parts of a multipart body, in order: text as UTF-8, files byte for byte. Throws `invalid_request` for a body that
 * is cut, has a part without a name, or passes a limit. Refuses nothing by the body's whole length: the caller has.
 */
export async function readMultipart(body: Buffer, contentType: string): Promise<readonly FormPart[]> {
  const boundary = boundaryOf(contentType);
  const outline = outlineOf(body, boundary);
  const parts = await parse(body.subarray(0, outline.end), boundary);
  if (parts.length !== outline.parts) {
    throw refusal('Every part of the body needs a header `Content-Disposition: form-data; name="…"`.');
  }
  if (holdsGuesses(parts, body, boundary)) throw refusal('The text parts of the body must be UTF-8.');
  return parts;
}

/**
 * A decoder writes U+FFFD for bytes that are no UTF-8; only where just that text stands in the body was it sent. Each is
 * looked for behind the one before it, so that all of them together take one pass.
 */
function holdsGuesses(parts: readonly FormPart[], body: Buffer, boundary: string): boolean {
  let from = 0;
  return parts.some((part) => {
    if (!('text' in part && part.text.includes('\ufffd'))) return false;
    from = body.indexOf(`\r\n\r\n${part.text}\r\n--${boundary}`, from) + 1;
    return from === 0;
  });
}

function parse(body: Buffer, boundary: string): Promise<FormPart[]> {
  return new Promise((resolve, reject) => {
    const parts: FormPart[] = [];
    const parser = busboy({
      headers: { 'content-type': `multipart/form-data; boundary="${boundary}"` },
      defParamCharset: 'utf8',
      limits: { fieldSize: body.length + 1, files: limits.files + 1 },
    });
    const refuse = (error: unknown): void => {
      reject(error instanceof GatewayError ? error : unreadable(error));
      parser.destroy();
    };
    const guarded = (accept: () => void): void => {
      try {
        accept();
      } catch (error) {
        refuse(error);
      }
    };
    let files = 0;
    parser.on('field', (name, text, info) => guarded(() => parts.push(textPart(name, text, info.encoding))));
    parser.on('file', (name, stream, info) => {
      const place = parts.push({ name: '', bytes: Buffer.alloc(0), filename: undefined }) - 1;
      guarded(() => {
        files += 1;
        if (files > limits.files) throw refusal(`The body has more than ${limits.files} files.`);
        checkPart(name, info.encoding);
      });
      collect(stream, refuse, (bytes) => {
        parts[place] = { name, bytes, filename: info.filename };
      });
    });
    parser.on('error', refuse);
    parser.on('close', () => resolve(parts));
    parser.end(body);
  });
}

const unreadable = (cause: unknown): GatewayError =>
  new GatewayError('invalid_request', 'The multipart body could not be read: it is cut off or malformed.', { cause });

function collect(stream: Readable, refuse: (error: unknown) => void, done: (bytes: Buffer) => void): void {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', refuse);
  stream.on('end', () => done(Buffer.concat(chunks)));
}

/** The parser gives no text where it doesn't know the charset that a part declares. */
function textPart(name: string, text: string | undefined, encoding: string): FormPart {
  checkPart(name, encoding);
  if (text === undefined) throw refusal(`The part "${name}" declares an unknown charset. Send UTF-8.`, name);
  if (!imagePartNames.has(name) && Buffer.byteLength(text) > limits.textPartBytes) {
    throw refusal(`The part "${name}" is longer than ${limits.textPartBytes} bytes.`, name);
  }
  return { name, text };
}

/** The parser takes a part's bytes as they are, so one that says it is encoded would be kept wrong. */
function checkPart(name: string | undefined, encoding: string): asserts name is string {
  checkFieldName(name);
  if (!['7bit', '8bit', 'binary'].includes(encoding)) {
    throw refusal(`The part "${name}" has a Content-Transfer-Encoding. Send its bytes as they are.`, name);
  }
}
