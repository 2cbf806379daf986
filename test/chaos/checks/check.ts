import type { Evidence, JobEvidence } from '../evidence.ts';

/** A promise, held against what a run has left behind. */
export interface Check {
  /** A few words for the tables. */
  readonly name: string;
  /** A sentence for each place where the promise was broken. */
  readonly find: (evidence: Evidence) => readonly string[];
}

/** A broken promise. */
export interface Violation {
  readonly check: string;
  readonly what: string;
}

/** A check that looks at one job after another. */
export const eachJob = (
  name: string,
  find: (job: JobEvidence, evidence: Evidence) => readonly (string | false | undefined)[],
): Check => ({
  name,
  find: (evidence) =>
    evidence.jobs.flatMap((job) =>
      find(job, evidence)
        .filter((what) => typeof what === 'string')
        .map((what) => `${job.history.plan.token} ${job.row?.id ?? job.history.id ?? '(no job)'}: ${what}`),
    ),
});
