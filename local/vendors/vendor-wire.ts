import type { IncomingHttpHeaders } from 'node:http';
import type { HostedResults } from './hosted-results.ts';
import type { ImageSource } from './image-source.ts';
import type { Charge } from './prices/charge.ts';
import type { RateLimit } from './rate-limit.ts';
import type { ReceivedFile, ReceivedRequest } from './received-request.ts';
import type { VendorTasks } from './vendor-tasks.ts';
import type { VendorUploads } from './vendor-uploads.ts';

/**
 * A wire format: the requests and answers of one family of vendors. A new one is one file that exports a `VendorWire`,
 * and one line in `wires.ts`; receiving, latency, ledger, faults and drawing are the simulator's and shared by all.
 */
export interface VendorWire {
  readonly name: string;
  /** The path between the vendor's name and the routes in its base URL, e.g. `/v1`. */
  readonly basePath: string;
  /** Where the same API is served besides, under the name of another version. @default nowhere */
  readonly otherBasePaths?: readonly string[];
  readonly routes: readonly WireRoute[];
  /** The answer to a request without a valid credential, or undefined if it has one. */
  authorize(request: ReceivedRequest, vendor: VendorContext): WireAnswer | undefined;
  /**
   * What a client that reaches the vendor at this address must have been given, to be let in.
   * @default - any text
   */
  clientCredential?(baseUrl: string): string;
  /** The credential as sent. The ledger keeps only a hash of it. */
  credential(headers: IncomingHttpHeaders): string | undefined;
  /** Answers a path or method that no route takes. */
  notFound(request: ReceivedRequest): WireAnswer;
  /** The vendor's error body for a failure that was ordered on demand. */
  failure(failure: OrderedFailure): WireAnswer;
  /**
   * Whether a request is charged that moderation refuses.
   * @default - it isn't
   */
  readonly billsRefusals?: true;
  /** Headers of every answer, e.g. the vendor's request id. */
  headers(elapsedMilliseconds: number): Record<string, string>;
}

export interface WireRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base path, e.g. `/images/edits`; a segment `:name` takes any value. */
  readonly path: string;
  /** What the ledger calls it, e.g. `generation`. */
  readonly operation: string;
  /** What the ledger shows of a request, be it valid or not. */
  describe(request: ReceivedRequest, vendor: VendorContext): RequestFacts;
  /** Validates the request as the vendor would, and plans the answer. */
  plan(request: ReceivedRequest, vendor: VendorContext): Promise<WirePlan>;
}

export interface RequestFacts {
  readonly model?: string;
  readonly prompt?: string;
  /** Files that were uploaded before and are only referenced by the request. @default the files in the request */
  readonly files?: readonly ReceivedFile[];
}

/** What a request leads to: a refusal, an answer that costs nothing (a poll), or images that are charged. */
export type WirePlan =
  | { readonly kind: 'refuse'; readonly answer: WireAnswer }
  | { readonly kind: 'reply'; readonly answer: WireAnswer }
  | {
      readonly kind: 'make';
      readonly prompt: string;
      readonly images: readonly ImageSource[];
      /** What the request costs by the vendor's price list. */
      readonly charge: Charge;
      /**
       * The answer comes at once and is a ticket; the work takes its time behind it.
       * @default false
       */
      readonly ticket?: boolean;
      /**
       * Builds the vendor's answer with the images; for faults it gets none, or ones that are no valid images.
       * `seconds` is how long the work behind a ticket takes.
       */
      answer(images: readonly ImageSource[], seconds: number): Promise<WireAnswer>;
      /**
       * The answer as server-sent events, which are sent one by one while the work continues. `answer` has all of them
       * at once.
       * @default the answer comes as a whole
       */
      readonly stream?: EventStream;
      /** The answer of a moderation refusal, where it isn't an error of the request. @default the wire's failure */
      refusal?(): Promise<WireAnswer>;
    };

/** The answer to a streaming request. */
export interface EventStream {
  readonly events: readonly StreamEvent[];
  /** The wire's event for a failure that was ordered. */
  failure(failure: OrderedFailure): StreamEvent;
}

export interface StreamEvent {
  readonly name: string;
  /** True for one with an image that isn't finished. */
  readonly isPartial: boolean;
  readonly body: Iterable<BodyPiece> | AsyncIterable<BodyPiece>;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Iterable<BodyPiece> | AsyncIterable<BodyPiece>;
  /**
   * Its head is sent at once, whenever the body may come.
   * @default once the body has begun
   */
  readonly isStream?: true;
}

/** Text, or bytes where the image itself is the answer. */
export type BodyPiece = string | Uint8Array;

/** A failure that was ordered by a test or by a prompt's marker. */
export interface OrderedFailure {
  readonly status: number;
  /** The vendor's own error code, where the default for the status isn't meant. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** The value of a Retry-After header. */
  readonly retryAfter?: string | undefined;
}

/** One vendor of a running simulator. */
export interface VendorProfile {
  /** The first segment of its base URL; also what the ledger and the faults call it. */
  readonly name: string;
  /** The name of a wire format in `wires.ts`. */
  readonly wire: string;
  /** The models it serves. @default the wire's own list */
  readonly models?: readonly string[];
  /** How long a result's URL works, in seconds. @default 3600 */
  readonly resultSeconds?: number;
  /** The rate limit, beyond which it answers 429 with the time of its reset. @default no limit */
  readonly rateLimit?: RateLimit;
  /** The secrets by access key of who may sign requests to it. @default that of the functions of a local stack */
  readonly awsSecrets?: Readonly<Record<string, string>>;
}

export interface VendorContext {
  readonly profile: VendorProfile;
  readonly results: HostedResults;
  /** Tasks that run behind a ticket. */
  readonly tasks: VendorTasks;
  /** Files that were uploaded to be named in later requests. */
  readonly uploads: VendorUploads;
  /** Where clients reach this vendor, for addresses that it gives them. */
  baseUrl(): string;
}

/** Builds an answer whose body is one JSON text, indented as OpenAI's are. */
export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}): WireAnswer {
  const body = [JSON.stringify(value, null, 2)];
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}
