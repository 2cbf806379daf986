import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../lambda/domain/attempt.ts';
import type { Job } from '../../../lambda/domain/job.ts';
import { withStreamWarnings } from '../../../lambda/http/stream-warnings.ts';
import { completedJob, failedJob, openJob, sampleAttempt } from './sample-jobs.ts';

const failedFirst: Attempt = { ...sampleAttempt, outcome: 'unknown_outcome', billed: 'unknown' };
const winner: Attempt = { ...sampleAttempt, number: 2 };
const codesOf = (job: Job) => (job.status === 'completed' ? job.result.warnings.map(({ code }) => code) : []);
/** A stream in which partial images of these attempts were shown. */
const shown = (...numbers: readonly number[]) => ({
  hasShownOthersThan: (number: number) => numbers.some((each) => each !== number),
});
const always = () => true;

describe('withStreamWarnings', () => {
  it('says nothing where the caller saw what it got', () => {
    const job = completedJob({ attempts: [failedFirst, winner] });
    expect(withStreamWarnings(job, shown(2), always)).toBe(job);
    expect(withStreamWarnings(job, shown(), always)).toBe(job);
  });

  it('warns of a model that shows nothing on the way, as the winning attempt asked it', () => {
    const job = completedJob({ attempts: [failedFirst, winner] });
    const asked: Attempt[] = [];
    const warned = withStreamWarnings(job, shown(), (attempt) => {
      asked.push(attempt);
      return false;
    });
    expect(codesOf(warned)).toEqual(['stream_without_partials']);
    expect(asked).toEqual([winner]);
  });

  it('warns of partial images of a request that came to nothing', () => {
    const job = completedJob({ attempts: [failedFirst, winner] });
    expect(codesOf(withStreamWarnings(job, shown(1), always))).toEqual(['stream_restarted']);
    expect(codesOf(withStreamWarnings(job, shown(1, 2), always))).toEqual(['stream_restarted']);
    expect(codesOf(withStreamWarnings(job, shown(1), () => false))).toEqual([
      'stream_without_partials',
      'stream_restarted',
    ]);
  });

  it('keeps the warnings that are there', () => {
    const warning = { code: 'emulated', message: 'By an edit.' } as const;
    const { result } = completedJob();
    const job = completedJob({ result: { ...result, warnings: [warning] } });
    expect(codesOf(withStreamWarnings(job, shown(), () => false))).toEqual(['emulated', 'stream_without_partials']);
  });

  it('leaves a job without a result as it is', () => {
    for (const job of [failedJob(), openJob()]) expect(withStreamWarnings(job, shown(1), () => false)).toBe(job);
  });
});
