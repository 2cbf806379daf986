import type { Candidate, Warning } from '../generation.ts';
import type { Micros } from './micros.ts';

/** What one candidate would charge for all images of a submission, each request being made once. */
export interface CandidateQuote {
  readonly candidate: Candidate;
  /** Images of one provider request; the last one makes those that are left. */
  readonly imagesPerRequest: number;
  readonly requests: number;
  /** @default - the price is unknown */
  readonly price?: {
    readonly likely: Micros;
    readonly worst: Micros;
    /** The day (YYYY-MM-DD) on which it was read. */
    readonly readOn: string;
  };
}

/** What a submission would cost. */
export interface SubmissionQuote {
  /** In the order in which they would be asked. */
  readonly candidates: readonly [CandidateQuote, ...CandidateQuote[]];
  /** Those of the job, and of the first candidate's request. */
  readonly warnings: readonly Warning[];
}

/** What the dearest candidate charges at most; undefined if the price of one is unknown. */
export function worstOf({ candidates }: Pick<SubmissionQuote, 'candidates'>): Micros | undefined {
  const prices = candidates.map(({ price }) => price?.worst);
  return prices.reduce((worst, price) =>
    worst === undefined || price === undefined ? undefined : Math.max(worst, price),
  );
}
