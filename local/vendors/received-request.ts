import type { IncomingHttpHeaders } from 'node:http';

export interface ReceivedFile {
  /** The part's name, or the place in the JSON body, e.g. `images[0].image_url`. */
  readonly field: string;
  readonly filename?: string;
  /** As declared by the sender. */
  readonly contentType: string;
  readonly content: Buffer;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
}

export interface ReceivedRequest {
  readonly method: string;
  /** Below the vendor's base URL, without the query. */
  readonly path: string;
  /** Path and query exactly as in the request line, which is what a signature covers. */
  readonly target: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: ReceivedBody;
  /** Of the body's bytes, in hexadecimal. */
  readonly bodySha256: string;
}

export type ReceivedBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: unknown; readonly files: readonly ReceivedFile[] }
  | {
      readonly kind: 'multipart';
      readonly fields: ReadonlyMap<string, readonly string[]>;
      readonly files: readonly ReceivedFile[];
    }
  /**
   * `application/x-www-form-urlencoded`, as token services take it: what is in it is secret, so the ledger shows none
   * of it.
   */
  | { readonly kind: 'form'; readonly fields: URLSearchParams }
  /** A body that could not be parsed according to its content type. */
  | { readonly kind: 'malformed'; readonly reason: string };
