import { randomUUID } from 'node:crypto';
import type { JobOrder } from '../../lambda/domain/job.ts';

/** When sample orders are submitted. */
export const submittedAt = Date.UTC(2026, 10, 20, 12);

/** A job as a submission orders it, with an id of its own; half an hour to its deadline, an hour for its result. */
export const sampleOrder = (changes: Partial<JobOrder> = {}): JobOrder => ({
  id: randomUUID(),
  owner: 'key-1',
  operation: 'generation',
  createdAt: submittedAt,
  deadlineAt: submittedAt + 1800_000,
  resultTtlSeconds: 3600,
  retentionDays: 2,
  submissionNonce: 'nonce-1',
  requestId: 'request-1',
  responseFormat: 'url',
  rawWanted: { request: false, response: true },
  submission: {
    in: 'item',
    submission: { operation: 'generation', prompt: 'a red kite', n: 1, parameters: { quality: 'low' }, extra: {} },
  },
  images: [],
  candidates: [{ provider: 'openai', model: 'gpt-image-1' }],
  warnings: [{ code: 'fallback_dropped', message: 'Nobody serves it.' }],
  ...changes,
});
