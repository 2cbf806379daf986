import type { KeptKey, KeyRegistry } from '../../lambda/domain/keys/key-registry.ts';

/** A registry of virtual keys in memory, for tests; what goes in and out is copied, as through a network. */
export interface MemoryKeyRegistry extends KeyRegistry {
  kept(id: string): KeptKey | undefined;
}

export function createMemoryKeyRegistry(): MemoryKeyRegistry {
  const records = new Map<string, KeptKey>();
  const kept = (id: string) => structuredClone(records.get(id));
  const others = (id: string) => [...records.values()].filter(({ key }) => key.id !== id);
  const nameIsTaken = (id: string, name: string) => others(id).some(({ key }) => key.name === name);
  const isChanged = ({ key, version }: KeptKey) => records.get(key.id)?.version !== version;
  return {
    kept,
    async create(key, hash) {
      if (others(key.id).some(({ credentials }) => credentials.some((each) => each.hash === hash))) {
        return 'credential_taken';
      }
      if (nameIsTaken(key.id, key.name)) return 'name_taken';
      records.set(key.id, structuredClone({ key, credentials: [{ hash }], version: 1 }));
      return 'created';
    },
    find: async (id) => kept(id),
    async list(limit, after) {
      const keys = [...records.values()].map((each) => structuredClone(each));
      const rest = after === undefined ? keys : keys.slice(keys.findIndex(({ key }) => key.id === after) + 1);
      const page = rest.slice(0, limit);
      const last = page.at(-1);
      return rest.length > limit && last ? { keys: page, next: last.key.id } : { keys: page };
    },
    async replace(seen, { key, credentials }) {
      if (nameIsTaken(key.id, key.name)) return 'name_taken';
      if (isChanged(seen)) return 'changed';
      records.set(key.id, structuredClone({ key, credentials, version: seen.version + 1 }));
      return 'replaced';
    },
    async remove(seen) {
      if (records.has(seen.key.id) && isChanged(seen)) return 'changed';
      records.delete(seen.key.id);
      return 'removed';
    },
  };
}
