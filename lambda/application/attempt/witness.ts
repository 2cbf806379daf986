import type { PartialImage } from '../../domain/provider.ts';

/** Whoever watches a job being worked on, such as the caller of a stream. Nobody waits for a witness, and none throws. */
export interface Witness {
  /** How many partial images of each request are to be seen, 0 to 3. */
  readonly partialImages: number;
  /** A provider is about to be asked: the entry of the ledger is written. */
  asking(): void;
  /** A partial image has come, in answer to the attempt with that number. */
  partial(attemptNumber: number, partial: PartialImage): void;
}
