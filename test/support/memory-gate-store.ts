import type { GateName, GateStore, KeptGate } from '../../lambda/domain/ports.ts';
import { openGate } from '../../lambda/domain/rate-limiter/gate-state.ts';

/** Gates in memory, for tests; what goes in and out is copied, as through a network. */
export function createMemoryGateStore(): GateStore {
  const gates = new Map<string, KeptGate>();
  const keyOf = ({ provider, keyDigest, model = '' }: GateName): string => `${provider}#${keyDigest}#${model}`;
  return {
    read: async (name) => structuredClone(gates.get(keyOf(name)) ?? { state: openGate, version: 0 }),
    async write(name, seen, next) {
      const version = gates.get(keyOf(name))?.version ?? 0;
      if (version !== seen.version) return false;
      gates.set(keyOf(name), structuredClone({ state: next, version: version + 1 }));
      return true;
    },
  };
}
