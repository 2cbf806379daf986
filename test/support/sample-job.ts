import type { Attempt } from '../../lambda/domain/jobs/attempt.ts';
import { acceptedJob, type JobOrder, type OpenJob } from '../../lambda/domain/jobs/job.ts';

/** Noon of a day in 2026, in epoch milliseconds. */
export const noon = Date.UTC(2026, 10, 20, 12);

/** An accepted generation job with one candidate; each field can be given another value. */
export function sampleOrder(over: Partial<JobOrder> = {}): JobOrder {
  return {
    id: '3f2f6a52-1111-4a5b-8c3d-000000000001',
    owner: 'vk_1',
    operation: 'generation',
    createdAt: noon,
    deadlineAt: noon + 1800_000,
    resultTtlSeconds: 3600,
    retentionDays: 2,
    submissionNonce: '9d1c6a52-2222-4a5b-8c3d-000000000002',
    requestId: 'request-1',
    responseFormat: 'url',
    rawWanted: { request: false, response: false },
    submission: {
      in: 'item',
      submission: { operation: 'generation', prompt: 'a lighthouse', n: 1, parameters: {}, extra: {} },
    },
    images: [],
    imagesWanted: 1,
    modelRequested: 'openai/gpt-image-2',
    candidates: [{ provider: 'openai', model: 'gpt-image-2' }],
    lane: 'shared',
    warnings: [],
    ...over,
  };
}

export const sampleJob = (over: Partial<OpenJob> = {}): OpenJob => ({ ...acceptedJob(sampleOrder()), ...over });

export const sampleAttempt = (over: Partial<Attempt> = {}): Attempt => ({
  number: 1,
  candidate: 0,
  provider: 'openai',
  model: 'gpt-image-2',
  startedAt: noon,
  outcome: 'started',
  billed: 'unknown',
  imagesAsked: 1,
  ...over,
});
