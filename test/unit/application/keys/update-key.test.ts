import { describe, expect, it } from 'vitest';
import { findKeptKey, listKeys } from '../../../../lambda/application/keys/find-key.ts';
import { updateKey } from '../../../../lambda/application/keys/update-key.ts';
import type { KeyChange } from '../../../../lambda/domain/keys/key-settings.ts';
import { createKeyFixture } from '../../../support/key-fixture.ts';

const full = {
  providers: { openai: ['*'] },
  rateLimits: [{ requests: 5, period: '1h' as const }],
  budgets: [{ micros: 5_000_000, period: '1d' as const }],
  ...{ maxOpenJobs: 3, resultTtlSeconds: 60, expiresAt: Date.UTC(2027, 0, 1) },
};

describe('updateKey', () => {
  it('changes what is named and nothing else', async () => {
    const fixture = createKeyFixture();
    const { key } = await fixture.make(full);
    const before = fixture.registry.kept(key.id);
    const updated = await updateKey(fixture, 'admin:ann', key.id, { active: false, maxOpenJobs: 9 });
    expect(updated).toEqual({
      key: { ...key, active: false, limits: { ...key.limits, maxOpenJobs: 9 } },
      credentials: before?.credentials,
    });
    expect(fixture.registry.kept(key.id)).toEqual({ ...updated, version: 2 });
    expect(await findKeptKey(fixture.registry, key.id)).toMatchObject(updated);
  });

  it('takes settings away that are null, so that the stage’s hold', async () => {
    const fixture = createKeyFixture();
    const { key } = await fixture.make(full);
    const cleared = { rateLimits: null, budgets: null, maxOpenJobs: null, resultTtlSeconds: null, expiresAt: null };
    const { id, name, active, providers, createdAt } = key;
    const updated = await updateKey(fixture, 'admin:ann', key.id, cleared);
    expect(updated.key).toEqual({
      ...{ id, name, active, providers, createdAt, limits: {} },
    });
  });

  it('tells no limit at all from the stage’s', async () => {
    const fixture = createKeyFixture();
    const { key } = await fixture.make(full);
    const { key: updated } = await updateKey(fixture, 'admin:ann', key.id, { rateLimits: [] });
    expect(updated.limits.rateLimits).toEqual([]);
  });

  it.each<[string, KeyChange, string, string]>([
    ['an expiry in the past', { expiresAt: 1 }, 'invalid_value', 'expires_at'],
    ['an unknown provider', { providers: { opnai: ['*'] } }, 'unknown_provider', 'providers'],
    ['an unknown model', { providers: { openai: ['bad'] } }, 'invalid_value', 'providers'],
    ['another key’s name', { name: 'two' }, 'invalid_value', 'name'],
  ])('refuses %s, and changes nothing', async (_, change, code, param) => {
    const fixture = createKeyFixture();
    const { key } = await fixture.make(full);
    await fixture.make({ name: 'two' });
    const before = fixture.registry.kept(key.id);
    await expect(updateKey(fixture, 'admin:ann', key.id, { ...change, active: false })).rejects.toMatchObject({
      ...{ code, param },
    });
    expect(fixture.registry.kept(key.id)).toEqual(before);
    expect(fixture.codes()).toEqual(['key_created', 'key_created']);
  });

  it('may give a key the name it has, and a name that was given up', async () => {
    const fixture = createKeyFixture();
    const { key } = await fixture.make();
    await updateKey(fixture, 'admin:ann', key.id, { name: 'one' });
    await updateKey(fixture, 'admin:ann', key.id, { name: 'two' });
    expect((await fixture.make({ name: 'one' })).key.name).toBe('one');
  });

  it('logs who changed which fields', async () => {
    const fixture = createKeyFixture();
    const { key } = await fixture.make();
    await updateKey(fixture, 'admin:ann', key.id, { active: false, name: 'a secret name' });
    expect(fixture.events.at(-1)).toEqual({
      code: 'key_updated',
      fields: { keyId: key.id, by: 'admin:ann', active: false, fields: 'active name' },
    });
  });

  it('knows no other key', async () => {
    const fixture = createKeyFixture();
    const unknown = fixture.newKeyId();
    await expect(updateKey(fixture, 'admin:ann', unknown, {})).rejects.toMatchObject({ code: 'not_found' });
    await expect(findKeptKey(fixture.registry, unknown)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('listKeys', () => {
  it('gives the keys page by page', async () => {
    const fixture = createKeyFixture();
    const names = ['a', 'b', 'c'];
    for (const name of names) await fixture.make({ name });
    const first = await listKeys(fixture, { limit: 2 });
    expect(first.keys.map(({ key }) => key.name)).toEqual(['a', 'b']);
    const { keys, next } = await listKeys(fixture, { limit: 2, after: first.next ?? '' });
    expect([keys.map(({ key }) => key.name), next]).toEqual([['c'], undefined]);
  });
});
