import { describe, expect, it } from 'vitest';
import { createKeyFixture } from '../../../support/key-fixture.ts';

describe('createKey', () => {
  it('makes a key that may use nothing where nothing is said of it', async () => {
    const fixture = createKeyFixture();
    const { key, credential } = await fixture.make({ name: 'Ann' });
    expect(key).toEqual({
      ...{ id: key.id, name: 'Ann', active: true, providers: {}, limits: {} },
      createdAt: fixture.clock.now(),
    });
    expect(fixture.registry.kept(key.id)).toEqual({
      key,
      credentials: [{ hash: fixture.sha256(credential) }],
      version: 1,
    });
  });

  it('keeps all that is said of it', async () => {
    const fixture = createKeyFixture();
    const expiresAt = fixture.clock.now() + 1;
    const rateLimits = [{ requests: 5, period: '1h' as const }];
    const { key } = await fixture.make({
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
    const fixture = createKeyFixture();
    const { key, credential } = await fixture.make();
    expect(fixture.events).toEqual([
      { code: 'key_created', fields: { keyId: key.id, by: 'admin:ann' }, cause: undefined },
    ]);
    const kept = JSON.stringify([fixture.events, fixture.registry.kept(key.id)]);
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
    const fixture = createKeyFixture();
    await expect(fixture.make(over)).rejects.toMatchObject({ code, param });
    expect((await fixture.registry.list(1)).keys).toEqual([]);
    expect(fixture.events).toEqual([]);
  });

  it('says what there is to choose from', async () => {
    const { make } = createKeyFixture();
    await expect(make({ providers: { opnai: ['*'] } })).rejects.toThrow(
      '"providers": there is no provider "opnai" here. Choose from: openai, bfl, *.',
    );
    await expect(make({ providers: { openai: ['bad\u0007'] } })).rejects.toThrow(
      '"providers": openai has no model "bad\\u{7}" here. Choose from: good, better, *.',
    );
  });

  it('refuses a name that is taken', async () => {
    const fixture = createKeyFixture();
    await fixture.make();
    await expect(fixture.make()).rejects.toMatchObject({ code: 'invalid_value', param: 'name' });
    expect((await fixture.registry.list(9)).keys).toHaveLength(1);
  });
});
