import { randomUUID } from 'node:crypto';
import type { ByteStream } from '../../domain/images/image.ts';
import type { StreamedBody } from '../../domain/send-request.ts';

export interface FilePart {
  readonly name: string;
  /** Made by us, of plain characters. */
  readonly filename: string;
  readonly contentType: string;
  /** The exact length of what `open` gives. */
  readonly bytes: number;
  open(): Promise<ByteStream>;
}

export interface MultipartBody extends StreamedBody {
  readonly contentType: string;
}

/**
 * A multipart/form-data body (RFC 7578) whose files are opened one after another as it is sent, and whose length is
 * known before. Written here because form-data-encoder 4.1.0 cuts a chunk above 64 KiB out of the wrong place of its
 * memory if the chunk is a view into a larger one, as those of node's streams are, and rewrites line breaks in prompts.
 */
export function multipartBody(
  fields: readonly (readonly [name: string, value: string])[],
  files: readonly FilePart[],
): MultipartBody {
  // Random enough that no content can hold it, so none needs to be searched.
  const boundary = `darkroom-${randomUUID()}`;
  const texts = fields.map(([name, value]) => Buffer.from(`${head(boundary, name)}\r\n\r\n${value}\r\n`));
  const heads = files.map((file) => ({ file, head: Buffer.from(fileHead(boundary, file)) }));
  const end = Buffer.from(`--${boundary}--\r\n`);
  const lengthOfFiles = heads.reduce((sum, part) => sum + part.head.length + part.file.bytes + lineBreak.length, 0);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: texts.reduce((sum, text) => sum + text.length, 0) + lengthOfFiles + end.length,
    async *chunks() {
      yield* texts;
      for (const part of heads) {
        yield part.head;
        yield* await part.file.open();
        yield lineBreak;
      }
      yield end;
    },
  };
}

const lineBreak = Buffer.from('\r\n');

const head = (boundary: string, name: string): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${plain(name)}"`;

const fileHead = (boundary: string, file: FilePart): string =>
  `${head(boundary, file.name)}; filename="${plain(file.filename)}"\r\nContent-Type: ${plain(file.contentType)}\r\n\r\n`;

/**
 * Names in a part's head come from our own tables; a quote or a line break there would open the door to other parts.
 */
function plain(text: string): string {
  if (!/^[\w./[\] -]+$/.test(text)) throw new TypeError(`Not fit for the head of a part: ${JSON.stringify(text)}`);
  return text;
}
