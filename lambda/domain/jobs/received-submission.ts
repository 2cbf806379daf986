import type { ResponseFormat, Submission, Warning } from '../generation.ts';
import type { RawWanted } from './job.ts';

/** An input image that came with the request. `param`, here and below, is the part or field that held it. */
export interface ReceivedBytes {
  readonly param: string;
  readonly bytes: Uint8Array;
}

/** An input image that its caller has uploaded before. */
export interface ReceivedFile {
  readonly param: string;
  /** Has the form of a file's id; whether its caller has such a file isn't known. */
  readonly fileId: string;
}

/** An input image on a server of the caller's choice. */
export interface ReceivedAddress {
  readonly param: string;
  /** As the caller wrote it: begins with `https:` or `http:`, and isn't checked any further. */
  readonly address: string;
}

/** An input image in one of the forms in which a request may name it. */
export type ReceivedImage = ReceivedBytes | ReceivedFile | ReceivedAddress;

/** A submission read off the wire and checked field by field; which models exist and what the images are is not yet known. */
export interface ReceivedSubmission {
  /** `provider/model` as the client wrote it. */
  readonly model: string;
  /** The same for each fallback, in order. */
  readonly fallbacks: readonly string[];
  readonly submission: Submission;
  /**
   * How the client wants its images shown.
   * @default - it doesn't say: as links
   */
  readonly responseFormat?: ResponseFormat;
  /**
   * The client of a synchronous route takes the result as a stream of events, with so many partial images of each request, 0 to 3.
   * @default - it takes one answer
   */
  readonly stream?: { readonly partialImages: number };
  readonly rawWanted: RawWanted;
  readonly images: readonly ReceivedImage[];
  readonly mask?: ReceivedImage;
  /** Whole seconds the result should live; absent where the client named none. */
  readonly resultTtlSeconds?: number;
  /** How long the client lets the answer wait for the job's end; 0 where it doesn't. */
  readonly waitSeconds: number;
  readonly idempotencyKey?: string;
  /**
   * How the client lets equal submissions share an answer: those with the same key, for so many seconds, and whether its own result
   * may become one.
   * @default - it doesn't
   */
  readonly cache?: { readonly key: string; readonly ttlSeconds: number; readonly store: boolean };
  /**
   * What was passed over of the request, for the job's own warnings.
   * @default - nothing was
   */
  readonly warnings?: readonly Warning[];
}
