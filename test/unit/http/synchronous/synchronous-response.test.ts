import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { errorBodySchema, errorTable } from '../../../../lambda/contract/errors.ts';
import { imageResultSchema } from '../../../../lambda/contract/image-result.ts';
import type { ByteStream } from '../../../../lambda/domain/images/image.ts';
import type { Attempt } from '../../../../lambda/domain/jobs/attempt.ts';
import type { Job } from '../../../../lambda/domain/jobs/job.ts';
import {
  type SynchronousRendering,
  synchronousResponse,
} from '../../../../lambda/http/synchronous/synchronous-response.ts';
import { requestWith } from '../../../support/sample-events.ts';
import { completedJob, failedJob, openJob, sampleAttempt } from '../sample-jobs.ts';

const request = requestWith('', { host: 'a.example', 'x-request-id': 'r-1' });
const image = Buffer.from('an image');
const rendering: SynchronousRendering = {
  signer: { sign: async () => 's', isGenuine: async () => true, isFor: async () => true },
  open: async () =>
    (async function* () {
      yield image;
    })(),
  format: 'url',
  raw: {},
  replayed: false,
};

async function answered(job: Job, over: Partial<SynchronousRendering> = {}) {
  const { status, headers, body } = await synchronousResponse(request, job, { ...rendering, ...over });
  return { status, headers, body: JSON.parse(typeof body === 'string' ? body : await text(body as ByteStream)) };
}

const attempt = (billed: Attempt['billed']): Attempt => ({ ...sampleAttempt, outcome: 'overloaded', billed });

describe('synchronousResponse', () => {
  it('is the result of a completed job, and names the job', async () => {
    const job = completedJob();
    const { status, headers, body } = await answered(job, { raw: { rawRequest: { n: 1 }, rawResponse: { ok: true } } });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-request-id': 'r-1',
      'x-darkroom-job-id': job.id,
    });
    for (const name of ['location', 'x-should-retry', 'idempotency-replayed']) expect(headers).not.toHaveProperty(name);
    expect(imageResultSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      id: job.id,
      data: [{ url: expect.stringContaining('signature=s'), index: 0 }, { index: 1 }],
      extra_fields: { raw_request: { n: 1 }, raw_response: { ok: true }, request_type: 'image_edit' },
    });
    expect(body.data[0]).not.toHaveProperty('b64_json');
  });

  it.each([
    ['url', ['url']],
    ['b64_json', ['b64_json']],
    ['both', ['url', 'b64_json']],
  ] as const)('shows the images as %s, whatever the job was told to show', async (format, shown) => {
    const job = completedJob({ responseFormat: format === 'url' ? 'b64_json' : 'url' });
    const { body } = await answered(job, { format });
    for (const each of body.data) {
      expect(['url', 'b64_json'].filter((name) => name in each)).toEqual(shown);
      if ('b64_json' in each) expect(each.b64_json).toBe(image.toString('base64'));
    }
  });

  it.each(['content_refused', 'provider_error', 'provider_timeout', 'invalid_request', 'cancelled'] as const)(
    'answers a job that failed as %s with the status of that',
    async (code) => {
      const job = failedJob({ failure: { code, message: 'Why.', provider: 'openai', warnings: [] } });
      const { status, headers, body } = await answered(job);
      expect(status).toBe(errorTable[code].status);
      expect(headers['x-darkroom-job-id']).toBe(job.id);
      expect(headers).not.toHaveProperty('location');
      expect(errorBodySchema.parse(body)).toMatchObject({ type: code, is_bifrost_error: false });
    },
  );

  it('says of an open job where it goes on, and keeps clients from a second one', async () => {
    const job = openJob();
    const { status, headers, body } = await answered(job);
    expect(status).toBe(504);
    expect(headers).toMatchObject({
      'x-darkroom-job-id': job.id,
      'x-should-retry': 'false',
      location: expect.stringMatching(new RegExp(`^https://a\\.example/.*v1/async/images/edits/${job.id}$`)),
    });
    expect(errorBodySchema.parse(body)).toMatchObject({
      event_id: 'r-1',
      type: 'deadline_exceeded',
      is_bifrost_error: true,
      extra_fields: { job_id: job.id, model_requested: 'openai/gpt-image-2', request_type: 'image_edit' },
    });
  });

  it('says how to get the result by its path, and speaks of the key only where one was sent', async () => {
    const path = `GET /v1/async/images/edits/${openJob().id}`;
    const keyless = (await answered(openJob())).body.error.message;
    expect(keyless).toContain(path);
    expect(keyless).toMatch(/had no Idempotency-Key: sending it again creates another job/);
    const keyed = (await answered(openJob({ fingerprint: 'f' }))).body.error.message;
    expect(keyed).toContain(path);
    expect(keyed).toMatch(/send the same request again with its Idempotency-Key/);
  });

  it.each([
    ['of a job that nobody was asked for', [], true],
    ['where nothing was billed', [attempt('no'), attempt('no')], true],
    ['where one request may have been billed', [attempt('no'), attempt('unknown'), attempt('no')], false],
    ['where one request was billed', [attempt('yes')], false],
  ] as const)('lets a client retry a failure by itself %s: %s', async (_, attempts, mayRetry) => {
    const { headers } = await answered(failedJob({ attempts }));
    expect(headers['x-should-retry']).toBe(mayRetry ? undefined : 'false');
    const replayed = await answered(failedJob({ attempts }), { replayed: true });
    expect(replayed.headers).toMatchObject({ 'x-should-retry': 'false', 'idempotency-replayed': 'true' });
  });

  it('tells of a replay, and how the limits stand where the job was counted', async () => {
    const rateLimits = [
      { limit: { requests: 5, period: '1m' }, windowSeconds: 60, remaining: 4, resetSeconds: 30 },
    ] as const;
    const fresh = await answered(completedJob(), { limits: { rateLimits } });
    expect(fresh.headers).toMatchObject({ ratelimit: '"1m";r=4;t=30', 'ratelimit-policy': '"1m";q=5;w=60' });
    const replayed = await answered(completedJob(), { replayed: true });
    expect(replayed.headers['idempotency-replayed']).toBe('true');
  });
});
