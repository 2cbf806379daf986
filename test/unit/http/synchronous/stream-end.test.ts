import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { errorBodySchema } from '../../../../lambda/contract/errors.ts';
import type { Job } from '../../../../lambda/domain/jobs/job.ts';
import { faultEvent, streamEnd } from '../../../../lambda/http/synchronous/stream-end.ts';
import { requestWith } from '../../../support/sample-events.ts';
import { completedJob, failedJob, openJob } from '../sample-jobs.ts';

const request = requestWith('', { host: 'a.example', 'x-request-id': 'r-1' });
const contentOf = (key: string): Buffer => Buffer.from(`the bytes of ${key}`);
const rendering = {
  signer: { sign: async () => 's', isGenuine: async () => true, isFor: async () => true },
  open: async (key: string) =>
    (async function* () {
      yield contentOf(key);
    })(),
  fault: (error: unknown) => {
    throw error;
  },
};

/** The events of a stream: each is an `event:` line, a `data:` line, and an empty one. */
function eventsIn(stream: string) {
  expect(stream).toMatch(/^(event: [a-z_.]+\ndata: .+\n\n)+$/);
  return [...stream.matchAll(/event: (.+)\ndata: (.+)\n\n/g)].map(([, type, data = '']) => ({
    type,
    data: JSON.parse(data),
  }));
}

const ended = async (job: Job, raw = {}) => eventsIn(await text(await streamEnd(request, job, raw, rendering)));

describe('streamEnd', () => {
  it('is an event for each image of a completed job, the last with what all took', async () => {
    const usage = { input_tokens: 5, output_tokens: 10, total_tokens: 15 };
    const { result } = completedJob();
    const job = completedJob({ result: { ...result, usage, quality: 'high' } });
    const [first, second, ...more] = await ended(job, { rawRequest: { n: 2 } });
    expect(more).toEqual([]);
    for (const [index, event] of [first, second].entries()) {
      expect(event?.type).toBe('image_edit.completed');
      expect(event?.data).toMatchObject({
        type: 'image_edit.completed',
        b64_json: contentOf(result.images[index]?.key ?? '').toString('base64'),
        url: expect.stringMatching(new RegExp(`^https://a\\.example/.*/${job.id}/${index}\\?.*signature=s$`)),
        created_at: Math.floor(job.completedAt / 1000),
        size: '8x8',
        quality: 'high',
        output_format: 'png',
        index,
        id: job.id,
        model: 'openai/gpt-image-2',
        extra_fields: { request_type: 'image_edit', raw_request: { n: 2 }, attempts: [{ outcome: 'succeeded' }] },
      });
    }
    expect(first?.data).toMatchObject({ revised_prompt: 'a finer prompt' });
    expect(first?.data).not.toHaveProperty('usage');
    expect(second?.data.usage).toEqual(usage);
  });

  it('is whole events up to an image that can not be opened, and then an error', async () => {
    const [first] = completedJob().result.images;
    const open = (key: string) => (key === first?.key ? rendering.open(key) : Promise.reject(new Error('it is gone')));
    const body = JSON.stringify({ type: 'internal', error: { code: 'internal' } });
    const fault = (error: unknown) => ({ status: 500, headers: { because: String(error) }, body });
    const events = eventsIn(await text(await streamEnd(request, completedJob(), {}, { ...rendering, open, fault })));
    expect(events.map(({ type }) => type)).toEqual(['image_edit.completed', 'error']);
    expect(events[1]?.data).toEqual({ type: 'error', error: { code: 'internal' } });
  });

  it('is an error of the type `error` for a job that failed, with the body of a plain answer', async () => {
    const job = failedJob({
      failure: { code: 'content_refused', message: 'Not that.', provider: 'openai', warnings: [] },
    });
    const [event] = await ended(job);
    expect(event).toMatchObject({ type: 'error', data: { type: 'error', status_code: 422, is_bifrost_error: false } });
    expect(errorBodySchema.parse({ ...event?.data, type: 'content_refused' }).error).toMatchObject({
      code: 'content_refused',
      message: 'Not that.',
    });
  });

  it('says of an open job that it goes on', async () => {
    const [event] = await ended(openJob());
    expect(event?.data).toMatchObject({
      type: 'error',
      status_code: 504,
      event_id: 'r-1',
      error: {
        code: 'deadline_exceeded',
        message: expect.stringContaining(`GET /v1/async/images/edits/${openJob().id}`),
      },
      extra_fields: { job_id: openJob().id },
    });
  });
});

describe('faultEvent', () => {
  it('is the answer of a fault as an event', async () => {
    const [event] = eventsIn(await text(faultEvent({ body: '{"type":"internal","error":{"code":"internal"}}' })));
    expect(event).toEqual({ type: 'error', data: { type: 'error', error: { code: 'internal' } } });
  });
});
