import { requestTypes } from '../../contract/image-result.ts';
import type { Operation } from '../../domain/generation.ts';
import type { ByteStream } from '../../domain/images/image.ts';
import type { Clock, Timers } from '../../domain/ports.ts';
import type { PartialImage } from '../../domain/provider.ts';

/** Milliseconds between the keep-alive comments of a stream of server-sent events: proxies cut idle connections. */
const commentMilliseconds = 15_000;

/** Partial images that wait to be sent: a caller that is slow to take them misses the oldest. */
const maxPending = 3;

export interface ImageEventsSettings {
  readonly operation: Operation;
  /** The requested number of partial images of each request, 0 to 3. */
  readonly partialImages: number;
  readonly clock: Clock;
  readonly timers: Timers;
}

/**
 * The server-sent events of a synchronous request, while its job runs: it is the witness of that work. The work never
 * waits for it, and events that the client doesn't read are dropped.
 */
export class ImageEvents {
  readonly partialImages: number;
  /** Settles when there is something to be sent: from then on the answer is a stream. */
  readonly begun: Promise<void>;
  readonly #begin: () => void;
  readonly #settings: ImageEventsSettings;
  readonly #comments: string[] = [];
  #pending: string[] = [];
  #wake: () => void = () => {};
  #isOver = false;
  #cancelComment: () => void = () => {};
  /** The attempts of which partial images were seen. */
  readonly #attempts = new Set<number>();

  constructor(settings: ImageEventsSettings) {
    this.#settings = settings;
    this.partialImages = settings.partialImages;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.begun = promise;
    this.#begin = resolve;
    this.#commentLater();
  }

  /** A provider is about to be called: from here on only the provider's answer can cause a refusal. */
  asking(): void {
    this.#comment();
  }

  partial(attemptNumber: number, { index, base64, ...said }: PartialImage): void {
    if (this.#isOver) return;
    this.#attempts.add(attemptNumber);
    const { operation, clock } = this.#settings;
    const type = eventType(operation, 'partial_image');
    const { background, outputFormat: output_format, quality, size } = said;
    const shown = { created_at: secondsOf(clock.now()), background, output_format, quality, size };
    this.#pending = [
      ...this.#pending.slice(1 - maxPending),
      eventText(type, { type, partial_image_index: index, b64_json: base64, ...shown }),
    ];
    this.#begin();
    this.#wake();
  }

  /** Whether partial images of another attempt than that one were shown: what the caller saw is not what it got. */
  hasShownOthersThan(attemptNumber: number): boolean {
    return [...this.#attempts].some((number) => number !== attemptNumber);
  }

  /** The events as they come, and in the end what the job came to; throws what that throws. */
  async *body(ending: Promise<ByteStream>): ByteStream {
    let isEnding = false;
    const end = (): void => {
      isEnding = true;
      this.#wake();
    };
    ending.then(end, end);
    try {
      for (;;) {
        const woken = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        const texts = [...this.#comments.splice(0), ...this.#pending.splice(0)];
        for (const text of texts) yield Buffer.from(text);
        if (texts.length > 0) continue;
        if (isEnding) break;
        await woken;
      }
      this.#cancelComment();
      yield* await ending;
    } finally {
      this.close();
    }
  }

  /** Nothing more is to be sent. */
  close(): void {
    this.#isOver = true;
    this.#pending = [];
    this.#cancelComment();
  }

  #comment(): void {
    if (this.#isOver) return;
    if (this.#comments.length === 0) this.#comments.push(':\n\n');
    this.#begin();
    this.#wake();
    this.#commentLater();
  }

  #commentLater(): void {
    this.#cancelComment();
    this.#cancelComment = this.#settings.timers.after(commentMilliseconds, () => this.#comment());
  }
}

/** An event's name, as OpenAI's are: `image_generation.completed`. */
export const eventType = (operation: Operation, what: 'partial_image' | 'completed'): string =>
  `${requestTypes[operation]}.${what}`;

/** One event. Its data is JSON, which has no line breaks. */
export const eventText = (type: string, data: unknown): string => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

export const secondsOf = (epochMilliseconds: number): number => Math.floor(epochMilliseconds / 1000);
