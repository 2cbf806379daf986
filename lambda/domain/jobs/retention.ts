/**
 * The days after which the bucket sweeps an object, in rising order. An object carries its class in its key, and the
 * bucket has one lifecycle rule for each: S3 has no expiry per object.
 */
export const retentionClasses = [2, 8, 32] as const;

/** One of the classes, in days. */
export type RetentionDays = (typeof retentionClasses)[number];

const secondsPerDay = 86_400;

/** The longest result TTL and deadline together that a class can hold, in seconds. */
export const maxRetentionSeconds = Math.max(...retentionClasses) * secondsPerDay;

/**
 * The smallest class that outlives a job's objects: its deadline and then its result's whole life. Throws a RangeError
 * where no class does; the stage's settings and the contract's limit on the TTL keep that from happening.
 */
export function retentionDaysFor(resultTtlSeconds: number, deadlineSeconds: number): RetentionDays {
  const neededSeconds = resultTtlSeconds + deadlineSeconds;
  const days = retentionClasses.find((candidate) => candidate * secondsPerDay >= neededSeconds);
  if (days === undefined) throw new RangeError(`No retention class holds objects for ${neededSeconds} seconds.`);
  return days;
}

/** The prefix of all inputs of one class: what its lifecycle rule and its permissions are about. */
export const inputClassPrefix = (days: number): string => `inputs/r${days}/`;

/** The prefix of all results of one class. */
export const resultClassPrefix = (days: number): string => `results/r${days}/`;

/** The prefix of all images of known answers of one class. */
export const answerClassPrefix = (days: number): string => `cache/r${days}/`;

/** The prefix of all files of one class. */
export const fileClassPrefix = (days: number): string => `files/r${days}/`;

/** Where the object of a file lies that lives so many seconds, by its id without the prefix that all have. */
export const fileKey = (lifetimeSeconds: number, bareId: string): string =>
  `${fileClassPrefix(retentionDaysFor(lifetimeSeconds, 0))}${bareId}`;

/** Where the inputs of one submission lie, without a slash at the end; only that submission writes and deletes below it. */
export const inputPrefix = (days: number, submissionNonce: string): string =>
  `${inputClassPrefix(days)}${submissionNonce}`;

/** Where the images of one attempt lie, without a slash at the end; only its workers write there, for a ticket several. */
export const resultPrefix = (days: number, submissionNonce: string, attempt: number | string): string =>
  `${resultClassPrefix(days)}${submissionNonce}/${attempt}`;

/** Where a job's copies of a known answer's images lie: beside its attempts, under a name that no attempt has. */
export const copyPrefix = (job: { readonly retentionDays: number; readonly submissionNonce: string }): string =>
  resultPrefix(job.retentionDays, job.submissionNonce, 'answer');

/** A published answer outlives its time to live by this much, for those that are copying it as it ends. */
const copyingSeconds = 3600;

/** Where the images of an answer that this submission led lie, without a slash at the end, by how long it lives. */
export const answerPrefix = (ttlSeconds: number, submissionNonce: string): string =>
  `${answerClassPrefix(retentionDaysFor(ttlSeconds, copyingSeconds))}${submissionNonce}`;
