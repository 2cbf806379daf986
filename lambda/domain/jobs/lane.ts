/**
 * How a job's wake-ups reach a worker: on the queue whose jobs share an invocation, or on that of slow jobs, each of which
 * has an invocation alone (a bulkhead), so that it holds up no other job of its batch.
 */
export const lanes = ['shared', 'alone'] as const;
export type Lane = (typeof lanes)[number];

/** What a candidate's timing says of the worker that asks it. */
export interface CandidateTiming {
  readonly typicalSeconds: number;
  /** Whether its provider gives a ticket at once and is polled: then no worker waits for its images. */
  readonly isPolled: boolean;
}

/** The lane of a job: alone where one of its candidates usually keeps a worker waiting for so long, or longer. */
export const laneFor = (candidates: readonly CandidateTiming[], slowModelSeconds: number): Lane =>
  candidates.some(({ typicalSeconds, isPolled }) => !isPolled && typicalSeconds >= slowModelSeconds)
    ? 'alone'
    : 'shared';
