import type { ByteStream } from './image.ts';

/**
 * An input that can't be had from its address, or is none: the caller's error, whatever the host's part in it. The message
 * completes "The image in … " and names neither the address nor what its host resolves to.
 */
export class InputNotFetched extends Error {
  override readonly name = 'InputNotFetched';
  /** The kind of fault, for logs. */
  readonly reason: string;

  constructor(reason: string, what: string) {
    super(what);
    this.reason = reason;
  }
}

/** An input on its way. */
export interface FetchedInput {
  /** Throws InputNotFetched, and the signal's reason once that has fired. */
  readonly bytes: ByteStream;
  /** The lower-case hex digest of the bytes, once they have all been read. */
  sha256(): string;
}

/**
 * Fetches an input from the address that a caller has given, without any credential. The address is untrusted (SSRF guard): it is
 * fetched only over https from a public host, or from one that the stage trusts. Nothing is sent before the bytes are read.
 */
export type FetchInput = (address: string, signal: AbortSignal) => FetchedInput;
