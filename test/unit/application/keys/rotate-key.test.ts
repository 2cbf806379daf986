import { describe, expect, it } from 'vitest';
import { maxCredentials, rotateKey } from '../../../../lambda/application/keys/rotate-key.ts';
import { createKeyBench } from '../../../support/key-bench.ts';

describe('rotateKey', () => {
  it('ends earlier credentials at once where no overlap is asked for', async () => {
    const bench = createKeyBench();
    const { key, credential: first } = await bench.make();
    const { key: same, credential } = await rotateKey(bench, 'admin:ann', key.id, 0);
    expect(same).toEqual(key);
    expect(credential).not.toBe(first);
    expect(bench.registry.kept(key.id)?.credentials).toEqual([{ hash: bench.hashOf(credential) }]);
  });

  it('lets earlier credentials work for the overlap, and never longer than they were to', async () => {
    const bench = createKeyBench();
    const { key, credential: first } = await bench.make();
    const { credential: second } = await rotateKey(bench, 'admin:ann', key.id, 60);
    const now = bench.clock.now();
    const { credential: third } = await rotateKey(bench, 'admin:ann', key.id, 3600);
    const until = { first: now + 60_000, second: now + 3_600_000 };
    expect(bench.registry.kept(key.id)?.credentials).toEqual([
      { hash: bench.hashOf(third) },
      { hash: bench.hashOf(second), until: until.second },
      { hash: bench.hashOf(first), until: until.first },
    ]);
    bench.clock.advance(60);
    const { credential: fourth } = await rotateKey(bench, 'admin:ann', key.id, 30);
    expect(bench.registry.kept(key.id)?.credentials).toEqual([
      { hash: bench.hashOf(fourth) },
      { hash: bench.hashOf(third), until: bench.clock.now() + 30_000 },
      { hash: bench.hashOf(second), until: bench.clock.now() + 30_000 },
    ]);
  });

  it('ends no credential sooner than was said, but refuses a further one where there is a handful', async () => {
    const bench = createKeyBench();
    const { key, credential } = await bench.make();
    const given = [credential];
    for (let round = 1; round < maxCredentials; round += 1) {
      given.unshift((await rotateKey(bench, 'admin:ann', key.id, 3600)).credential);
      bench.clock.advance(1);
    }
    const hashes = () => bench.registry.kept(key.id)?.credentials.map(({ hash }) => hash);
    await expect(rotateKey(bench, 'admin:ann', key.id, 3600)).rejects.toMatchObject({
      ...{ code: 'invalid_value', param: 'overlap_seconds' },
    });
    expect(hashes()).toEqual(given.map(bench.hashOf));
    bench.clock.advance(3600);
    const { credential: next } = await rotateKey(bench, 'admin:ann', key.id, 3600);
    expect(hashes()?.[0]).toBe(bench.hashOf(next));
    const { credential: last } = await rotateKey(bench, 'admin:ann', key.id, 0);
    expect(hashes()).toEqual([bench.hashOf(last)]);
  });

  it('makes one new credential where somebody changes the key meanwhile', async () => {
    const bench = createKeyBench();
    const { key } = await bench.make();
    let meanwhile = 1;
    const registry = {
      find: bench.registry.find,
      async replace(...args: Parameters<typeof bench.registry.replace>) {
        const seen = await bench.registry.find(key.id);
        if (meanwhile-- > 0 && seen) await bench.registry.replace(seen, { ...seen, key: { ...key, active: false } });
        return bench.registry.replace(...args);
      },
    };
    const { credential, key: latest } = await rotateKey({ ...bench, registry }, 'admin:ann', key.id, 0);
    expect(latest.active).toBe(false);
    expect(bench.registry.kept(key.id)).toMatchObject({
      key: { active: false },
      credentials: [{ hash: bench.hashOf(credential) }],
    });
  });

  it('is unavailable where others keep changing the key, and gives it no credential', async () => {
    const bench = createKeyBench();
    const { key, credential } = await bench.make();
    const registry = { find: bench.registry.find, replace: async () => 'changed' as const };
    await expect(rotateKey({ ...bench, registry }, 'admin:ann', key.id, 0)).rejects.toMatchObject({
      ...{ code: 'unavailable', retryAfterSeconds: 1 },
    });
    expect(bench.registry.kept(key.id)?.credentials).toEqual([{ hash: bench.hashOf(credential) }]);
  });

  it('logs who rotated which key, and no credential', async () => {
    const bench = createKeyBench();
    const { key } = await bench.make();
    const { credential } = await rotateKey(bench, 'admin:bob', key.id, 60);
    expect(bench.events.at(-1)).toEqual({
      code: 'key_rotated',
      fields: { keyId: key.id, by: 'admin:bob', overlapSeconds: 60 },
    });
    expect(JSON.stringify(bench.events)).not.toContain(credential);
  });

  it.each(['vk_00000000-0000-4000-8000-999999999999', 'one', '', 'vk_'])('knows no key %j', async (id) => {
    const bench = createKeyBench();
    await bench.make();
    await expect(rotateKey(bench, 'admin:ann', id, 0)).rejects.toMatchObject({
      code: 'not_found',
      message: 'There is no such virtual key.',
    });
  });
});
