import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../../lambda/domain/jobs/attempt.ts';
import type { Job } from '../../../../lambda/domain/jobs/job.ts';
import { withStreamWarnings } from '../../../../lambda/http/synchronous/stream-warnings.ts';
import { completedJob, failedJob, openJob, sampleAttempt } from '../sample-jobs.ts';

const failedFirst: Attempt = { ...sampleAttempt, outcome: 'unknown_outcome', billed: 'unknown' };
const winner: Attempt = { ...sampleAttempt, number: 2 };
const codesOf = (job: Job) => (job.status === 'completed' ? job.result.warnings.map(({ code }) => code) : []);
const messagesOf = (job: Job) => (job.status === 'completed' ? job.result.warnings.map(({ message }) => message) : []);
/** A stream that was to show two partial images, in which some of these attempts were shown. */
const shown = (...numbers: readonly number[]) => ({
  partialImages: 2,
  hasShownOthersThan: (number: number) => numbers.some((each) => each !== number),
});
const always = { replayed: false, showsPartials: () => true };
const never = { replayed: false, showsPartials: () => false };

describe('withStreamWarnings', () => {
  it('says nothing where the caller saw what it got', () => {
    const job = completedJob({ attempts: [failedFirst, winner] });
    expect(withStreamWarnings(job, shown(2), always)).toBe(job);
    expect(withStreamWarnings(job, shown(), always)).toBe(job);
  });

  it('warns of a model that shows nothing on the way, as the winning attempt asked it', () => {
    const job = completedJob({ attempts: [failedFirst, winner] });
    const asked: Attempt[] = [];
    const showsPartials = (attempt: Attempt) => {
      asked.push(attempt);
      return false;
    };
    const warned = withStreamWarnings(job, shown(), { replayed: false, showsPartials });
    expect(codesOf(warned)).toEqual(['stream_without_partials']);
    expect(messagesOf(warned)).toEqual([expect.stringMatching(/^This model does not stream partial images/)]);
    expect(asked).toEqual([winner]);
  });

  it('says of a known answer that it shows nothing on the way, to who wanted to see something', () => {
    const job = completedJob({ attempts: [], result: { ...completedJob().result, cached: true, warnings: [] } });
    const warned = withStreamWarnings(job, shown(), always);
    expect(messagesOf(warned)).toEqual([expect.stringMatching(/^The images are a known answer/)]);
    expect(withStreamWarnings(job, { ...shown(), partialImages: 0 }, always)).toBe(job);
  });

  it('says that it was the number of images, where a model that shows partial ones was asked for several at a time', () => {
    const job = completedJob({ attempts: [failedFirst, { ...winner, imagesAsked: 2 }] });
    const warned = withStreamWarnings(job, shown(), always);
    expect(codesOf(warned)).toEqual(['stream_without_partials']);
    expect(messagesOf(warned)).toEqual([expect.stringMatching(/^Several images were requested/)]);
    expect(messagesOf(withStreamWarnings(job, shown(), never))).toEqual([expect.stringMatching(/^This model/)]);
  });

  it('says of a replay that the key had a job, whatever the model shows, and only where some were asked for', () => {
    const job = completedJob({ attempts: [failedFirst, winner] });
    for (const view of [always, never]) {
      const warned = withStreamWarnings(job, shown(), { ...view, replayed: true });
      expect(codesOf(warned)).toEqual(['stream_without_partials']);
      expect(messagesOf(warned)).toEqual([expect.stringMatching(/^This Idempotency-Key already had a job/)]);
      const unasked = { ...shown(), partialImages: 0 };
      expect(withStreamWarnings(job, unasked, { ...view, replayed: true })).toBe(job);
    }
  });

  it('warns of partial images of a request that came to nothing', () => {
    const job = completedJob({ attempts: [failedFirst, winner] });
    expect(codesOf(withStreamWarnings(job, shown(1), always))).toEqual(['stream_restarted']);
    expect(codesOf(withStreamWarnings(job, shown(1, 2), always))).toEqual(['stream_restarted']);
    expect(codesOf(withStreamWarnings(job, shown(1), never))).toEqual(['stream_without_partials', 'stream_restarted']);
  });

  it('keeps the warnings that are there', () => {
    const warning = { code: 'emulated', message: 'By an edit.' } as const;
    const { result } = completedJob();
    const job = completedJob({ result: { ...result, warnings: [warning] } });
    expect(codesOf(withStreamWarnings(job, shown(), never))).toEqual(['emulated', 'stream_without_partials']);
  });

  it('leaves a job without a result as it is', () => {
    for (const job of [failedJob(), openJob()]) expect(withStreamWarnings(job, shown(1), never)).toBe(job);
  });
});
