import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../../lambda/domain/generation.ts';
import { keyChangeFrom, newKeyFrom, overlapFrom } from '../../../../lambda/http/keys/key-fields.ts';
import { refusalOf } from '../refusal.ts';

/** As a JSON body gives them: a member may have any name, `__proto__` too. */
const fields = (json: string): Map<string, JsonValue> => new Map(Object.entries(JSON.parse(json)));
const creation = (over: object) => fields(JSON.stringify({ name: 'Ann', ...over }));

describe('newKeyFrom', () => {
  it('reads a name alone, and all that can be said', () => {
    expect(newKeyFrom(creation({}))).toEqual({ name: 'Ann' });
    const said = {
      active: false,
      providers: { openai: ['*'], '*': ['flux'] },
      rate_limits: [
        { requests: 1, period: '1m' },
        { requests: 1_000_000, period: '1M' },
      ],
      budgets: [
        { usd: 0.000001, period: '1h' },
        { usd: 1_000_000, period: '1w' },
        { usd: 123_456.789012, period: '1d' },
      ],
      ...{ max_open_jobs: 1000, result_ttl: 2_592_000, expires_at: '2027-01-01T02:00:00.5+02:00' },
    };
    expect(newKeyFrom(creation(said))).toEqual({
      ...{ name: 'Ann', active: false, providers: said.providers, rateLimits: said.rate_limits },
      budgets: [
        { micros: 1, period: '1h' },
        { micros: 1_000_000_000_000, period: '1w' },
        { micros: 123_456_789_012, period: '1d' },
      ],
      ...{ maxOpenJobs: 1000, resultTtlSeconds: 2_592_000, expiresAt: Date.UTC(2027, 0, 1, 0, 0, 0, 500) },
    });
  });

  it.each(['a', 'é'.repeat(64), '😀'.repeat(64), 'Ann & Bob: “shop” (2)', 'VK_1', 'sk-bf'])(
    'takes the name %s',
    (name) => {
      expect(newKeyFrom(creation({ name }))).toEqual({ name });
    },
  );

  it.each(
    [
      [
        '',
        ' ',
        '\u00a0',
        ' Ann',
        'Ann ',
        'a\nb',
        'a\u0000',
        'a\u200bb',
        '\ud800',
        'vk_',
        'vk_ann',
        'sk-bf-ann',
        'Ame\u0301lie',
        '\u3164',
        'a'.repeat(65),
        '😀'.repeat(65),
      ],
      [5, true, ['Ann'], { name: 'Ann' }],
    ].flat(),
  )('refuses the name %j', async (name) => {
    expect(await refusalOf(() => newKeyFrom(creation({ name })))).toMatchObject({
      code: 'invalid_value',
      param: 'name',
    });
  });

  it('says that a name is missing', async () => {
    expect(await refusalOf(() => newKeyFrom(fields('{}')))).toEqual({
      ...{ code: 'missing_field', param: 'name', message: 'The field "name" is required.' },
    });
  });

  it.each<[string, unknown]>([
    ['active', 'true'],
    ['active', 1],
    ['providers', ['openai']],
    ['providers', 'openai'],
    ['providers', { openai: '*' }],
    ['providers', { openai: [''] }],
    ['providers', { openai: [5] }],
    ['providers', { openai: ['a', 'a'] }],
    ['providers', { openai: Array.from({ length: 257 }, (_, at) => `m${at}`) }],
    ['providers', Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`p${at}`, ['*']]))],
    ['providers', { openai: Array.from({ length: 200 }, (_, at) => `m${at}`.padEnd(200, 'x')) }],
    ['rate_limits', {}],
    ['rate_limits', [5]],
    ['rate_limits', [{ requests: 0, period: '1h' }]],
    ['rate_limits', [{ requests: -1, period: '1h' }]],
    ['rate_limits', [{ requests: 1.5, period: '1h' }]],
    ['rate_limits', [{ requests: 1_000_001, period: '1h' }]],
    ['rate_limits', [{ requests: '5', period: '1h' }]],
    ['rate_limits', [{ requests: 5, period: '2h' }]],
    ['rate_limits', [{ requests: 5 }]],
    ['rate_limits', [{ requests: 5, period: '1h', burst: 2 }]],
    [
      'rate_limits',
      [
        { requests: 5, period: '1h' },
        { requests: 6, period: '1h' },
      ],
    ],
    ...[0, -1, 1001, 1.5, '5', [], {}].map((value): [string, unknown] => ['max_open_jobs', value]),
    ...[0, -1, 2_592_001, 1.5, '60', 1e300].map((value): [string, unknown] => ['result_ttl', value]),
    ...[
      'soon',
      '2027-01-01',
      '2027-02-30T00:00:00Z',
      '2027-01-01T00:00:00',
      '9999-12-31T23:59:59-05:00',
      1_800_000_000,
      {},
    ].map((value): [string, unknown] => ['expires_at', value]),
    ...[0, -1, 1_000_000.000001, 0.0000001, 1.0000005, '5', null, 1e300, [], {}].map((usd): [string, unknown] => [
      'budgets',
      [{ usd, period: '1d' }],
    ]),
    ['budgets', {}],
    ['budgets', [5]],
    ['budgets', [{ usd: 5 }]],
    ['budgets', [{ usd: 5, period: '2d' }]],
    ['budgets', [{ usd: 5, period: '1d', currency: 'EUR' }]],
    [
      'budgets',
      [
        { usd: 5, period: '1d' },
        { usd: 6, period: '1d' },
      ],
    ],
  ])('refuses %s: %j', async (param, value) => {
    expect(await refusalOf(() => newKeyFrom(creation({ [param]: value })))).toMatchObject({
      code: 'invalid_value',
      param,
    });
  });

  it('says where in a field the fault is, and what is allowed', async () => {
    const rates = [
      { requests: 5, period: '1h' },
      { requests: 5, period: 'day' },
    ];
    const { message } = await refusalOf(() => newKeyFrom(creation({ rate_limits: rates })));
    expect(message).toMatch(/^"rate_limits\[1\]\.period" must be one of `1m`, `1h`, `1d`, `1w`, `1M`\.$/);
  });

  it.each(['key', 'id', 'rateLimits', '__proto__', 'constructor', 'toString'])(
    'names a field %s that there is not',
    async (name) => {
      const refused = await refusalOf(() => newKeyFrom(fields(`{"name":"Ann","${name}":1}`)));
      expect(refused).toMatchObject({ code: 'invalid_request', param: name });
      expect(refused.message).toContain('The fields are: name, active, providers, budgets, rate_limits');
    },
  );

  it('passes on a provider of any name, for the catalogue to refuse', () => {
    const { providers = {} } = newKeyFrom(fields('{"name":"Ann","providers":{"__proto__":["*"],"constructor":["*"]}}'));
    expect(Object.keys(providers)).toEqual(['__proto__', 'constructor']);
  });
});

describe('keyChangeFrom', () => {
  it('tells what is absent from what is to go', () => {
    expect(keyChangeFrom(fields('{}'))).toEqual({});
    const cleared = '{"budgets":null,"rate_limits":null,"max_open_jobs":null,"result_ttl":null,"expires_at":null}';
    expect(keyChangeFrom(fields(cleared))).toEqual({
      ...{ budgets: null, rateLimits: null, maxOpenJobs: null, resultTtlSeconds: null, expiresAt: null },
    });
    expect(keyChangeFrom(fields('{"active":false,"rate_limits":[]}'))).toEqual({ active: false, rateLimits: [] });
    expect(keyChangeFrom(fields('{"budgets":[]}'))).toEqual({ budgets: [] });
  });

  it.each(['name', 'active', 'providers'])('lets no key be without %s', async (param) => {
    expect(await refusalOf(() => keyChangeFrom(fields(`{"${param}":null}`)))).toMatchObject({
      ...{ code: 'invalid_value', param },
    });
  });

  it.each(['id', 'created_at', 'key', 'usage', 'object'])('changes no %s', async (param) => {
    expect(await refusalOf(() => keyChangeFrom(fields(`{"${param}":"x"}`)))).toMatchObject({
      code: 'invalid_request',
      param,
    });
  });

  it('says of a field that may be null what else it may be', async () => {
    const { message } = await refusalOf(() => keyChangeFrom(fields('{"max_open_jobs":0}')));
    expect(message).toMatch(/^"max_open_jobs" must be at least 1\. Its description: maximum number of open jobs/);
  });
});

describe('overlapFrom', () => {
  it('is none where it is not said', () => {
    expect(overlapFrom(fields('{}'))).toBe(0);
    expect(overlapFrom(fields('{"overlap_seconds":2592000}'))).toBe(2_592_000);
  });

  it.each([-1, 2_592_001, 1e300, 0.5, '60', true])('refuses %j', async (value) => {
    const refused = await refusalOf(() => overlapFrom(fields(JSON.stringify({ overlap_seconds: value }))));
    expect(refused).toMatchObject({ code: 'invalid_value', param: 'overlap_seconds' });
  });

  it('knows no other field', async () => {
    expect(await refusalOf(() => overlapFrom(fields('{"overlap":5}')))).toMatchObject({
      code: 'invalid_request',
      param: 'overlap',
    });
  });
});
