import { acceptedRecord, type JobRecord, jobOf } from '../../../lambda/adapters/dynamo/jobs/job-record.ts';
import { changed, type Transition } from '../../../lambda/domain/jobs/conditions.ts';
import { cancel, complete, erase, fail } from '../../../lambda/domain/jobs/endings.ts';
import { acceptedJob, type JobOrder, type OpenJob } from '../../../lambda/domain/jobs/job.ts';
import type { JobResult } from '../../../lambda/domain/jobs/job-result.ts';
import { claim, startAttempt } from '../../../lambda/domain/jobs/transitions.ts';
import { sampleAttempt, sampleOrder } from '../../support/sample-job.ts';
import type { JobState } from './expected.ts';

/** Longer than any run takes: what is open stays as it is, and no worker, sweep or deadline touches it. */
const longMilliseconds = 24 * 3600_000;

export type Wanted = Pick<JobOrder, 'id' | 'owner' | 'operation' | 'submissionNonce'> & Partial<JobOrder>;

/** A job as the table keeps it, brought into a state by the engine's own transitions. Times are around `now` (epoch ms). */
export function storedJob(state: JobState, wanted: Wanted, now: number): JobRecord {
  const age = state === 'expired' ? 3 * 3600_000 : 60_000;
  const order = sampleOrder({ createdAt: now - age, deadlineAt: now - age + longMilliseconds, ...wanted });
  const pending: JobRecord = { ...acceptedRecord(acceptedJob(order)), dueAt: now + longMilliseconds };
  if (state === 'pending') return pending;
  const claimed = after(pending, claim(0, now - age, longMilliseconds / 1000));
  if (state === 'processing') return claimed;
  if (state === 'failed') return after(claimed, fail(openJob(claimed), failure, now - age));
  if (state === 'cancelled') return after(claimed, cancel(jobOf(claimed), now - age));
  if (state === 'deleted') {
    const cancelled = after(claimed, cancel(jobOf(claimed), now - age));
    return after(cancelled, erase(jobOf(cancelled), now));
  }
  const attempt = sampleAttempt({ startedAt: now - age });
  const asked = after(claimed, startAttempt(openJob(claimed), attempt));
  const winning = { ...attempt, outcome: 'succeeded', billed: 'yes', latency: 1000 } as const;
  return after(asked, complete(openJob(asked), winning, resultBelow(order), now - age));
}

const after = (record: JobRecord, { change }: Transition): JobRecord => changed(record, change);

const openJob = (record: JobRecord): OpenJob => jobOf(record) as OpenJob;

const failure = { code: 'provider_error', message: 'The provider failed.', warnings: [] } as const;

const resultBelow = ({ submissionNonce }: JobOrder): JobResult => ({
  images: [
    { key: `results/r2/${submissionNonce}/1/0.png`, type: 'png', width: 8, height: 8, hasAlpha: false, bytes: 100 },
  ],
  provider: 'openai',
  model: 'gpt-image-2',
  latency: 1000,
  warnings: [],
});
