import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { KeptKey, KeyRegistry } from '../../../lambda/domain/keys/key-registry.ts';
import type { VirtualKey } from '../../../lambda/domain/keys/virtual-key.ts';

/** A key of a name that no other test uses. */
export const newKey = (over: Partial<VirtualKey> = {}): VirtualKey => ({
  id: `vk_${randomUUID()}`,
  name: `name ${randomUUID()}`,
  active: true,
  providers: { openai: ['*'] },
  limits: { rateLimits: [{ requests: 5, period: '1h' }], maxOpenJobs: 7 },
  createdAt: 1_795_176_000_000,
  ...over,
});

/** What every registry of virtual keys promises. */
export function keyRegistryContract(name: string, open: () => Promise<KeyRegistry>): void {
  describe(`${name}, as a registry of virtual keys`, () => {
    let registry: KeyRegistry;
    beforeEach(async () => {
      registry = await open();
    });

    async function created(over: Partial<VirtualKey> = {}): Promise<KeptKey> {
      const key = newKey(over);
      expect(await registry.create(key, `hash of ${key.id}`)).toBe('created');
      const kept = await registry.find(key.id);
      if (!kept) throw new Error('The key is not there.');
      return kept;
    }

    it('finds a key as it was made', async () => {
      const key = newKey({ resultTtlSeconds: 60, expiresAt: 1_800_000_000_000, active: false });
      await registry.create(key, 'a hash');
      expect(await registry.find(key.id)).toEqual({ key, credentials: [{ hash: 'a hash' }], version: 1 });
      expect(await registry.find(newKey().id)).toBeUndefined();
    });

    it('makes no second key of a name, nor one with another key’s credential', async () => {
      const first = await created();
      const twin = newKey({ name: first.key.name });
      expect(await registry.create(twin, 'hash of a twin')).toBe('name_taken');
      expect(await registry.create(newKey(), `hash of ${first.key.id}`)).toBe('credential_taken');
      expect(await registry.find(twin.id)).toBeUndefined();
      expect(await registry.create(newKey(), 'hash of a twin')).toBe('created');
    });

    it('keeps what a key has become, once', async () => {
      const seen = await created();
      const next = {
        key: { ...seen.key, active: false, name: `other ${seen.key.name}` },
        credentials: [{ hash: randomUUID() }, { hash: seen.credentials[0]?.hash ?? '', until: 5 }],
      };
      expect(await registry.replace(seen, next)).toBe('replaced');
      expect(await registry.find(seen.key.id)).toEqual({ ...next, version: seen.version + 1 });
      expect(await registry.replace(seen, { ...next, key: { ...next.key, active: true } })).toBe('changed');
      expect(await registry.find(seen.key.id)).toMatchObject({ key: { active: false } });
    });

    it('gives no key the name of another, and frees a name that was given up', async () => {
      const [one, two] = [await created(), await created()];
      const renamed = { ...one, key: { ...one.key, name: two.key.name } };
      expect(await registry.replace(one, renamed)).toBe('name_taken');
      expect(await registry.find(one.key.id)).toEqual(one);
      const elsewhere = { ...two, key: { ...two.key, name: `was ${two.key.name}` } };
      expect(await registry.replace(two, elsewhere)).toBe('replaced');
      expect(await registry.replace(one, renamed)).toBe('replaced');
    });

    it('frees name and credentials of a key that is removed', async () => {
      const seen = await created();
      const second = randomUUID();
      await registry.replace(seen, { ...seen, credentials: [...seen.credentials, { hash: second }] });
      expect(await registry.remove(seen)).toBe('changed');
      const latest = await registry.find(seen.key.id);
      if (!latest) throw new Error('The key is not there.');
      expect(await registry.remove(latest)).toBe('removed');
      expect(await registry.find(seen.key.id)).toBeUndefined();
      expect(await registry.create(newKey({ name: seen.key.name }), second)).toBe('created');
      expect(await registry.create(newKey(), seen.credentials[0]?.hash ?? '')).toBe('created');
    });

    it('lists each key once, page by page', async () => {
      const wanted = new Set<string>();
      for (let made = 0; made < 5; made += 1) wanted.add((await created()).key.id);
      await registry.remove(await created());
      const listed: string[] = [];
      let after: string | undefined;
      do {
        const page = await registry.list(2, after);
        expect(page.keys.length).toBeLessThanOrEqual(2);
        listed.push(...page.keys.map(({ key }) => key.id));
        after = page.next;
        if (after !== undefined) expect(page.keys).toHaveLength(2);
      } while (after !== undefined);
      expect(listed.filter((id) => wanted.has(id)).toSorted()).toEqual([...wanted].toSorted());
      expect(new Set(listed).size).toBe(listed.length);
      expect((await registry.list(listed.length)).next).toBeUndefined();
    });
  });
}
