import type { ByteStream } from './images/image.ts';
import type { AwsRole, Clock } from './ports.ts';

/** A body that is made while it is sent. `length` is exact: it goes out as Content-Length before the first chunk. */
export interface StreamedBody {
  readonly length: number;
  /** Begins a pass over the bytes. */
  chunks(): ByteStream;
}

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Absolute, http or https. */
  readonly url: string;
  /** Lower-case names. Content-Length is set from the body. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | StreamedBody;
  /** Ends the exchange, whichever part of it is under way. */
  readonly signal: AbortSignal;
  /** A longer answer is `malformed`. */
  readonly maxAnswerBytes: number;
}

export interface ProviderAnswer {
  readonly status: number;
  /** Lower-case names; repeated headers are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Comes with back-pressure, once. Must be read or given up (`return`), or the connection stays open until the signal. */
  readonly body: ByteStream;
}

/**
 * Makes one HTTP exchange with a provider. Any status is an answer. Throws ProviderFailure `overloaded` where no
 * connection came about, so that the provider can't have worked, and `unknown_outcome` for all that goes wrong after;
 * the body's stream throws in the same way. What a streamed request body throws passes through.
 */
export type SendRequest = (request: OutgoingRequest) => Promise<ProviderAnswer>;

/** What an adapter is made of: where its provider is, and how to reach it. */
export interface AdapterSettings {
  /** The start of every request's address, without a trailing slash. */
  readonly baseUrl: string;
  readonly send: SendRequest;
  /**
   * For what an adapter keeps until a time.
   * @default - the machine's own
   */
  readonly clock?: Clock;
  /**
   * For providers that are let in by the gateway's role in AWS.
   * @default - none: they can't be asked
   */
  readonly aws?: AwsRole;
}
