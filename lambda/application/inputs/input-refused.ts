import type { JobFailure } from '../../domain/jobs/job.ts';

/** An addressed input that its job can't be worked on with: ends the job, at no cost. */
export class InputRefused extends Error {
  override readonly name = 'InputRefused';
  readonly param: string;
  /** The kind of fault, for logs. */
  readonly reason: string;

  /** `what` completes "The image in … ". */
  constructor(param: string, reason: string, what: string) {
    super(`The image in "${param}" ${what}`);
    this.param = param;
    this.reason = reason;
  }
}

/** What ends the job of such an input. */
export const failureOf = ({ message, param }: InputRefused): JobFailure => ({
  code: 'invalid_image',
  message,
  param,
  warnings: [],
});
