import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localKey } from '../../../bin/run-locally.ts';
import { formOf } from '../../support/sample-files.ts';
import type { Answer, Segment } from '../client.ts';
import { type RunningDarkroom, startDarkroom } from '../running-darkroom.ts';
import {
  type Credential,
  createSuiteClient,
  endpoints,
  model,
  type SuiteClient,
  segments,
  waysOfKey,
} from './suite.ts';

// What Bifrost's own suite of asynchronous requests (tests/async of maximhq/bifrost: submit, lifecycle, auth, ttl, validation,
// integration) asks of images, for each operation. It runs each case without a key, too, and with keys: see the exceptions.

let darkroom: RunningDarkroom;
let client: SuiteClient;
let otherKey: Credential;
const key: Credential = { 'x-bf-vk': localKey };

beforeAll(async () => {
  darkroom = await startDarkroom();
  client = createSuiteClient(darkroom.origin);
  otherKey = { 'x-bf-vk': await darkroom.newKey('another') };
});
afterAll(() => darkroom?.stop());

const ttlHeader = 'x-bf-async-job-result-ttl';
const failing = 'A circle [fail:refuse]';
const unknownId = '00000000-0000-0000-0000-000000000000';

async function submitted(segment: Segment, credential: Credential = key): Promise<string> {
  const answer = await client.submit(segment, credential);
  expect(answer.status, answer.bytes.toString()).toBe(202);
  return answer.job().id;
}

const succeeds = (answer: Answer): void => expect([200, 202]).toContain(answer.status);

describe.each(segments)('submit: %s', (segment) => {
  it('is a 202 with a pending job that has not ended', async () => {
    const answer = await client.submit(segment, key);
    expect(answer.status).toBe(202);
    const job = answer.job();
    expect(job.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    expect(job.status).toBe('pending');
    expect(Date.parse(job.created_at)).toBeGreaterThan(0);
    expect(job).not.toHaveProperty('completed_at');
    expect(job).not.toHaveProperty('expires_at');
  });

  it('can be looked at immediately: 202 while it is open, 200 once it has ended', async () => {
    const answer = await client.look(segment, await submitted(segment), key);
    const isOpen = ['pending', 'processing'].includes(answer.job().status);
    expect(answer.status).toBe(isOpen ? 202 : 200);
  });
});

describe.each(segments)('lifecycle: %s', (segment) => {
  it('ends, and says when and until when it can be had', async () => {
    const id = await submitted(segment);
    const answer = await client.pollUntil(200, segment, id, key);
    expect(answer.status).toBe(200);
    const job = answer.job();
    expect(job.id).toBe(id);
    expect(Date.parse(job.expires_at ?? '')).toBeGreaterThan(Date.parse(job.completed_at ?? ''));
    expect(job).toMatchObject({ status: 'completed', status_code: 200 });
  });

  it('has images in its result', async () => {
    const job = (await client.pollUntil(200, segment, await submitted(segment), key)).job();
    expect(job.result?.data.length).toBeGreaterThan(0);
  });

  it('is a 404 where there is no such job', async () => {
    expect((await client.look(segment, unknownId, key)).status).toBe(404);
  });

  it.each(segments.filter((other) => other !== segment))('is a 404 at the path of %s', async (other) => {
    expect((await client.look(other, await submitted(segment), key)).status).toBe(404);
  });
});

// A variation has no prompt by which the simulator could be told to fail.
describe.each(['generations', 'edits'] as const)('lifecycle of a failure: %s', (segment) => {
  it('ends at a 200 as failed, with an error and its status', async () => {
    const body: FormData | { prompt?: string } = await endpoints[segment]();
    if (body instanceof FormData) body.set('prompt', failing);
    else body.prompt = failing;
    const { id } = (await client.submit(segment, key, body)).job();
    const answer = await client.pollUntil(200, segment, id, key);
    const { status, status_code, error } = answer.job();
    expect({ http: answer.status, status, status_code }).toEqual({ http: 200, status: 'failed', status_code: 422 });
    expect(error?.status_code).toBe(422);
  });
});

describe.each(segments)('auth: %s', (segment) => {
  it.each(Object.keys(waysOfKey))('takes the same key at both ends as %s', async (way) => {
    const credential = waysOfKey[way]?.(localKey) ?? {};
    succeeds(await client.look(segment, await submitted(segment, credential), credential));
  });

  it('is a 404 for another key', async () => {
    expect((await client.look(segment, await submitted(segment), otherKey)).status).toBe(404);
  });
});

describe.each(segments)('ttl: %s', (segment) => {
  it.each([
    ['without the header', undefined, 3600],
    ['as the header says', '120', 120],
    ['where the header is no number', 'not-a-number', 3600],
    ['where it is zero', '0', 3600],
    ['where it is negative', '-1', 3600],
  ])('is right %s', async (_, header, seconds) => {
    const id = await submitted(segment, { ...key, ...(header !== undefined && { [ttlHeader]: header }) });
    const job = (await client.pollUntil(200, segment, id, key)).job();
    expect(Date.parse(job.expires_at ?? '') - Date.parse(job.completed_at ?? '')).toBe(seconds * 1000);
  });

  it('makes a 404 of a job whose time is over', async () => {
    const id = await submitted(segment, { ...key, [ttlHeader]: '1' });
    await client.pollUntil(200, segment, id, key);
    expect((await client.pollUntil(404, segment, id, key)).status).toBe(404);
  });
});

describe('validation', () => {
  const post = (segment: Segment, body: FormData | object) => client.submit(segment, key, body);

  it.each(segments)('refuses a stream: %s', async (segment) => {
    const body: FormData | object = await endpoints[segment]();
    const streaming = body instanceof FormData ? body : { ...body, stream: true };
    if (streaming instanceof FormData) streaming.set('stream', 'true');
    expect((await post(segment, streaming)).status).toBe(400);
  });

  it.each(segments)('refuses a submission without a model: %s', async (segment) => {
    expect((await post(segment, { prompt: 'A circle' })).status).toBe(400);
  });

  it.each(segments)('refuses malformed JSON: %s', async (segment) => {
    const headers = { ...key, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: '{invalid json' };
    expect((await client.send(`/v1/async/images/${segment}`, init)).status).toBe(400);
  });

  it.each(['edits', 'variations'] as const)('refuses a form without an image: %s', async (segment) => {
    expect((await post(segment, formOf(['model', model], ['prompt', 'Make it blue']))).status).toBe(400);
  });

  it.each(segments)('lets nobody post where jobs are looked at: %s', async (segment) => {
    const init = { method: 'POST', headers: key };
    expect([404, 405]).toContain((await client.send(`/v1/async/images/${segment}/${unknownId}`, init)).status);
  });
});

// The suite's asynchronous integration routes (`x-bf-async` at `/openai/v1/…`) are of chat and responses: Bifrost itself has no
// converter for images there. What clients of OpenAI's own images API get is the synchronous route.
describe('integration', () => {
  it.each(segments)('answers with images where OpenAI does: %s', async (segment) => {
    const { body, headers } = await requestOf(segment);
    const answer = await client.send(`/v1/images/${segment}`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    expect((answer.json() as { data: unknown[] }).data).toHaveLength(1);
  });

  async function requestOf(segment: Segment): Promise<{ body: FormData | string; headers: Record<string, string> }> {
    const body: FormData | object = await endpoints[segment]();
    if (body instanceof FormData) return { body, headers: { ...key } };
    return { body: JSON.stringify(body), headers: { ...key, 'content-type': 'application/json' } };
  }
});

/**
 * Where Bifrost's suite expects something else, and why this gateway does otherwise: every job has an owner, so nobody is let in
 * without a key; and a key that is none is said to be so by the status that HTTP has for it (RFC 9110, section 15.5.2).
 */
const exceptions = [
  { what: 'a submission without a key', credential: {}, bifrost: 202, here: 401 },
  { what: 'a submission with an unknown key', credential: { 'x-bf-vk': 'sk-bf-nobody' }, bifrost: 400, here: 401 },
  { what: 'a look without a key at the job of one', credential: {}, bifrost: 404, here: 401, isLook: true },
] as const;

describe.each(segments)('exceptions: %s', (segment) => {
  it.each(exceptions)('answers $here to $what, where Bifrost has $bifrost', async (row) => {
    const answer =
      'isLook' in row
        ? await client.look(segment, await submitted(segment), row.credential)
        : await client.submit(segment, row.credential);
    expect(answer.status).toBe(row.here);
  });
});
