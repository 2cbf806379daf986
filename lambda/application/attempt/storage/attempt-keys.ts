import { imageTypes } from '../../../domain/images/image.ts';
import { type Attempt, type RawSide, rawSides } from '../../../domain/jobs/attempt.ts';
import { itemLimits } from '../../../domain/jobs/item-limits.ts';
import type { Job, JobOrder } from '../../../domain/jobs/job.ts';
import type { JobResult } from '../../../domain/jobs/job-result.ts';
import { resultPrefix } from '../../../domain/jobs/retention.ts';

// How the objects of an attempt are called in the bucket. What a lost worker wrote can be found, and deleted, by these names.

/** Everything that an attempt writes lies below this. */
export const attemptPrefix = (job: JobOrder, attempt: Attempt): string =>
  resultPrefix(job.retentionDays, job.submissionNonce, attempt.number);

/** The names below the prefix. An image's own is its index, and all images have their type's ending besides. */
export const manifestName = 'manifest.json';
export const rawName = (side: RawSide): string => `raw-${side}`;
export const probeName = 'probe';
export const fetchedName = (index: number): string => `fetched-${index}`;

/** What an image of this name may be called in the bucket: its type is known when its bytes come. */
export const imageNames = (name: string): readonly string[] => imageTypes.map((type) => `${name}.${type}`);

/** What a value kept as JSON is called in the bucket. */
export const jsonName = (name: string): string => `${name}.json`;

/** Where a side of the provider's wire is kept for an attempt. */
export const rawKey = (job: JobOrder, attempt: number, side: RawSide): string =>
  `${resultPrefix(job.retentionDays, job.submissionNonce, attempt)}/${jsonName(rawName(side))}`;

/** The objects with what was kept of an attempt's sides. */
export const rawKeysOf = (job: JobOrder, { raw }: Attempt): readonly string[] =>
  raw === undefined ? [] : raw.sides.map((side) => rawKey(job, raw.attempt, side));

/** Every name that an attempt may have used. */
const possibleNames: readonly string[] = [
  manifestName,
  ...[...rawSides.map(rawName), probeName].map(jsonName),
  ...Array.from({ length: itemLimits.images }, (_, index) => [String(index), fetchedName(index)])
    .flat()
    .flatMap(imageNames),
];

/** Every object that an attempt may have written. */
export const possibleKeys = (job: JobOrder, attempt: Attempt): readonly string[] => [
  ...possibleNames.map((name) => `${attemptPrefix(job, attempt)}/${name}`),
  ...rawKeysOf(job, attempt),
];

/**
 * Every object that the attempts of a job may have written, whether or not their workers lived to record it: also one that
 * cost nothing may have stored an image before it failed.
 */
export const resultKeys = (job: Job): readonly string[] => [
  ...(job.status === 'completed' ? writtenKeys(job.result) : []),
  ...job.attempts.flatMap((attempt) => [
    ...(attempt.delivered ? writtenKeys(attempt.delivered) : []),
    ...possibleKeys(job, attempt),
  ]),
];

const writtenKeys = (result: JobResult): readonly string[] =>
  [...result.images.map((image) => image.key), result.rawRequestKey, result.rawResponseKey].filter(
    (key) => key !== undefined,
  );
