import { expect } from 'vitest';
import { type ErrorBody, errorBodySchema } from '../../lambda/contract/errors.ts';
import { headerNames } from '../../lambda/contract/headers.ts';
import { type ImageResult, imageResultSchema } from '../../lambda/contract/image-result.ts';
import type { Answer } from './client.ts';

/** A stage whose synchronous answers are due after six seconds, and whose jobs may take two minutes. */
export const shortLimit = {
  synchronousSeconds: 6,
  ...{ modelTimeoutSeconds: 30, processJobTimeoutSeconds: 40, deadlineSeconds: 120 },
  ...{ leaseSeconds: 5, heartbeatSeconds: 1, wakeAfterSeconds: 5 },
};

/** The result in a synchronous answer, with exactly the contract's members. Throws where it is none. */
export function resultOf(answer: Answer): ImageResult {
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.bytes.toString()}`);
  const result = imageResultSchema.parse(answer.json());
  // The schema leaves out what it doesn't know, so equality shows that there was nothing of the kind.
  expect(answer.json()).toEqual(result);
  expect(jobIdOf(answer)).toBe(result.id);
  return result;
}

/** The error body of an answer, likewise. */
export function errorOf(answer: Answer): ErrorBody {
  const body = errorBodySchema.parse(answer.json());
  expect(answer.json()).toEqual(body);
  expect(answer.status).toBe(body.status_code);
  return body;
}

export const jobIdOf = ({ headers }: Answer): string => headers.get(headerNames.jobId) ?? '';
export const shouldRetryOf = ({ headers }: Answer): string | null => headers.get(headerNames.shouldRetry);
export const isReplayed = ({ headers }: Answer): boolean => headers.get(headerNames.idempotencyReplayed) === 'true';

/** An Idempotency-Key as a header. */
export const keyed = (key: string) => ({ 'idempotency-key': key });
