// S3 keys of an attempt: deterministic, so that objects of a lost worker can be found and deleted.

import { imageTypes } from '../../../domain/images/image.ts';
import { type Attempt, type RawSide, rawSides } from '../../../domain/jobs/attempt.ts';
import { itemLimits } from '../../../domain/jobs/item-limits.ts';
import type { Job, JobOrder } from '../../../domain/jobs/job.ts';
import type { JobResult } from '../../../domain/jobs/job-result.ts';
import { copyPrefix, resultPrefix } from '../../../domain/jobs/retention.ts';

/** The prefix of all objects of an attempt. */
export const attemptPrefix = (job: JobOrder, attempt: Attempt): string =>
  resultPrefix(job.retentionDays, job.submissionNonce, attempt.number);

/** The names below the prefix. An image's is its index; images also have their type's extension. */
export const manifestName = 'manifest.json';
export const rawName = (side: RawSide): string => `raw-${side}`;
export const probeName = 'probe';
export const fetchedName = (index: number): string => `fetched-${index}`;

/** The possible names of an image in the bucket: its type is known only from its first bytes. */
export const imageNames = (name: string): readonly string[] => imageTypes.map((type) => `${name}.${type}`);

/** The name of a JSON object. */
export const jsonName = (name: string): string => `${name}.json`;

/** The key of a raw body of an attempt. */
export const rawKey = (job: JobOrder, attempt: number, side: RawSide): string =>
  `${resultPrefix(job.retentionDays, job.submissionNonce, attempt)}/${jsonName(rawName(side))}`;

/** The keys of an attempt's stored raw bodies. */
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
 * Every object that the attempts of a job may have written, recorded or not: even an attempt without a charge may have stored an
 * image before it failed.
 */
export const resultKeys = (job: Job): readonly string[] => [
  ...(job.status === 'completed' ? writtenKeys(job.result) : []),
  // A worker may have been lost after it had copied a known answer.
  ...(job.cache ? possibleCopies(copyPrefix(job)) : []),
  ...job.attempts.flatMap((attempt) => [
    ...(attempt.delivered ? writtenKeys(attempt.delivered) : []),
    ...possibleKeys(job, attempt),
  ]),
];

/** Every object that copies of an answer's images below a prefix may be. */
export const possibleCopies = (prefix: string): readonly string[] =>
  Array.from({ length: itemLimits.images }, (_, index) => imageNames(`${prefix}/${index}`)).flat();

const writtenKeys = (result: JobResult): readonly string[] =>
  [...result.images.map((image) => image.key), result.rawRequestKey, result.rawResponseKey].filter(
    (key) => key !== undefined,
  );
