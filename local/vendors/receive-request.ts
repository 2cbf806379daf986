import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import busboy from 'busboy';
import { withFetchedInputs } from './fetched-inputs.ts';
import type { ReceivedBody, ReceivedFile } from './received-request.ts';

/** Reads a whole request body, and takes its digest. Throws if the connection breaks before its end. */
export async function receiveBody(
  incoming: IncomingMessage,
): Promise<{ readonly body: ReceivedBody; readonly sha256: string; readonly length: number }> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const { 'content-type': type = '', host = '' } = incoming.headers;
  const body = await readBody(bytes, type, host);
  return { body, sha256: createHash('sha256').update(bytes).digest('hex'), length: bytes.length };
}

async function readBody(bytes: Buffer, type: string, host: string): Promise<ReceivedBody> {
  if (bytes.length === 0) return { kind: 'none' };
  if (type.startsWith('multipart/form-data')) return readMultipart(bytes, type);
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return { kind: 'form', fields: new URLSearchParams(bytes.toString('utf8')) };
  }
  // A missing content type is taken for JSON, which is what the ledger can show best.
  return readJson(bytes, host);
}

async function readJson(bytes: Buffer, host: string): Promise<ReceivedBody> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return { kind: 'json', value, files: inlineFiles(await withFetchedInputs(value, host), '') };
  } catch (cause) {
    return { kind: 'malformed', reason: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** The files in a JSON body, as `data:` URIs or in plain base64, each with its path. */
function inlineFiles(value: unknown, place: string): ReceivedFile[] {
  if (typeof value === 'string') {
    const file = decodeDataUrl(value) ?? decodeBase64(value);
    return file === undefined ? [] : [receivedFile(place, file.contentType, file.content)];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => inlineFiles(item, `${place}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => inlineFiles(item, place === '' ? key : `${place}.${key}`));
}

function decodeDataUrl(text: string): { contentType: string; content: Buffer } | undefined {
  // Only the head is matched by the expression: the rest may be 50 MB long.
  const head = /^data:([\w.+-]+\/[\w.+-]+)?;base64,/.exec(text.slice(0, 200));
  if (head === null) return undefined;
  return { contentType: head[1] ?? 'text/plain', content: Buffer.from(text.slice(head[0].length), 'base64') };
}

/** How the base64 of each type begins. */
const base64Heads = { iVBORw0KGgo: 'image/png', '/9j/': 'image/jpeg', UklGR: 'image/webp' } as const;

/** An image in plain base64, as some vendors take it. Its type is detected from its first bytes (content sniffing). */
export function decodeBase64(text: string): { contentType: string; content: Buffer } | undefined {
  const head = Object.entries(base64Heads).find(([start]) => text.startsWith(start));
  if (head === undefined || text.length < 64) return undefined;
  return { contentType: head[1], content: Buffer.from(text, 'base64') };
}

function receivedFile(field: string, contentType: string, content: Buffer, filename?: string): ReceivedFile {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { field, contentType, content, sha256, ...(filename === undefined ? {} : { filename }) };
}

async function readMultipart(bytes: Buffer, contentType: string): Promise<ReceivedBody> {
  const fields = new Map<string, string[]>();
  const files: ReceivedFile[] = [];
  try {
    const parser = busboy({ headers: { 'content-type': contentType }, limits: { fieldSize: 64 * 1024 * 1024 } });
    parser.on('field', (name, value) => fields.set(name, [...(fields.get(name) ?? []), value]));
    parser.on('file', (name, stream, info) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => files.push(receivedFile(name, info.mimeType, Buffer.concat(chunks), info.filename)));
    });
    const parsed = new Promise<void>((resolve, reject) => {
      parser.on('close', resolve);
      parser.on('error', reject);
    });
    Readable.from([bytes]).pipe(parser);
    await parsed;
    return { kind: 'multipart', fields, files };
  } catch (cause) {
    return { kind: 'malformed', reason: cause instanceof Error ? cause.message : String(cause) };
  }
}
