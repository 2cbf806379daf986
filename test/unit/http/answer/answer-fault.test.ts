import { describe, expect, it } from 'vitest';
import { errorBodySchema } from '../../../../lambda/contract/errors.ts';
import { GatewayError } from '../../../../lambda/domain/error-code.ts';
import type { Telemetry } from '../../../../lambda/domain/telemetry.ts';
import { answerFault } from '../../../../lambda/http/answer/answer-fault.ts';
import type { JobBehind } from '../../../../lambda/http/answer/job-goes-on.ts';
import { sampleEvent } from '../../../support/sample-events.ts';

const job = { id: '6f1f3f0e-8f43-4b39-9d0a-111111111111', operation: 'edit' } as const;
const event = sampleEvent({ headers: { host: 'a.example' } });

function answered(thrown: unknown, accepted?: JobBehind) {
  const events: unknown[] = [];
  const telemetry: Telemetry = { record: (code, _, cause) => void events.push({ code, cause }) };
  const { status, headers, body } = answerFault(telemetry)(thrown, event, accepted);
  return { status, headers, events, body: errorBodySchema.parse(JSON.parse(String(body))) };
}

/** A store that the SDK has asked more than once. */
const passing = Object.assign(new Error('throttled at arn:aws:dynamodb'), { $metadata: { attempts: 3 } });

describe('answerFault', () => {
  it('tells a fault that passes from one that does not, and logs each with its cause', () => {
    expect(answered(passing)).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    expect(answered(passing).events).toEqual([{ code: 'request_failed', cause: passing }]);
    const fault = new Error('a bug');
    expect(answered(fault)).toMatchObject({ status: 500, events: [{ code: 'request_failed', cause: fault }] });
  });

  it('lets a client try again by itself where nothing was accepted', () => {
    for (const thrown of [passing, new Error('a bug'), new GatewayError('unavailable', 'Full.')]) {
      expect(answered(thrown).headers).not.toHaveProperty('x-should-retry');
      expect(answered(thrown).body.extra_fields).toEqual({});
    }
  });

  it.each([
    ['a store that is down', passing, 503],
    ['a bug', new Error('a bug'), 500],
    ['a job that is gone', new GatewayError('not_found', 'There is no such job.'), 404],
  ] as const)('names the job that was accepted before %s, and keeps clients from a second one', (_, thrown, status) => {
    const answer = answered(thrown, job);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'x-darkroom-job-id': job.id,
      location: expect.stringMatching(new RegExp(`^https://a\\.example/.*v1/async/images/edits/${job.id}$`)),
      'x-should-retry': 'false',
    });
    expect(answer.body.extra_fields.job_id).toBe(job.id);
    expect(answer.body.error.message).not.toMatch(/try again,|arn:/i);
  });

  it('says how to get the result of the job it could not answer with, and speaks of the key only where one was sent', () => {
    const messageFor = (accepted: Parameters<typeof answered>[1]) => answered(passing, accepted).body.error.message;
    for (const accepted of [job, { ...job, fingerprint: 'f' }])
      expect(messageFor(accepted)).toContain(`GET /v1/async/images/edits/${job.id}`);
    expect(messageFor(job)).toMatch(/had no Idempotency-Key/);
    expect(messageFor({ ...job, fingerprint: 'f' })).toMatch(/again with its Idempotency-Key/);
  });

  it('keeps clients from trying again where a job may yet come of the first try', () => {
    const uncertain = new GatewayError('unavailable', 'It may yet run.', { mayRetry: false });
    expect(answered(uncertain).headers).toMatchObject({ 'x-should-retry': 'false', 'retry-after': '2' });
  });

  it('asks a client to wait for a budget only where a later window has room', () => {
    const never = new GatewayError('budget_exceeded', 'Too dear.');
    expect(answered(never).headers).not.toHaveProperty('retry-after');
    const later = new GatewayError('budget_exceeded', 'Later.', { retryAfterSeconds: 60 });
    expect(answered(later)).toMatchObject({ status: 402, headers: { 'retry-after': '60' } });
  });

  it('names the job of a refusal that has one', () => {
    const refusal = new GatewayError('unavailable', 'No slot.', { retryAfterSeconds: 5, job });
    expect(answered(refusal)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5', 'x-darkroom-job-id': job.id, 'x-should-retry': 'false' },
      body: { extra_fields: { job_id: job.id } },
      events: [],
    });
  });
});
