import type { JobRecord } from '../../../lambda/adapters/dynamo/jobs/job-record.ts';
import { acceptedRecord } from '../../../lambda/adapters/dynamo/jobs/job-record.ts';
import type { ImageJob } from '../../../lambda/contract/job.ts';
import { acceptedJob } from '../../../lambda/domain/jobs/job.ts';
import { resultPrefix } from '../../../lambda/domain/jobs/retention.ts';
import type { LedgerEntry } from '../../../local/vendors/request-log.ts';
import { itemBytes } from '../../support/item-bytes.ts';
import { noon, sampleAttempt, sampleOrder } from '../../support/sample-job.ts';
import type { Evidence, JobEvidence } from '../evidence.ts';
import { type JobHistory, newHistory, type Sight, seenOf } from '../history.ts';
import { planJob } from '../job-plan.ts';
import type { Scenario } from '../scenario.ts';
import { storm } from '../scenarios/storm.ts';
import { StepCounts } from '../step-counts.ts';

const seconds = 1000;

/** The evidence of a run in which one job went well, to be spoilt. */
export interface GoodRun {
  /** The run with the job as it stands by now, and with what else is changed. */
  evidence(): Evidence;
  /** What differs besides the job. */
  changed: Partial<Evidence>;
  readonly history: JobHistory;
  /** The row at the end, which is also the last that was seen of it. */
  row: JobRecord | undefined;
  readonly requests: LedgerEntry[];
  readonly images: Map<string, JobEvidence['images'] extends ReadonlyMap<string, infer Image> ? Image : never>;
  readonly steps: StepCounts;
}

export const scenarioWith = (over: Partial<Scenario>): Scenario => ({ ...storm, ...over });

const sight = (at: number, row: JobRecord): Sight => ({ at, bytes: itemBytes(row), row: seenOf(row) });

/** A job that was accepted, claimed, asked for once, stored and completed, all of which its client was told. */
export function goodRun(): GoodRun {
  const order = sampleOrder({ deadlineAt: noon + 90 * seconds });
  const key = `${resultPrefix(order.retentionDays, order.submissionNonce, 1)}/0.png`;
  const stored = { type: 'png', width: 256, height: 256, hasAlpha: false, bytes: 1234 } as const;
  const accepted = acceptedRecord(acceptedJob(order));
  const asking = sampleAttempt({ startedAt: noon + seconds });
  const working: JobRecord = { ...accepted, status: 'processing', claim: 1, attempts: [asking], ledgerVersion: 1 };
  const closed = { ...asking, outcome: 'succeeded', billed: 'yes', endedAt: noon + 3 * seconds } as const;
  const ended: JobRecord = {
    ...working,
    status: 'completed',
    attempts: [closed],
    ledgerVersion: 2,
    completedAt: noon + 3 * seconds,
    expiresAt: noon + 3600 * seconds,
    result: {
      images: [{ ...stored, key }],
      provider: 'openai',
      model: 'gpt-image-2',
      latency: 2 * seconds,
      warnings: [],
    } as unknown as NonNullable<JobRecord['result']>,
  };
  const history = newHistory({ ...planJob(() => 0, 'canary-storm-0-'), n: 1 });
  history.id = order.id;
  history.acceptedAt = noon;
  history.ids.add(order.id);
  history.sights.push(sight(noon, accepted), sight(noon + seconds, working), sight(noon + 3 * seconds, ended));
  history.answers.push({ at: noon, job: answer('pending') }, { at: noon + 4 * seconds, job: answer('completed') });
  const steps = new StepCounts();
  steps.note({ step: 'submit-job SQS SendMessage', at: noon, thread: 0, jobId: order.id, hop: 0, invocation: 'first' });
  const run: GoodRun = {
    history,
    row: ended,
    requests: [charge(1)],
    images: new Map([[key, { ...stored }]]),
    steps,
    changed: {},
    evidence: () => ({
      scenario: storm,
      seed: 1,
      seconds: 5,
      jobs: [{ history, row: run.row, requests: run.requests, images: run.images }],
      steps,
      objectKeys: [key],
      strayRequests: [],
      messages: { jobs: 0, deadLetters: 0 },
      logLines: ['[process-job] {"code":"job_completed"}'],
      ...run.changed,
    }),
  };
  return run;
}

/** What a client is shown of the job. */
export const answer = (status: ImageJob['status']): ImageJob => ({
  id: sampleOrder().id,
  status,
  created_at: new Date(noon).toISOString(),
  ...(status === 'pending' ? {} : { completed_at: new Date(noon + 3 * seconds).toISOString() }),
});

/** A request that a provider was paid for. */
export const charge = (sequence: number): LedgerEntry => ({
  sequence,
  vendor: 'studio',
  at: new Date(noon).toISOString(),
  method: 'POST',
  path: '/v1/images/generations',
  operation: 'generation',
  parameters: {},
  files: [],
  outcome: 'charged',
  charged: true,
  images: 1,
});
