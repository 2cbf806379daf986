import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

const origin = 'https://app.example';
const submitPath = '/v1/async/images/generations';
let darkroom: RunningDarkroom;
let job: { readonly path: string; readonly link: string };

beforeAll(async () => {
  darkroom = await startDarkroom({ allowedOrigins: [origin] });
  const ended = await darkroom.client.run('generations', { model: 'openai/gpt-image-2', prompt: 'a boat' });
  const link = new URL(ended.result?.data[0]?.url ?? '');
  job = { path: `${submitPath}/${ended.id}`, link: link.pathname + link.search };
});

afterAll(async () => {
  await darkroom?.stop();
});

/** What a browser asks before it lets a script send what isn't plain. It bears no credential. */
const preflight = (path: string, method: string, from = origin) =>
  fetch(darkroom.origin + path, {
    method: 'OPTIONS',
    headers: {
      origin: from,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type,x-stainless-lang',
    },
  });

describe('OPTIONS', () => {
  it.each([
    [submitPath, 'POST'],
    ['/v1/images/generations', 'POST'],
    [`${submitPath}/x`, 'DELETE'],
    ['/v1/models/openai/gpt-image-2', 'GET'],
    ['/v1/admin/virtual-keys', 'POST'],
    ['/health', 'GET'],
  ])('lets a page of the allowed origin call %s by %s', async (path, method) => {
    const answer = await preflight(path, method);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-allow-methods')?.split(', ')).toContain(method);
    expect(answer.headers.get('allow')?.split(', ')).toContain('OPTIONS');
    expect(answer.headers.get('access-control-allow-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['authorization', 'content-type', '*']),
    );
    expect(Number(answer.headers.get('access-control-max-age'))).toBeGreaterThan(0);
    expect(answer.headers.get('vary')).toBe('Origin');
  });

  it('lets no page of another origin call', async () => {
    const answer = await preflight(submitPath, 'POST', 'https://other.example');
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is a 404 where there is nothing', async () => {
    expect((await preflight('/v1/nothing', 'GET')).status).toBe(404);
  });
});

describe('every answer', () => {
  const asked = (path: string, init: RequestInit = {}) =>
    darkroom.client.ask(path, { redirect: 'manual', ...init, headers: { origin, ...init.headers } });

  it('may be read by the allowed origin: results, streams, refusals and redirects', async () => {
    const answers = await Promise.all([
      asked(job.path),
      asked(job.link),
      asked('/v1/models'),
      asked('/health'),
      asked('/v1/nothing'),
      asked(submitPath, { method: 'PUT' }),
      asked(submitPath, { method: 'POST', body: '{' }),
      asked('/v1/images/generations', { method: 'POST', body: '{' }),
      asked('/v1/models', { headers: { authorization: 'Bearer sk-bf-wrong' } }),
      asked('/v1/admin/virtual-keys'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 302, 200, 200, 404, 405, 400, 400, 401, 403]);
    for (const { headers } of answers) {
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-expose-headers')).toContain('x-request-id');
      expect(headers.get('vary')).toBe('Origin');
    }
  });

  it('may be read where a link leads, by the rules of the bucket', async () => {
    const address = (await asked(job.link)).headers.get('location') ?? '';
    const image = await fetch(address, { headers: { origin: 'null' } });
    expect([image.status, image.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    expect(image.headers.get('access-control-expose-headers')).toContain('ETag');
  });

  it('is closed to scripts of other origins', async () => {
    const { headers } = await asked(job.path, { headers: { origin: 'https://other.example' } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('HEAD', () => {
  it.each([
    ['a job', () => job.path],
    ['a link', () => job.link],
    ['the models', () => '/v1/models'],
    ['a model', () => '/v1/models/openai/gpt-image-2'],
    ['the health', () => '/health'],
    ['the document', () => '/openapi.json'],
    ['nothing', () => '/v1/nothing'],
    ["somebody's keys", () => '/v1/admin/virtual-keys'],
  ])('is as GET without the body, of %s', async (_, path) => {
    const ask = (method: string) => darkroom.client.ask(path(), { method, redirect: 'manual' });
    const [get, head] = [await ask('GET'), await ask('HEAD')];
    expect([head.status, head.bytes.length]).toEqual([get.status, 0]);
    const told = ({ headers }: typeof get) =>
      ['content-type', 'content-length', 'cache-control', 'vary', 'location', 'allow'].map((name) =>
        name === 'location' ? headers.get(name)?.split('?')[0] : headers.get(name),
      );
    expect(told(head)).toEqual(told(get));
  });

  it('is a 405 where there is no GET', async () => {
    const answer = await darkroom.client.ask(submitPath, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });

  it('of a link leads to the image itself', async () => {
    const answer = await fetch(darkroom.origin + job.link, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(0);
  });
});
