// Commit record of an attempt: proof that all its results are stored.

import type { JsonValue } from '../../../domain/generation.ts';
import type { Attempt } from '../../../domain/jobs/attempt.ts';
import type { OpenJob } from '../../../domain/jobs/job.ts';
import type { JobResult } from '../../../domain/jobs/job-result.ts';
import type { Cost } from '../../../domain/money/quote.ts';
import type { ImageStore } from '../../../domain/ports.ts';
import { attemptPrefix, manifestName } from './attempt-keys.ts';

/** Written beside the images before the job is `completed`, so that a crash in between loses no paid image. */
export interface Manifest {
  /** When the provider request ended, epoch milliseconds. */
  readonly endedAt: number;
  /** @default - unknown */
  readonly cost?: Cost;
  readonly result: JobResult;
}

/** The part of a manifest that closes the attempt's ledger entry. */
export const ofManifest = ({ endedAt, cost }: Manifest): Pick<Attempt, 'endedAt' | 'cost'> => ({
  endedAt,
  ...(cost && { cost }),
});

const manifestKey = (job: OpenJob, attempt: Attempt): string => `${attemptPrefix(job, attempt)}/${manifestName}`;

/** The manifest of an attempt, or undefined if it was never written. Trusted: only our own workers write there. */
export async function readManifest(
  images: Pick<ImageStore, 'findJson'>,
  job: OpenJob,
  attempt: Attempt,
): Promise<Manifest | undefined> {
  return (await images.findJson(manifestKey(job, attempt))) as unknown as Manifest | undefined;
}

export const writeManifest = (
  images: Pick<ImageStore, 'putJson'>,
  job: OpenJob,
  attempt: Attempt,
  manifest: Manifest,
): Promise<void> => images.putJson(manifestKey(job, attempt), manifest as unknown as JsonValue);
