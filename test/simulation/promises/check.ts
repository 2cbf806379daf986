import type { JobRecord } from '../../../lambda/adapters/dynamo/jobs/job-record.ts';
import { Broken, type Facts, type Life, type Told } from '../facts.ts';
import type { Billed } from '../parts/vendors.ts';
import type { PromiseNumber } from './list.ts';

/** One or more promises, by what they are judged by. Whatever is broken throws `Broken`. */
export interface Check {
  /** A row has changed, from `before`: undefined where it is new. */
  readonly onWrite?: (facts: Facts, life: Life, before: JobRecord | undefined, by: string) => void;
  /** A vendor has got a request. */
  readonly onRequest?: (facts: Facts, request: Billed, life: Life | undefined) => void;
  /** Something has been done for a job, such as an object removed. */
  readonly onTouched?: (facts: Facts, life: Life) => void;
  /** A client has been told something. */
  readonly onTold?: (facts: Facts, told: Told, number: number) => void;
  /** The deadline of a job and a minute are over, and again each minute until it has ended. */
  readonly onOverdue?: (facts: Facts, life: Life) => void;
  /** Over all jobs. */
  readonly onSums?: (facts: Facts) => void;
  readonly atEnd?: (facts: Facts) => void;
}

export function broken(promise: PromiseNumber, life: Pick<Life, 'number'>, what: string): never {
  throw new Broken(promise, life.number, what);
}
