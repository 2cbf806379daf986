import { describe, expect, it } from 'vitest';
import { reportAnswer } from '../../../../lambda/application/synchronous/report-answer.ts';
import type { Job } from '../../../../lambda/domain/jobs/job.ts';
import { completedJob, failedJob, openJob } from '../../http/sample-jobs.ts';

/** What is recorded of an answer that took 40 seconds. */
function told(job: Job) {
  const events: (readonly [string, object])[] = [];
  const telemetry = { record: (code: string, fields: object) => void events.push([code, fields]) };
  reportAnswer({ clock: { now: () => 1_040_400 }, telemetry }, job, { arrivedAt: 1e6, stream: true, replayed: false });
  return events;
}

describe(reportAnswer, () => {
  it('tells results, failures and limits apart, whose they are and how long they took', () => {
    const fields = { seconds: 40, stream: true, replayed: false };
    const of = ({ id: jobId, owner }: Job) => ({ jobId, owner, ...fields });
    const completed = completedJob();
    const open = openJob();
    const failed = failedJob();
    expect(told(completed)).toEqual([['synchronous_answered', of(completed)]]);
    expect(told(open)).toEqual([['synchronous_limit_reached', of(open)]]);
    expect(told(failed)).toEqual([['synchronous_failed', { ...of(failed), failureCode: failed.failure.code }]]);
  });
});
