import type { JobFailure, JobOrder, JobProgress, JobStatus } from './job.ts';
import type { JobResult } from './job-result.ts';

/**
 * The fields that change in a job's life. `ttl` (epoch seconds) is when the table may drop the item; `openShard` is
 * present only while the job is open, and with it the entry in the index of open jobs.
 */
export interface JobFields
  extends JobProgress,
    Pick<JobOrder, 'submission' | 'images' | 'mask' | 'warnings' | 'requestId' | 'modelRequested' | 'lane'>,
    Required<Pick<JobOrder, 'cache' | 'addresses'>> {
  readonly status: JobStatus;
  readonly submissionNonce: string;
  readonly fingerprint: string;
  readonly deadlineAt: number;
  readonly ttl: number;
  readonly openShard: string;
  readonly wakeAt: number;
  readonly wakeups: number;
  readonly completedAt: number;
  readonly expiresAt: number;
  readonly deletedAt: number;
  readonly result: JobResult;
  readonly failure: JobFailure;
}

type Comparable = string | number;

/** One comparison of a job's field with a value. A transition holds when all of its conditions do. */
export type Condition =
  | { readonly field: keyof JobFields; readonly is: 'equalTo'; readonly value: Comparable }
  | { readonly field: keyof JobFields; readonly is: 'oneOf'; readonly values: readonly Comparable[] }
  | { readonly field: keyof JobFields; readonly is: 'atMost' | 'atLeast'; readonly value: number };

/**
 * What a transition writes. `set` replaces fields, `remove` takes them away, `add` adds a number, and `accumulate` adds
 * another field's former value (so that a claim can count a lease that was not released).
 */
export interface Change {
  readonly set?: Partial<JobFields>;
  readonly remove?: readonly (keyof JobFields)[];
  readonly add?: Partial<Record<keyof JobFields, number>>;
  readonly accumulate?: Partial<Record<keyof JobFields, keyof JobFields>>;
}

/** A step in a job's life as data: one source for the store's condition, the in-memory store and the tests. */
export interface Transition {
  readonly name: string;
  readonly when: readonly Condition[];
  readonly change: Change;
}

export type FieldsOfJob = Partial<Record<keyof JobFields, unknown>>;

/** Whether a condition holds. A field that isn't there meets no condition, as in DynamoDB. */
export function holds(condition: Condition, fields: FieldsOfJob): boolean {
  const actual = fields[condition.field];
  if (actual === undefined) return false;
  switch (condition.is) {
    case 'equalTo':
      return actual === condition.value;
    case 'oneOf':
      return condition.values.some((value) => value === actual);
    case 'atMost':
      return typeof actual === 'number' && actual <= condition.value;
    case 'atLeast':
      return typeof actual === 'number' && actual >= condition.value;
  }
}

/** The first condition that keeps a transition from happening, or undefined if nothing does. */
export const obstacle = (transition: Transition, fields: FieldsOfJob): Condition | undefined =>
  transition.when.find((condition) => !holds(condition, fields));

/** The fields as they stand after a change. */
export function changed<F extends FieldsOfJob>(fields: F, change: Change): F {
  const next = { ...without(fields, change.remove), ...change.set } as Record<string, unknown>;
  const before = fields as Record<string, unknown>;
  for (const [name, amount] of Object.entries(change.add ?? {})) next[name] = Number(before[name] ?? 0) + amount;
  for (const [name, other] of Object.entries(change.accumulate ?? {})) {
    next[name] = Number(before[name] ?? 0) + Number(before[other] ?? 0);
  }
  return next as F;
}

/** The fields but for some: copied rather than deleted from, since engines keep what was deleted from as a hash table. */
function without(fields: FieldsOfJob, names: Change['remove']): FieldsOfJob {
  if (!names?.some((name) => name in fields)) return fields;
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name as keyof JobFields)));
}
