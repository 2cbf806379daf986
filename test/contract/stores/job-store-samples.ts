import { randomUUID } from 'node:crypto';
import type { Attempt } from '../../../lambda/domain/jobs/attempt.ts';
import { isOpen, type JobFailure, type JobOrder, type OpenJob } from '../../../lambda/domain/jobs/job.ts';
import type { JobResult } from '../../../lambda/domain/jobs/job-result.ts';
import type { Applied } from '../../../lambda/domain/ports.ts';
import { sampleAttempt, sampleOrder } from '../../support/sample-job.ts';

/** An order with an id of its own: the cases share a store. */
export const newOrder = (changes: Partial<JobOrder> = {}): JobOrder =>
  sampleOrder({ id: randomUUID(), submissionNonce: 'nonce-1', ...changes });

/** An attempt as it is written before its request. */
export const startedAttempt = (number: number): Attempt => sampleAttempt({ number });

export const sampleFailure: JobFailure = { code: 'provider_error', message: 'It broke.', warnings: [] };

export const sampleResult: JobResult = {
  images: [{ key: 'results/1.png', type: 'png', width: 8, height: 9, hasAlpha: false, bytes: 70 }],
  provider: 'openai',
  model: 'gpt-image-1',
  latency: 1234,
  warnings: [],
};

/** The open job of a transition that must have been made. */
export function openJobOf(applied: Applied): OpenJob {
  if (!applied.applied) throw new Error('The transition was not made.');
  if (!isOpen(applied.job)) throw new Error('The job has ended.');
  return applied.job;
}
