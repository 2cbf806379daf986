import type { ChunkSource } from '../../../domain/bytes/chunk-source.ts';

/**
 * Content sniffing: the kind of a body by its first bytes, whatever its content type; `text` where nothing else
 * matches.
 */
export type BodyKind = 'json' | 'events' | 'picture' | 'text';

const byteOrderMark: readonly number[] = [0xef, 0xbb, 0xbf];

/** Enough to recognize a webp. */
const headBytes = 12;

/** Peeks at a body's first bytes; skips, and consumes, whitespace and a byte order mark. */
export async function bodyKind(source: ChunkSource): Promise<BodyKind> {
  for (let chunk = await source.next(); chunk !== undefined; chunk = await source.next()) {
    const at = chunk.findIndex((byte) => byte > 0x20 && !byteOrderMark.includes(byte));
    if (at < 0) continue;
    source.putBack(chunk.subarray(at));
    return /^[{[]/.test(String.fromCharCode(chunk[at] ?? 0)) ? 'json' : kindOfHead(await source.peek(headBytes));
  }
  return 'text';
}

/**
 * Lines of server-sent events begin with these (html.spec.whatwg.org, 9.2.5); so does the address of a picture's own
 * bytes.
 */
const eventLine = /^(?!data:image)(?:event|data|id|retry)?:/;

function kindOfHead(head: Buffer): BodyKind {
  const text = head.toString('latin1');
  if (/^(?:\x89PNG|\xff\xd8\xff|RIFF[\s\S]{4}WEBP)/.test(text)) return 'picture';
  return eventLine.test(text) ? 'events' : 'text';
}
