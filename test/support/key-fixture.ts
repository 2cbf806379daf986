import { sha256 } from '../../lambda/adapters/secrets/sha256.ts';
import { createKey } from '../../lambda/application/keys/create-key.ts';
import type { NewKey } from '../../lambda/domain/keys/key-settings.ts';
import type { ModelCapabilities } from '../../lambda/domain/model.ts';
import { createApiFixture } from './api-fixture.ts';
import { createMemoryFileStore } from './memory-file-store.ts';
import { createMemoryKeyRegistry } from './memory-key-registry.ts';
import { createMemoryUsageStore } from './memory-usage-store.ts';

/** All that those need who manage keys, in memory: ids and credentials are numbered. */
export function createKeyFixture() {
  const api = createApiFixture();
  const registry = createMemoryKeyRegistry();
  const models = [
    { provider: 'openai', model: 'good' },
    { provider: 'openai', model: 'better' },
    { provider: 'bfl', model: 'flux' },
  ];
  const catalog = {
    models,
    specOf: (wanted: { provider: string; model: string }) =>
      models.some(({ provider, model }) => provider === wanted.provider && model === wanted.model)
        ? ({} as ModelCapabilities)
        : undefined,
  };
  let ids = 0;
  let credentials = 0;
  const usage = createMemoryUsageStore();
  const fixture = {
    ...api,
    catalog,
    registry,
    usage,
    files: createMemoryFileStore(),
    ownedJobs: {
      async *pages(owner: string) {
        for (const { id, owner: its } of api.jobs.records()) if (its === owner) yield [{ id }];
      },
    },
    newKeyId: () => {
      ids += 1;
      return `vk_00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
    newCredential: () => {
      credentials += 1;
      const text = `sk-bf-${credentials}`;
      return { text, hash: sha256(text) };
    },
  };
  return {
    ...fixture,
    sha256,
    make: (over: Partial<NewKey> = {}) => createKey(fixture, 'admin:ann', { name: 'one', ...over }),
  };
}
