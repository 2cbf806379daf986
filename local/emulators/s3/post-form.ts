import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import type { LengthRange } from './post-policy.ts';
import { S3Refusal } from './s3-refusal.ts';

/** A form up to its file. */
export interface FormHead {
  /** Names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  /** The file's name without its path; empty where it has none. */
  readonly fileName: string;
}

/** The limit of S3 for everything before the file: docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const maxHeadBytes = 20 * 1024;

/** A file may also come as a text part. busboy holds such a part as a string, so the emulator takes a short one only. */
const maxTextFileBytes = 1024 * 1024;

/**
 * Reads a posted form and gives the bytes of its file, which are held once, in one buffer. `judge` decides by what comes
 * before the file, and throws a refusal; what comes after it is ignored, as S3 does. Rejects with a refusal, after the
 * body has been read to its end, so that a sender gets to see it.
 */
export function receiveForm(request: IncomingMessage, judge: (head: FormHead) => LengthRange): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const form = new PostedForm(judge, Number(request.headers['content-length']));
    const settle = () => form.settle(resolve, reject);
    const malformed = () => {
      form.refuse(malformedForm());
      if (request.readableEnded) settle();
      else request.unpipe().once('end', settle).resume();
    };
    let parser: busboy.Busboy;
    try {
      parser = busboy({ headers: request.headers, defParamCharset: 'utf8', limits: { fieldSize: maxTextFileBytes } });
    } catch {
      malformed();
      return;
    }
    parser.on('field', (name, value, { valueTruncated }) => form.takeField(name, value, valueTruncated));
    parser.on('file', (name, stream, { filename }) => {
      form.beginFile(name, filename);
      stream.on('data', (chunk: Buffer) => form.takeBytes(name, chunk)).on('error', malformed);
    });
    parser.on('error', malformed);
    parser.on('close', settle);
    request.once('close', () => {
      if (!request.complete) reject(new Error('The sender has gone.'));
    });
    request.pipe(parser);
  });
}

const malformedForm = (): S3Refusal =>
  new S3Refusal(400, 'MalformedPOSTRequest', 'The body of your POST request is not well-formed multipart/form-data.');

const oneFile = (count: number): S3Refusal =>
  new S3Refusal(400, 'InvalidArgument', 'POST requires exactly one file upload per request.', {
    ArgumentName: 'file',
    ArgumentValue: String(count),
  });

/** What has been received of a form. The first refusal stays. */
class PostedForm {
  private refusal: S3Refusal | undefined;
  private readonly judge: (head: FormHead) => LengthRange;
  private readonly contentLength: number;
  private readonly fields = new Map<string, string>();
  private headBytes = 0;
  private range: LengthRange | undefined;
  private files = 0;
  private bytes = 0;
  private content: Buffer | undefined;

  constructor(judge: (head: FormHead) => LengthRange, contentLength: number) {
    this.judge = judge;
    this.contentLength = contentLength;
  }

  takeField(name: string, value: string, isCut: boolean): void {
    if (name === 'file') {
      this.beginFile(name, undefined);
      this.takeBytes(name, Buffer.from(value));
      if (isCut) this.refuse(new S3Refusal(400, 'EntityTooLarge', 'The emulator takes no longer text for a file.'));
      return;
    }
    if (this.files > 0) return;
    this.headBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (isCut || this.headBytes > maxHeadBytes) this.refuse(tooLongHead());
    const field = name.toLowerCase();
    // What S3 makes of a field that comes twice is undocumented, so that no form may count on it.
    if (this.fields.has(field)) this.refuse(new S3Refusal(400, 'InvalidArgument', `The field ${field} comes twice.`));
    else if (this.refusal === undefined) this.fields.set(field, value);
  }

  beginFile(name: string, fileName: string | undefined): void {
    if (name !== 'file') {
      if (this.files === 0) this.refuse(new S3Refusal(400, 'InvalidArgument', `The field ${name} must not be a file.`));
      return;
    }
    this.files += 1;
    if (this.files > 1 || this.refusal !== undefined) return;
    try {
      this.range = this.judge({ fields: this.fields, fileName: fileName ?? '' });
      this.content = Buffer.allocUnsafeSlow(Math.min(this.contentLength, this.range.max));
    } catch (error) {
      if (!(error instanceof S3Refusal)) throw error;
      this.refuse(error);
    }
  }

  takeBytes(name: string, chunk: Buffer): void {
    if (name !== 'file' || this.files > 1) return;
    const fits = this.content !== undefined && this.bytes + chunk.length <= this.content.length;
    if (fits) this.content?.set(chunk, this.bytes);
    else this.content = undefined;
    this.bytes += chunk.length;
  }

  refuse(refusal: S3Refusal): void {
    this.refusal ??= refusal;
    this.content = undefined;
  }

  settle(resolve: (bytes: Buffer) => void, reject: (refusal: S3Refusal) => void): void {
    if (this.files !== 1) this.refuse(oneFile(this.files));
    if (this.range !== undefined) this.checkLength(this.range);
    if (this.refusal !== undefined || this.content === undefined) reject(this.refusal ?? malformedForm());
    else resolve(this.content.subarray(0, this.bytes));
  }

  private checkLength({ min, max }: LengthRange): void {
    const ProposedSize = String(this.bytes);
    if (this.bytes > max) {
      const message = 'Your proposed upload exceeds the maximum allowed size';
      this.refuse(new S3Refusal(400, 'EntityTooLarge', message, { ProposedSize, MaxSizeAllowed: String(max) }));
    }
    if (this.bytes < min) {
      const message = 'Your proposed upload is smaller than the minimum allowed size';
      this.refuse(new S3Refusal(400, 'EntityTooSmall', message, { ProposedSize, MinSizeAllowed: String(min) }));
    }
  }
}

const tooLongHead = (): S3Refusal =>
  new S3Refusal(
    400,
    'MaxPostPreDataLengthExceeded',
    'Your POST request fields preceding the upload file were too large.',
  );
