import type { Attempt } from '../../../lambda/domain/jobs/attempt.ts';
import {
  acceptedJob,
  type CompletedJob,
  type JobOrder,
  type OpenJob,
  type UnsuccessfulJob,
} from '../../../lambda/domain/jobs/job.ts';

export const submittedAt = Date.UTC(2026, 10, 20, 12, 0, 0, 123);
const completedAt = submittedAt + 30_000;

const sampleOrder: JobOrder = {
  id: '6f1f3f0e-8f43-4b39-9d0a-111111111111',
  owner: 'vk-1',
  operation: 'edit',
  createdAt: submittedAt,
  deadlineAt: submittedAt + 1_800_000,
  resultTtlSeconds: 3600,
  retentionDays: 2,
  submissionNonce: 'nonce',
  requestId: 'request-of-the-submission',
  responseFormat: 'url',
  rawWanted: { request: false, response: false },
  submission: { in: 'item', submission: { operation: 'edit', prompt: 'p', n: 2, parameters: {}, extra: {} } },
  images: [],
  imagesWanted: 1,
  modelRequested: 'openai/gpt-image-2',
  lane: 'shared',
  candidates: [
    { provider: 'openai', model: 'gpt-image-2' },
    { provider: 'bfl', model: 'flux' },
  ],
  warnings: [],
};

export const sampleAttempt: Attempt = {
  number: 1,
  imagesAsked: 1,
  candidate: 0,
  provider: 'openai',
  model: 'gpt-image-2',
  startedAt: submittedAt + 1_000,
  outcome: 'succeeded',
  billed: 'yes',
  endedAt: submittedAt + 21_000,
  statusCode: 200,
};

export const openJob = (more: Partial<JobOrder> = {}): OpenJob => acceptedJob({ ...sampleOrder, ...more });

const storedImage = (index: number, bytes: number) =>
  ({ type: 'png', width: 8, height: 8, hasAlpha: false, key: `results/${index}.png`, bytes }) as const;

export const completedJob = (more: Partial<CompletedJob> = {}): CompletedJob => ({
  ...openJob(),
  status: 'completed',
  attempts: [sampleAttempt],
  completedAt,
  expiresAt: completedAt + 3_600_000,
  result: {
    images: [{ ...storedImage(0, 300), revisedPrompt: 'a finer prompt' }, storedImage(1, 301)],
    provider: 'openai',
    model: 'gpt-image-2',
    latency: 20_000,
    warnings: [],
  },
  ...more,
});

export const failedJob = (more: Partial<UnsuccessfulJob> = {}): UnsuccessfulJob => ({
  ...openJob(),
  status: 'failed',
  attempts: [],
  completedAt,
  expiresAt: completedAt + 3_600_000,
  failure: { code: 'deadline_exceeded', message: 'Too late.', warnings: [] },
  ...more,
});
