import type { APIGatewayProxyResult, Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { keyRoutes } from '../../../../lambda/contract/routes/key-routes.ts';
import type { UsageView } from '../../../../lambda/contract/usage.ts';
import {
  deletedVirtualKeySchema,
  virtualKeyListSchema,
  virtualKeySchema,
} from '../../../../lambda/contract/virtual-key.ts';
import type { Bearer } from '../../../../lambda/domain/keys/token-verifier.ts';
import { answerKeyRequest } from '../../../../lambda/handlers/flows/answer-key-request.ts';
import { answerFault } from '../../../../lambda/http/answer/answer-fault.ts';
import { bufferedHandler } from '../../../../lambda/http/answer/buffered-handler.ts';
import { createKeyFixture } from '../../../support/key-fixture.ts';
import { sampleEvent } from '../../../support/sample-events.ts';

interface Asked {
  readonly id?: string;
  readonly body?: unknown;
  readonly query?: string;
  readonly bearer?: string;
  readonly remaining?: number;
  readonly headers?: Record<string, string>;
}

const adminToken = 'eyJh.eyJh.sig';

/** The handler of the admin routes over stores in memory, asked by the names of its routes. */
function createAdmin() {
  const fixture = createKeyFixture();
  const tokens = {
    verify: async (token: string): Promise<Bearer> =>
      token === adminToken ? { isAdmin: true, subject: 'ann' } : { isAdmin: false, virtualKey: 'one' },
  };
  const keys = {
    findByCredential: async () => undefined,
    find: async () => undefined,
    findNamed: async () => (await fixture.registry.list(1)).keys[0]?.key,
  };
  const defaultLimits = { rateLimits: [{ requests: 600, period: '1m' as const }], maxOpenJobs: 100 };
  const dependencies = {
    ...fixture,
    authentication: { keys, tokens, clock: fixture.clock },
    takesTokens: true,
    settings: { defaultLimits },
  };
  const handler = bufferedHandler(answerKeyRequest(dependencies), answerFault(fixture.telemetry), []);
  async function ask(route: (typeof keyRoutes)[number]['id'], asked: Asked = {}) {
    const { method, path } = keyRoutes.find(({ id }) => id === route) ?? { method: '', path: '' };
    const { id, body, query, bearer = adminToken, remaining = 28_000, headers = {} } = asked;
    const event = sampleEvent({
      ...{ method, resource: path },
      headers: { authorization: `Bearer ${bearer}`, ...headers },
      ...(id === undefined ? {} : { pathParameters: { key_id: id } }),
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const result: APIGatewayProxyResult = await handler(event, {
      getRemainingTimeInMillis: () => remaining,
    } as Context);
    return { status: result.statusCode, text: result.body, body: JSON.parse(result.body) };
  }
  return { ...fixture, dependencies, ask };
}

const exactly = <T extends object>(schema: unknown, value: T): T => {
  const result = (schema as z.ZodType<T>).safeParse(value);
  expect(result.error).toBeUndefined();
  expect(result.data).toEqual(value);
  return value;
};

type SpendView = UsageView['spend'][number];

describe('answerKeyRequest', () => {
  it('makes a key and shows its credential this once', async () => {
    const { ask, clock, registry, sha256 } = createAdmin();
    const { status, body } = await ask('create-key', {
      body: { name: 'shop', providers: { openai: ['*'] }, max_open_jobs: null },
    });
    expect(status).toBe(201);
    expect(exactly(virtualKeySchema, body)).toEqual({
      ...{
        id: body.id,
        object: 'virtual_key',
        name: 'shop',
        key: body.key,
        active: true,
        providers: { openai: ['*'] },
      },
      ...{ credentials: [{}], budgets: [], created_at: new Date(clock.now()).toISOString() },
    });
    expect(registry.kept(body.id)?.credentials).toEqual([{ hash: sha256(body.key) }]);
    for (const route of ['show-key', 'list-keys', 'update-key', 'delete-key'] as const) {
      expect((await ask(route, { id: body.id, body: {} })).text).not.toContain(body.key);
    }
  });

  it.each(['text/plain;charset=UTF-8', 'application/x-www-form-urlencoded', 'Application/JSON; charset=utf-8'])(
    'reads JSON that is called %s',
    async (type) => {
      const { ask } = createAdmin();
      const asked = { body: { name: 'shop' }, headers: { 'content-type': type } };
      expect((await ask('create-key', asked)).status).toBe(201);
    },
  );

  it('shows a key with its limits and what it has used', async () => {
    const { ask, usage, clock } = createAdmin();
    const limits = {
      budgets: [
        { usd: 1.5, period: '1d' },
        { usd: 20, period: '1M' },
      ],
      ...{ rate_limits: [{ requests: 5, period: '1h' }], max_open_jobs: 3, result_ttl: 60 },
    };
    const expires_at = '2027-01-01T00:00:00.000Z';
    const { body: made } = await ask('create-key', { body: { name: 'shop', ...limits, expires_at } });
    const reservation = { nonce: 'n', jobId: '3f2f6a52-1111-4a5b-8c3d-000000000001', at: clock.now(), micros: 210_000 };
    const wide = { rateLimits: [], maxOpenJobs: 3, budgets: [] };
    await usage.reserve(made.id, { ...reservation, nonce: 'earlier' }, wide);
    await usage.settle(made.id, { ...reservation, nonce: 'earlier' }, [
      { model: 'openai/gpt-image-2', micros: 40_000 },
      { model: 'bfl/flux-2-pro', micros: 60_000 },
    ]);
    await usage.reserve(made.id, reservation, wide);
    const { status, body } = await ask('show-key', { id: made.id });
    const { key: _, ...shown } = made;
    expect(status).toBe(200);
    expect(exactly(virtualKeySchema, body)).toEqual({
      ...{ ...shown, ...limits, expires_at, last_used_at: new Date(clock.now()).toISOString() },
      usage: {
        open_jobs: 1,
        max_open_jobs: 3,
        requests: [{ period: '1h', used: 2, limit: 5, resets_at: '2026-11-20T13:00:00.000Z' }],
        budgets: [
          {
            ...{ period: '1d', limit_usd: 1.5, committed_usd: 0.31, reserved_usd: 0.21, remaining_usd: 1.19 },
            resets_at: '2026-11-21T00:00:00.000Z',
          },
          {
            ...{ period: '1M', limit_usd: 20, committed_usd: 0.31, reserved_usd: 0.21, remaining_usd: 19.69 },
            resets_at: '2026-12-01T00:00:00.000Z',
          },
        ],
        spend: expect.any(Array),
      },
    });
    const models = [
      { model: 'bfl/flux-2-pro', usd: 0.06 },
      { model: 'openai/gpt-image-2', usd: 0.04 },
    ];
    expect(body.usage.spend.map(({ period, usd, reserved_usd }: SpendView) => [period, usd, reserved_usd])).toEqual(
      ['1m', '1h', '1d', '1w', '1M'].map((period) => [period, 0.1, 0.21]),
    );
    expect(body.usage.spend.map((each: SpendView) => each.models)).toEqual([
      ...[undefined, undefined, models, undefined, models],
    ]);
  });

  it('shows the limits of the stage as the usage of a key that has none of its own', async () => {
    const { ask } = createAdmin();
    const { body: made } = await ask('create-key', { body: { name: 'shop' } });
    const { body } = await ask('show-key', { id: made.id });
    expect(body.usage.requests).toEqual([{ period: '1m', used: 0, limit: 600, resets_at: '2026-11-20T12:01:00.000Z' }]);
    expect(body.usage.max_open_jobs).toBe(100);
    expect(body).not.toHaveProperty('rate_limits');
    expect(body).not.toHaveProperty('max_open_jobs');
    expect(body).not.toHaveProperty('last_used_at');
  });

  it('shows rates from the shortest period to the longest, however they were named', async () => {
    const { ask } = createAdmin();
    const rate_limits = ['1M', '1h', '1w', '1m', '1d'].map((period) => ({ requests: 5, period }));
    const { body: made } = await ask('create-key', { body: { name: 'shop', rate_limits } });
    const { body: listed } = await ask('list-keys');
    const periods = ['1m', '1h', '1d', '1w', '1M'];
    for (const shown of [made.rate_limits, listed.data[0].rate_limits, listed.data[0].usage.requests]) {
      expect(shown.map(({ period }: { period: string }) => period)).toEqual(periods);
    }
  });

  it('lists keys page by page, each with its usage', async () => {
    const { ask } = createAdmin();
    for (const name of ['a', 'b', 'c']) await ask('create-key', { body: { name } });
    const { body: first } = await ask('list-keys', { query: 'limit=2' });
    exactly(virtualKeyListSchema, first);
    expect(first).toMatchObject({ object: 'list', data: [{ name: 'a' }, { name: 'b' }], has_more: true });
    const { body: second } = await ask('list-keys', { query: `limit=2&cursor=${first.next_cursor}` });
    expect(second).toMatchObject({ data: [{ name: 'c', usage: { open_jobs: 0 } }], has_more: false });
    expect(second).not.toHaveProperty('next_cursor');
    expect((await ask('list-keys')).body.data).toHaveLength(3);
  });

  it('changes a key, and clears what is null', async () => {
    const { ask } = createAdmin();
    const { body: made } = await ask('create-key', { body: { name: 'shop', max_open_jobs: 3, result_ttl: 60 } });
    const { status, body } = await ask('update-key', { id: made.id, body: { active: false, max_open_jobs: null } });
    expect(status).toBe(200);
    expect(exactly(virtualKeySchema, body)).toMatchObject({ active: false, result_ttl: 60 });
    expect(body).not.toHaveProperty('max_open_jobs');
  });

  it.each([undefined, {}, { overlap_seconds: 0 }, { overlap_seconds: 60 }])(
    'rotates with the body %j',
    async (body) => {
      const { ask, registry, sha256, clock } = createAdmin();
      const { body: made } = await ask('create-key', { body: { name: 'shop' } });
      const { status, body: rotated } = await ask('rotate-key', { id: made.id, body });
      expect(status).toBe(200);
      const overlapping = { expires_at: new Date(clock.now() + 60_000).toISOString() };
      const credentials = body?.overlap_seconds === 60 ? [{}, overlapping] : [{}];
      expect(exactly(virtualKeySchema, rotated)).toEqual({ ...made, key: rotated.key, credentials });
      expect(registry.kept(made.id)?.credentials).toEqual([
        { hash: sha256(rotated.key) },
        ...(body?.overlap_seconds === 60 ? [{ hash: sha256(made.key), until: clock.now() + 60_000 }] : []),
      ]);
    },
  );

  it('shows until when each credential works, for as long as it does, and nothing else of it', async () => {
    const { ask, clock, sha256 } = createAdmin();
    const { body: made } = await ask('create-key', { body: { name: 'shop' } });
    await ask('rotate-key', { id: made.id, body: { overlap_seconds: 60 } });
    const expires_at = new Date(clock.now() + 60_000).toISOString();
    const seen = async () => {
      const answers = await Promise.all([
        ask('show-key', { id: made.id }),
        ask('update-key', { id: made.id, body: { active: true } }),
        ask('list-keys'),
      ]);
      for (const { text } of answers) expect(text).not.toContain(sha256(made.key));
      return answers.map(({ body }) => (body.data?.[0] ?? body).credentials);
    };
    clock.advance(59);
    expect(await seen()).toEqual(Array(3).fill([{}, { expires_at }]));
    clock.advance(1);
    expect(await seen()).toEqual(Array(3).fill([{}]));
  });

  it('deletes a key, with all that it owns where that is asked for', async () => {
    const { ask, accept, jobs, order } = createAdmin();
    const { body: made } = await ask('create-key', { body: { name: 'shop' } });
    const { status, body } = await ask('delete-key', { id: made.id });
    expect([status, exactly(deletedVirtualKeySchema, body)]).toEqual([
      ...[200, { id: made.id, object: 'virtual_key', deleted: true }],
    ]);
    expect((await ask('show-key', { id: made.id })).status).toBe(404);
    const { body: other } = await ask('create-key', { body: { name: 'shop' } });
    await accept({ owner: other.id });
    const purged = await ask('delete-key', { id: other.id, query: 'purge=true' });
    expect(exactly(deletedVirtualKeySchema, purged.body).purge).toBe('done');
    expect(await jobs.find(order.id)).toMatchObject({ status: 'cancelled' });
  });

  it('leaves a purge to the sweep where its time is over', async () => {
    const { ask, accept, usage } = createAdmin();
    const { body: made } = await ask('create-key', { body: { name: 'shop' } });
    await accept({ owner: made.id });
    const { body } = await ask('delete-key', { id: made.id, query: 'purge=true', remaining: 9_000 });
    expect(body.purge).toBe('continues');
    expect((await usage.find(made.id))?.purgeAt).toBeDefined();
  });

  it.each(keyRoutes.map(({ id }) => id))('lets nobody but an admin use %s, whatever else is wrong', async (route) => {
    const { ask, registry, make, codes } = createAdmin();
    const { key } = await make();
    for (const id of [key.id, 'vk_nobody']) {
      const { status, body } = await ask(route, {
        id,
        body: '{',
        query: 'purge=perhaps&limit=x',
        bearer: 'eyJh.eyJh.other',
      });
      expect([status, body.error.code]).toEqual([403, 'admin_required']);
    }
    expect((await ask(route, { id: key.id, bearer: 'nothing' })).status).toBe(401);
    expect(registry.kept(key.id)).toMatchObject({ key, version: 1 });
    expect(codes()).toEqual(['key_created']);
  });

  it.each(['show-key', 'update-key', 'rotate-key', 'delete-key'] as const)(
    'knows no other key by %s, however it is written',
    async (route) => {
      const { ask, make } = createAdmin();
      const { key } = await make();
      const ids = [
        'vk_00000000-0000-4000-8000-00000000ffff',
        key.name,
        key.id.toUpperCase(),
        `${key.id} `,
        '',
        '__proto__',
      ];
      const answers = await Promise.all(ids.map((id) => ask(route, { id, body: {} })));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(answers[0]).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
    },
  );

  it.each<[(typeof keyRoutes)[number]['id'], Asked, number, string, string | undefined]>([
    ['create-key', { body: '' }, 400, 'invalid_request', undefined],
    ['create-key', { body: '[]' }, 400, 'invalid_request', undefined],
    ['create-key', { body: '{"name":' }, 400, 'invalid_request', undefined],
    ['create-key', { body: {} }, 400, 'missing_field', 'name'],
    ['create-key', { body: { name: null } }, 400, 'missing_field', 'name'],
    ['create-key', { body: { name: 'one' } }, 400, 'invalid_value', 'name'],
    ['create-key', { body: { name: 'x', providers: { opnai: ['*'] } } }, 400, 'unknown_provider', 'providers'],
    ['create-key', { body: { name: 'x', expires_at: '2020-01-01T00:00:00Z' } }, 400, 'invalid_value', 'expires_at'],
    ['create-key', { body: `{"name":"${'x'.repeat(5 * 1024 * 1024)}"}` }, 413, 'payload_too_large', undefined],
    [
      'create-key',
      { body: {}, headers: { 'content-type': 'multipart/form-data; boundary=x' } },
      415,
      'unsupported_media_type',
      undefined,
    ],
    ['update-key', { body: '' }, 400, 'invalid_request', undefined],
    ['update-key', { body: { budgets: [{ usd: 0, period: '1d' }] } }, 400, 'invalid_value', 'budgets'],
    ['rotate-key', { body: { overlap_seconds: -1 } }, 400, 'invalid_value', 'overlap_seconds'],
    ['rotate-key', { body: 'null' }, 400, 'invalid_request', undefined],
    ['delete-key', { query: 'purge=yes' }, 400, 'invalid_value', 'purge'],
    ['delete-key', { query: 'Purge=true' }, 400, 'invalid_value', 'Purge'],
    ['list-keys', { query: 'cursors=x' }, 400, 'invalid_value', 'cursors'],
    ['delete-key', { query: 'purge=true&purge=false' }, 400, 'invalid_value', 'purge'],
    ...['0', '101', '-1', '1.5', 'x', '', '1e2'].map(
      (limit): [(typeof keyRoutes)[number]['id'], Asked, number, string, string | undefined] => [
        ...(['list-keys', { query: `limit=${limit}` }, 400, 'invalid_value', 'limit'] as const),
      ],
    ),
    ['list-keys', { query: 'cursor=5' }, 400, 'invalid_value', 'cursor'],
  ])('refuses %s with %j, and changes nothing', async (route, asked, status, code, param) => {
    const { ask, make, registry, codes } = createAdmin();
    const { key } = await make();
    const { status: answered, body } = await ask(route, { id: key.id, ...asked });
    expect([answered, body.error.code, body.error.param]).toEqual([status, code, param]);
    expect((await registry.list(9)).keys.map((kept) => kept.key)).toEqual([key]);
    expect(registry.kept(key.id)?.version).toBe(1);
    expect(codes()).toEqual(['key_created']);
  });

  it('tells who did what, and never a credential', async () => {
    const { ask, events } = createAdmin();
    const { body: made } = await ask('create-key', { body: { name: 'shop' } });
    const { body: rotated } = await ask('rotate-key', { id: made.id });
    await ask('update-key', { id: made.id, body: { active: false } });
    await ask('delete-key', { id: made.id });
    expect(events.map(({ code, fields: { by, keyId } }) => [code, by, keyId])).toEqual(
      ['key_created', 'key_rotated', 'key_updated', 'key_deleted'].map((code) => [code, 'admin:ann', made.id]),
    );
    const told = JSON.stringify(events);
    for (const credential of [made.key, rotated.key]) expect(told).not.toContain(credential);
  });
});
