import busboy from 'busboy';
import { limits } from '../../contract/limits.ts';
import { GatewayError } from '../../domain/error-code.ts';
import { checkFieldName } from './field-name.ts';
import { boundaryOf, outlineOf } from './multipart-outline.ts';
import { type PartHead, readPartHead } from './part-head.ts';

/**
 * One part of a multipart/form-data body: its name and content decide whether it is text or a file, not its headers.
 */
export interface FormPart extends Pick<PartHead, 'name' | 'hasFilename' | 'filename' | 'charsets'> {
  readonly bytes: Buffer;
}

const refusal = (message: string, param?: string): GatewayError =>
  new GatewayError('invalid_request', message, param === undefined ? {} : { param });

/**
 * The parts of a multipart body in order, byte for byte. Throws `invalid_request` for a body that is cut, has a part
 * without a name, or passes a limit. Refuses nothing by the body's whole length: the caller has.
 */
export async function readMultipart(body: Buffer, contentType: string): Promise<readonly FormPart[]> {
  const boundary = boundaryOf(contentType);
  const ranges = outlineOf(body, boundary);
  const heads = ranges.map((range, at) => readPartHead(body, range, at + 1));
  for (const head of heads) checkHead(head);
  if (heads.filter(({ hasFilename }) => hasFilename).length > limits.files) {
    throw refusal(`The body has more than ${limits.files} files.`);
  }
  const spans = heads.map(({ contentStart }, at) => ({ start: contentStart, end: ranges[at]?.end ?? contentStart }));
  const contents = await parse(normalised(body, boundary, spans), boundary);
  return heads.map(({ name, hasFilename, filename, charsets }, at) => {
    const bytes = contents.get(String(at));
    if (!bytes) throw refusal(`The part "${name}" could not be read.`, name);
    return { name, hasFilename, filename, charsets, bytes };
  });
}

/** The bytes are taken as they are, so a part with a declared transfer encoding would be misread. */
function checkHead({ name, transferEncoding }: PartHead): void {
  checkFieldName(name);
  if (!['', '7bit', '8bit', 'binary'].includes(transferEncoding)) {
    throw refusal(`The part "${name}" has a Content-Transfer-Encoding. Send its bytes as they are.`, name);
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The same body with heads that no parser can read otherwise than we have: each part is a file under its number. The
 * contents stay where they are, so that a large body is not held twice.
 */
function* normalised(body: Buffer, boundary: string, contents: readonly Span[]): Generator<Buffer> {
  for (const [at, { start, end }] of contents.entries()) {
    const head = `Content-Disposition: form-data; name="${at}"; filename="${at}"`;
    yield Buffer.from(`${at === 0 ? '' : '\r\n'}--${boundary}\r\n${head}\r\n\r\n`);
    yield body.subarray(start, end);
  }
  yield Buffer.from(`\r\n--${boundary}--`);
}

/** The content of each part by its name. */
function parse(pieces: Iterable<Buffer>, boundary: string): Promise<ReadonlyMap<string, Buffer>> {
  return new Promise((resolve, reject) => {
    const contents = new Map<string, Buffer>();
    const parser = busboy({ headers: { 'content-type': `multipart/form-data; boundary="${boundary}"` } });
    const refuse = (cause: unknown): void => {
      reject(new GatewayError('invalid_request', 'The multipart body could not be read: it is malformed.', { cause }));
    };
    parser.on('file', (name, stream) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', refuse);
      stream.on('end', () => contents.set(name, Buffer.concat(chunks)));
    });
    parser.on('error', refuse);
    parser.on('close', () => resolve(contents));
    for (const piece of pieces) parser.write(piece);
    parser.end();
  });
}
