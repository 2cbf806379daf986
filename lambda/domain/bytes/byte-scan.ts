import type { ByteStream } from '../images/image.ts';

/** What a scan wants next of the bytes that pass: to have some, or to be spared some. */
export type ScanStep = { readonly read: number } | { readonly skip: number };

/** Reads a file's structure as its bytes pass; each `read` gives just so many bytes, of which no more are ever held. */
export type ByteScan = Generator<ScanStep, boolean, Uint8Array>;

/** A scan of bytes that pass on in whatever pieces they come. */
export interface ScannedStream {
  /** The same bytes, to be read once. */
  readonly bytes: ByteStream;
  /** The result of the scan: false until there is a match. */
  verdict(): boolean;
}

/** Runs a scan over a stream, whose pieces are neither held nor copied but for what the scan reads. */
export function scanned(stream: ByteStream, scan: ByteScan): ScannedStream {
  const feed = feeder(scan);
  async function* passing(): ByteStream {
    for await (const chunk of stream) {
      feed.push(chunk);
      yield chunk;
    }
  }
  return { bytes: passing(), verdict: feed.verdict };
}

function feeder(scan: ByteScan): { push(chunk: Uint8Array): void; verdict(): boolean } {
  let verdict: boolean | undefined;
  let read: Uint8Array | undefined;
  /** How many bytes the step still lacks. */
  let lacking = 0;
  const advance = (given: Uint8Array): void => {
    const next = scan.next(given);
    if (next.done) {
      verdict = next.value;
      return;
    }
    read = 'read' in next.value ? new Uint8Array(next.value.read) : undefined;
    lacking = 'read' in next.value ? next.value.read : next.value.skip;
  };
  const endTree = (): void => {
    while (verdict === undefined && lacking === 0) advance(read ?? nothing);
  };
  advance(nothing);
  endTree();
  return {
    push(chunk) {
      for (let at = 0; at < chunk.length && verdict === undefined; ) {
        const taken = Math.min(lacking, chunk.length - at);
        read?.set(chunk.subarray(at, at + taken), read.length - lacking);
        lacking -= taken;
        at += taken;
        endTree();
      }
    },
    verdict: () => verdict ?? false,
  };
}

const nothing = new Uint8Array();
