import { sha256 } from '../../lambda/adapters/secrets/sha256.ts';
import type { AuthenticateDependencies } from '../../lambda/application/serve/authenticate.ts';
import type { VirtualKey } from '../../lambda/domain/keys/virtual-key.ts';
import type { Clock } from '../../lambda/domain/ports.ts';
import { sampleKey } from './api-fixture.ts';

/** The virtual key of `vk_1`, and another's. Every other key is unknown, and so is every token. */
export const knownKey = 'sk-bf-known';
export const otherKey = 'sk-bf-other';

/** What tells the two known callers apart. `over` is what the first one's key has otherwise than the sample. */
export function knownCallers(clock: Clock, over: Partial<VirtualKey> = {}): AuthenticateDependencies {
  const keys = new Map([
    [sha256(knownKey), sampleKey(over)],
    [sha256(otherKey), sampleKey({ id: 'vk_2', name: 'two' })],
  ]);
  return {
    keys: {
      findByCredential: async (hash) => keys.get(hash),
      find: async () => undefined,
      findNamed: async () => undefined,
    },
    tokens: { verify: () => Promise.reject(new Error('No token was expected.')) },
    clock,
  };
}
