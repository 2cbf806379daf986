import { describe, expect, it } from 'vitest';
import { createKeyBench } from '../../../support/key-bench.ts';

describe('createKey', () => {
  it('makes a key that may use nothing where nothing is said of it', async () => {
    const bench = createKeyBench();
    const { key, credential } = await bench.make({ name: 'Ann' });
    expect(key).toEqual({
      ...{ id: key.id, name: 'Ann', active: true, providers: {}, limits: {} },
      createdAt: bench.clock.now(),
    });
    expect(bench.registry.kept(key.id)).toEqual({
      key,
      credentials: [{ hash: bench.hashOf(credential) }],
      version: 1,
    });
  });

  it('keeps all that is said of it', async () => {
    const bench = createKeyBench();
    const expiresAt = bench.clock.now() + 1;
    const rateLimits = [{ requests: 5, period: '1h' as const }];
    const { key } = await bench.make({
      active: false,
      providers: { openai: ['good', '*'], '*': ['flux'] },
      ...{ rateLimits, maxOpenJobs: 3, resultTtlSeconds: 60, expiresAt },
    });
    expect(key).toMatchObject({
      active: false,
      providers: { openai: ['good', '*'], '*': ['flux'] },
      limits: { rateLimits, maxOpenJobs: 3 },
      ...{ resultTtlSeconds: 60, expiresAt },
    });
  });

  it('logs who made which key, and no credential', async () => {
    const bench = createKeyBench();
    const { key, credential } = await bench.make();
    expect(bench.events).toEqual([
      { code: 'key_created', fields: { keyId: key.id, by: 'admin:ann' }, cause: undefined },
    ]);
    const kept = JSON.stringify([bench.events, bench.registry.kept(key.id)]);
    expect(kept).not.toContain(credential);
  });

  it.each([
    ['an expiry that is now', { expiresAt: Date.UTC(2026, 10, 20, 12) }, 'invalid_value', 'expires_at'],
    ['a provider that the stage has not', { providers: { opnai: ['*'] } }, 'unknown_provider', 'providers'],
    [
      'a name that objects inherit for a provider',
      { providers: { constructor: ['*'] } },
      'unknown_provider',
      'providers',
    ],
    ['a model that its provider has not', { providers: { bfl: ['good'] } }, 'invalid_value', 'providers'],
    ['a model that no provider has', { providers: { '*': ['bad'] } }, 'invalid_value', 'providers'],
  ])('refuses %s, and keeps nothing', async (_, over, code, param) => {
    const bench = createKeyBench();
    await expect(bench.make(over)).rejects.toMatchObject({ code, param });
    expect((await bench.registry.list(1)).keys).toEqual([]);
    expect(bench.events).toEqual([]);
  });

  it('says what there is to choose from', async () => {
    const { make } = createKeyBench();
    await expect(make({ providers: { opnai: ['*'] } })).rejects.toThrow(
      '"providers": there is no provider "opnai" here. Choose from: openai, bfl, *.',
    );
    await expect(make({ providers: { openai: ['bad\u0007'] } })).rejects.toThrow(
      '"providers": openai has no model "bad\\u{7}" here. Choose from: good, better, *.',
    );
  });

  it('refuses a name that is taken', async () => {
    const bench = createKeyBench();
    await bench.make();
    await expect(bench.make()).rejects.toMatchObject({ code: 'invalid_value', param: 'name' });
    expect((await bench.registry.list(9)).keys).toHaveLength(1);
  });
});
