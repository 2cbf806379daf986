import type { ProviderFailure } from './failure.ts';
import type { ImageRequest, JsonValue, Usage, Warning } from './generation.ts';
import type { ByteStream, InputImage, StoredImage } from './images/image.ts';
import type { Ticket } from './jobs/attempt.ts';
import type { Micros } from './money/micros.ts';

/** An image that a provider has made in part, to be shown until the whole one is there. */
export interface PartialImage {
  /** Counted from 0 within its request. */
  readonly index: number;
  /** Its bytes in base64, as the provider sent them. */
  readonly base64: string;
  /** The values that the provider says it uses, where it says so. */
  readonly background?: string;
  readonly outputFormat?: string;
  readonly quality?: string;
  readonly size?: string;
}

/** What an adapter gets for one provider request. Everything that is not the provider's wire format is done behind it. */
export interface ProviderCall {
  /** The provider's credential, for this request alone. Never logged, never sent to another origin. */
  readonly apiKey: string;
  /** Fires at the model's timeout, or when the worker has lost the job. */
  readonly signal: AbortSignal;
  /** Opens an input image's bytes; may be called again for another pass over them. */
  openImage(image: InputImage): Promise<ByteStream>;
  /**
   * A presigned address at which the image can be read by GET, without a credential, for a quarter of an hour from now; undefined
   * for an image that isn't in the bucket. Where a call has it, the adapter sends addresses instead of bytes, in the fields that
   * its provider documents for both. Never shown, logged or kept.
   * @default - images are sent as bytes
   */
  readonly addressOf?: (image: InputImage) => string | undefined;
  /**
   * Streams one resulting image into the gateway's bucket and tells what it is.
   * Throws ProviderFailure `malformed` if the bytes are no png, jpeg or webp.
   */
  saveImage(index: number, bytes: ByteStream): Promise<StoredImage>;
  /** Keeps what was sent, for a caller who asked for it: without credential, image bytes as their length and digest. */
  keepRawRequest(request: JsonValue): void;
  /**
   * Keeps what was answered, likewise. `response` is called if the caller asked for it, at the end of the call and for the
   * last answer alone: an answer that is not shown is not cleaned.
   */
  keepRawResponse(response: () => JsonValue): void;
  /**
   * A streaming caller: how many partial images are requested, 0 to 3, and where they go. `take` neither
   * throws nor has anything waited for.
   * @default - no caller streams
   */
  readonly partials?: { readonly count: number; readonly take: (partial: PartialImage) => void };
}

/** A resulting image: already in the bucket, or at an address of the provider's, to be fetched by the guarded client. */
export type ProviderImage =
  | { readonly image: StoredImage; readonly revisedPrompt?: string }
  | { readonly url: string; readonly revisedPrompt?: string };

/** What a provider said of a request that it has carried out. */
export interface Finished {
  readonly status: 'finished';
  readonly images: readonly ProviderImage[];
  readonly usage?: Usage;
  /**
   * What the provider says that it charged for the request.
   * @default - it doesn't say
   */
  readonly cost?: Micros;
  /** The values the provider says it used, where it says so. Type and size are read off the stored bytes instead. */
  readonly background?: string;
  readonly quality?: string;
  readonly warnings: readonly Warning[];
}

/** The provider works on; look again with the ticket after that many seconds. */
export interface Waiting {
  readonly status: 'waiting';
  readonly ticket: Ticket;
  readonly checkAfterSeconds: number;
}

/** The provider reports that the work behind a ticket has failed. */
export interface Failed {
  readonly status: 'failed';
  readonly failure: ProviderFailure;
}

/**
 * One image provider. An adapter makes exactly one request a call that may cost money and maps the wire format both ways;
 * retries, fallbacks, sizes, masks, downloads and storage are not its business. Throws only ProviderFailure, and whatever
 * `ProviderCall` throws.
 */
export interface ImageProvider {
  /** Makes one request that may cost money; before it, if need be, others that can't, such as uploads. */
  start(request: ImageRequest, call: ProviderCall): Promise<Finished | Waiting>;
  /**
   * Polls work that was started; free of charge. What it throws is a failure of the poll only: the work continues, and
   * is polled again. That the work itself has failed, or is unknown to the provider, is its answer `failed`.
   */
  resume?(ticket: Ticket, call: ProviderCall): Promise<Finished | Waiting | Failed>;
  /**
   * Asks the provider to stop; succeeds also where there is nothing left to stop, so that its success proves nothing of
   * the work. That it was stopped is what `resume` says then: `failed`, with a failure of the kind `called_off`.
   */
  cancel?(ticket: Ticket, call: ProviderCall): Promise<void>;
}
