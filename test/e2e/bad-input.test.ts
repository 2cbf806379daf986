import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorBodySchema, errorTable } from '../../lambda/contract/errors.ts';
import type { ErrorCode } from '../../lambda/domain/error-code.ts';
import {
  type BadSubmission,
  badBodies,
  badFields,
  badHeaders,
  badImages,
  badPartials,
  badStreams,
  tooLarge,
} from './bad-submissions.ts';
import { type Answer, createClient, fetchAnswer, locationOf } from './client.ts';
import { leaksIn } from './log-leaks.ts';
import { promptOf, type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

const good = { model: 'openai/gpt-image-2', prompt: promptOf('a good one') };
/** What both doors refuse alike. */
const badAnywhere = [...badBodies, ...badImages, ...badFields, ...badHeaders, tooLarge];
const submitPath = '/v1/async/images/generations';
let darkroom: RunningDarkroom;

beforeAll(async () => {
  darkroom = await startDarkroom();
  // One job, so that counting the stores is seen to count.
  await darkroom.client.run('generations', good);
  const stored = await darkroom.stored();
  expect(stored.jobs).toBe(1);
  expect(stored.objects).toBeGreaterThan(0);
});

afterAll(async () => {
  await darkroom?.stop();
});

/** Sends a request with an id of its own, and checks that its refusal is the contract's and left nothing behind. */
async function refused(path: string, init: RequestInit, code: ErrorCode, key?: string): Promise<Answer> {
  const before = await darkroom.stored();
  const requestId = randomUUID();
  const headers = { 'x-request-id': requestId, ...(init.headers as Record<string, string>) };
  const address = darkroom.origin + path;
  const client = createClient(darkroom.origin, key);
  const answer = await (key === ''
    ? fetchAnswer(address, { ...init, headers })
    : client.ask(path, { ...init, headers }));
  expect(answer.status, answer.bytes.toString()).toBe(errorTable[code].status);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.headers.get('x-request-id')).toBe(requestId);
  const body = errorBodySchema.parse(answer.json());
  expect(answer.json()).toEqual(body);
  expect(body).toMatchObject({
    event_id: requestId,
    type: code,
    is_bifrost_error: true,
    status_code: errorTable[code].status,
    error: { type: errorTable[code].class, code, event_id: requestId },
  });
  expect(await darkroom.stored()).toEqual(before);
  return answer;
}

const errorOf = (answer: Answer) => errorBodySchema.parse(answer.json()).error;

/** Submits what must be refused at a door, and holds it against what its sender must be told. */
async function refusedAt(door: string, { segment, send, status, code, param, says }: BadSubmission): Promise<void> {
  const answer = await refused(`${door}/${segment}`, { method: 'POST', ...(await send()) }, code);
  expect(answer.status).toBe(status);
  const error = errorOf(answer);
  expect(error.param).toBe(param);
  if (says) expect(error.message).toMatch(says);
}

describe('POST /v1/images/{operation}', () => {
  it.each([...badAnywhere, ...badPartials])('refuses $what, and is no job', async (submission) => {
    await refusedAt('/v1/images', submission);
  });

  it('refuses no key', async () => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', body: JSON.stringify(good), headers };
    await refused('/v1/images/generations', init, 'virtual_key_required', '');
  });

  it('is a plain refusal where a stream is asked for, too', async () => {
    const body = JSON.stringify({ ...good, stream: true, n: 11 });
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json', accept: 'text/event-stream' } };
    await refused('/v1/images/generations', init, 'invalid_value');
  });
});

describe('POST /v1/async/images/{operation}', () => {
  it.each([...badAnywhere, ...badStreams])('refuses $what', async (submission) => {
    await refusedAt('/v1/async/images', submission);
  });

  it.each([
    ['no key', 'virtual_key_required', {}],
    ["another service's key", 'virtual_key_required', { authorization: 'Bearer sk-proj-1234' }],
    ['a key that was never made', 'virtual_key_not_found', { authorization: 'Bearer sk-bf-wrong' }],
    ['a wrong key in x-bf-vk', 'virtual_key_not_found', { 'x-bf-vk': 'nonsense' }],
  ] as const)('refuses %s', async (_, code, credential) => {
    const headers = { 'content-type': 'application/json', ...credential };
    await refused(submitPath, { method: 'POST', body: JSON.stringify(good), headers }, code, '');
  });
});

describe('GET /v1/async/images/{operation}/{job_id}', () => {
  it.each([
    ['no key', 'virtual_key_required', {}],
    ['a key that was never made', 'virtual_key_not_found', { authorization: 'Bearer sk-bf-wrong' }],
  ] as const)('refuses %s', async (_, code, headers) => {
    await refused(`${submitPath}/${randomUUID()}`, { headers }, code, '');
  });
});

describe('GET /v1/images/content/{job_id}/{index}', () => {
  it('is a 404 for a link that nobody has signed', async () => {
    const job = await darkroom.client.run('generations', good);
    const url = new URL(job.result?.data[0]?.url ?? '');
    const forged = [
      url.pathname,
      `${url.pathname}?expires=9999999999&signature=${url.searchParams.get('signature')}`,
      `${url.pathname.replace(/0$/, '1')}${url.search}`,
      `${url.pathname.replace(job.id, randomUUID())}${url.search}`,
      `${url.pathname}${url.search}A`,
      `${url.pathname.replace('content', 'con%74ent')}${url.search}`,
      `${url.pathname}/${url.search}`,
      `${url.pathname}${url.search}&x=1`,
      `${url.pathname}${url.search.replace('?', '?expires=1&')}`,
    ];
    for (const path of forged) await refused(path, {}, 'not_found', '');
  });
});

describe('ANY /{proxy+}', () => {
  it.each([
    '/',
    '/v1',
    '/v1/nothing',
    `${submitPath}/a/b`,
    '/v1%2Fmodels',
    '/v1%2Fasync%2Fimages%2Fgenerations/x',
    '/%2Fhealth',
  ])('is a 404 at %s', async (path) => {
    await refused(path, {}, 'not_found', '');
  });

  it.each([
    ['PUT', submitPath, 'POST, OPTIONS'],
    ['GET', submitPath, 'POST, OPTIONS'],
    ['DELETE', '/health', 'GET, HEAD, OPTIONS'],
    ['POST', '/openapi.json', 'GET, HEAD, OPTIONS'],
    ['POST', `/v1/images/content/${randomUUID()}/0`, 'GET, HEAD, OPTIONS'],
  ])('is a 405 for %s %s, with the methods allowed', async (method, path, allow) => {
    const answer = await refused(path, { method }, 'method_not_allowed', '');
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it('is a 405 for PATCH at a job', async () => {
    const answer = await refused(`${submitPath}/${randomUUID()}`, { method: 'PATCH' }, 'method_not_allowed');
    expect(answer.headers.get('allow')?.split(', ')).toContain('GET');
  });
});

// Comes last, because its expired job may be swept at any time, which would spoil the counts above.
describe('findOwnJob', () => {
  it("tells nobody whether a job is unknown, expired, another caller's or of another operation", async () => {
    const other = createClient(darkroom.origin, await darkroom.newKey('other'));
    const expiring = await darkroom.client.submit('generations', good, { 'x-bf-async-job-result-ttl': '5' });
    const { job } = await darkroom.client.ended(locationOf(expiring));
    const mine = await darkroom.client.run('generations', good);
    await delay(Date.parse(job.expires_at ?? '') - Date.now());
    const headers = { 'x-request-id': 'the-same-for-all' };
    const answers = await Promise.all([
      darkroom.client.ask(`${submitPath}/${randomUUID()}`, { headers }),
      darkroom.client.ask(`${submitPath}/no-id`, { headers }),
      darkroom.client.ask(`${submitPath}/${mine.id.toUpperCase()}x`, { headers }),
      darkroom.client.ask(`${submitPath}/${job.id}`, { headers }),
      darkroom.client.ask(`/v1/async/images/edits/${mine.id}`, { headers }),
      other.ask(`${submitPath}/${mine.id}`, { headers }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect(new Set(answers.map(({ bytes }) => bytes.toString())).size).toBe(1);
    expect(errorBodySchema.parse(answers[0]?.json()).error.code).toBe('not_found');
    expect((await darkroom.client.ask(`${submitPath}/${mine.id}`)).job().id).toBe(mine.id);
  });
});

describe('runLocally', () => {
  it('asks no provider for what was refused, and logs no fault and no secret', () => {
    const generations = darkroom.simulator.ledger.requests();
    expect(generations.every(({ prompt }) => prompt === good.prompt)).toBe(true);
    expect(darkroom.logLines.filter((line) => line.includes('request_failed'))).toEqual([]);
    expect(leaksIn(darkroom.logLines)).toEqual([]);
  });
});
