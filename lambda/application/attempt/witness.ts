// Observer of a job in progress, for streamed responses.

import type { PartialImage } from '../../domain/provider.ts';

/** Observes a job being worked on, for the caller of a stream. The work never blocks on a witness, and none throws. */
export interface Witness {
  /** How many partial images of each request to show, 0 to 3. */
  readonly partialImages: number;
  /** A provider request is imminent: its ledger entry is written. */
  asking(): void;
  /** A partial image of the attempt with that number has arrived. */
  partial(attemptNumber: number, partial: PartialImage): void;
}
