import { describe, expect, it } from 'vitest';
import { maxCredentials, rotateKey } from '../../../../lambda/application/keys/rotate-key.ts';
import { createKeyFixture } from '../../../support/key-fixture.ts';

describe('rotateKey', () => {
  it('ends earlier credentials at once where no overlap is asked for', async () => {
    const fixture = createKeyFixture();
    const { key, credential: first } = await fixture.make();
    const { key: same, credential } = await rotateKey(fixture, 'admin:ann', key.id, 0);
    expect(same).toEqual(key);
    expect(credential).not.toBe(first);
    expect(fixture.registry.kept(key.id)?.credentials).toEqual([{ hash: fixture.sha256(credential) }]);
  });

  it('lets earlier credentials work for the overlap, and never longer than they were to', async () => {
    const fixture = createKeyFixture();
    const { key, credential: first } = await fixture.make();
    const { credential: second } = await rotateKey(fixture, 'admin:ann', key.id, 60);
    const now = fixture.clock.now();
    const { credential: third } = await rotateKey(fixture, 'admin:ann', key.id, 3600);
    const until = { first: now + 60_000, second: now + 3_600_000 };
    expect(fixture.registry.kept(key.id)?.credentials).toEqual([
      { hash: fixture.sha256(third) },
      { hash: fixture.sha256(second), until: until.second },
      { hash: fixture.sha256(first), until: until.first },
    ]);
    fixture.clock.advance(60);
    const { credential: fourth } = await rotateKey(fixture, 'admin:ann', key.id, 30);
    expect(fixture.registry.kept(key.id)?.credentials).toEqual([
      { hash: fixture.sha256(fourth) },
      { hash: fixture.sha256(third), until: fixture.clock.now() + 30_000 },
      { hash: fixture.sha256(second), until: fixture.clock.now() + 30_000 },
    ]);
  });

  it('ends no credential sooner than was said, but refuses a further one where there is a handful', async () => {
    const fixture = createKeyFixture();
    const { key, credential } = await fixture.make();
    const given = [credential];
    for (let round = 1; round < maxCredentials; round += 1) {
      given.unshift((await rotateKey(fixture, 'admin:ann', key.id, 3600)).credential);
      fixture.clock.advance(1);
    }
    const hashes = () => fixture.registry.kept(key.id)?.credentials.map(({ hash }) => hash);
    await expect(rotateKey(fixture, 'admin:ann', key.id, 3600)).rejects.toMatchObject({
      ...{ code: 'invalid_value', param: 'overlap_seconds' },
    });
    expect(hashes()).toEqual(given.map(fixture.sha256));
    fixture.clock.advance(3600);
    const { credential: next } = await rotateKey(fixture, 'admin:ann', key.id, 3600);
    expect(hashes()?.[0]).toBe(fixture.sha256(next));
    const { credential: last } = await rotateKey(fixture, 'admin:ann', key.id, 0);
    expect(hashes()).toEqual([fixture.sha256(last)]);
  });

  it('makes one new credential where somebody changes the key meanwhile', async () => {
    const fixture = createKeyFixture();
    const { key } = await fixture.make();
    let meanwhile = 1;
    const registry = {
      find: fixture.registry.find,
      async replace(...args: Parameters<typeof fixture.registry.replace>) {
        const seen = await fixture.registry.find(key.id);
        if (meanwhile-- > 0 && seen) await fixture.registry.replace(seen, { ...seen, key: { ...key, active: false } });
        return fixture.registry.replace(...args);
      },
    };
    const { credential, key: latest } = await rotateKey({ ...fixture, registry }, 'admin:ann', key.id, 0);
    expect(latest.active).toBe(false);
    expect(fixture.registry.kept(key.id)).toMatchObject({
      key: { active: false },
      credentials: [{ hash: fixture.sha256(credential) }],
    });
  });

  it('is unavailable where others keep changing the key, and gives it no credential', async () => {
    const fixture = createKeyFixture();
    const { key, credential } = await fixture.make();
    const registry = { find: fixture.registry.find, replace: async () => 'changed' as const };
    await expect(rotateKey({ ...fixture, registry }, 'admin:ann', key.id, 0)).rejects.toMatchObject({
      ...{ code: 'unavailable', retryAfterSeconds: 1 },
    });
    expect(fixture.registry.kept(key.id)?.credentials).toEqual([{ hash: fixture.sha256(credential) }]);
  });

  it('logs who rotated which key, and no credential', async () => {
    const fixture = createKeyFixture();
    const { key } = await fixture.make();
    const { credential } = await rotateKey(fixture, 'admin:bob', key.id, 60);
    expect(fixture.events.at(-1)).toEqual({
      code: 'key_rotated',
      fields: { keyId: key.id, by: 'admin:bob', overlapSeconds: 60 },
    });
    expect(JSON.stringify(fixture.events)).not.toContain(credential);
  });

  it.each(['vk_00000000-0000-4000-8000-999999999999', 'one', '', 'vk_'])('knows no key %j', async (id) => {
    const fixture = createKeyFixture();
    await fixture.make();
    await expect(rotateKey(fixture, 'admin:ann', id, 0)).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no such virtual key.',
    });
  });
});
