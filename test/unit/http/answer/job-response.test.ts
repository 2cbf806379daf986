import { describe, expect, it } from 'vitest';
import { type JobRendering, jobResponse, retryAfterSeconds } from '../../../../lambda/http/answer/job-response.ts';
import { requestWith } from '../../../support/sample-events.ts';
import fc from '../../../support/seeded-fast-check.ts';
import { completedJob, failedJob, openJob, submittedAt } from '../sample-jobs.ts';

const request = requestWith('', { host: 'a.example', 'x-request-id': 'r-1' });
const rendering: JobRendering = {
  signer: { sign: async () => 's', isGenuine: async () => true, isFor: async () => true },
  open: () => Promise.reject(new Error('nothing should be opened')),
  usualSeconds: async () => 40,
  now: submittedAt + 15_000,
  waitedSeconds: 0,
};

describe('jobResponse', () => {
  it('tells of an open job where and when to look again', async () => {
    const job = openJob();
    const { status, headers, body } = await jobResponse(request, job, rendering);
    expect(status).toBe(202);
    expect(headers.location).toBe(`${request.origin}/v1/async/images/edits/${job.id}`);
    expect(headers.location).toMatch(/^https:\/\/a\.example\//);
    expect(headers['retry-after']).toBe('25');
    expect(headers['x-request-id']).toBe('r-1');
    expect(JSON.parse(body as string)).toMatchObject({ id: job.id, status: 'pending' });
  });

  it('answers 200 for an ended job, a failed one too, and sends nobody on', async () => {
    for (const job of [completedJob(), failedJob()]) {
      const { status, headers } = await jobResponse(request, job, rendering);
      expect(status).toBe(200);
      expect(headers).not.toHaveProperty('location');
      expect(headers).not.toHaveProperty('retry-after');
      expect(headers).not.toHaveProperty('preference-applied');
    }
  });

  it('tells the wait that was granted', async () => {
    const waited = await jobResponse(request, openJob(), { ...rendering, waitedSeconds: 25 });
    expect(waited.headers['preference-applied']).toBe('wait=25');
  });

  it('shows links where a buffered answer could not hold the images', async () => {
    const job = completedJob({ responseFormat: 'b64_json' });
    const { body } = await jobResponse(request, job, { ...rendering, maxBytes: 1_000 });
    expect(JSON.parse(body as string).result.data[0].url).toMatch(/^https:\/\/a\.example\/.*signature=s$/);
  });
});

describe('retryAfterSeconds', () => {
  it.each([
    [40, 0, 40],
    [40, 10.5, 30],
    [40, 39, 4],
    [40, 400, 4],
    [5, 100, 1],
    [0, 0, 1],
    [20, -5, 20],
  ])('for %i typical seconds of which %d have passed, gives %i', (typical, passed, expected) => {
    expect(retryAfterSeconds(typical, passed)).toBe(expected);
  });

  it('is a whole number from 1 to the typical time', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 900, noNaN: true }),
        fc.double({ min: -10, max: 1e6, noNaN: true }),
        (typical, passed) => {
          const seconds = retryAfterSeconds(typical, passed);
          return Number.isInteger(seconds) && seconds >= 1 && seconds <= Math.ceil(typical);
        },
      ),
    );
  });
});
