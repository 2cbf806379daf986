import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock, GateName, GateStore } from '../../domain/ports.ts';
import { openGate } from '../../domain/rate-limiter/gate-state.ts';
import { createVersionedItems } from './versioned-items.ts';

/**
 * Seconds after which the state of an unused gate, beyond its own times, is worthless and may expire (DynamoDB TTL).
 */
const rememberedSeconds = 7200;

/**
 * Rate-limiter state in the gate table, written with optimistic locking: one item per provider key, and one per model
 * that is called with the key. A write whose answer is lost may waste a start slot, but never grants one twice.
 */
export function createDynamoGateStore(
  client: DynamoDBClient,
  { tableName, clock }: { readonly tableName: string; readonly clock: Clock },
): GateStore {
  const items = createVersionedItems(client, { tableName, initial: openGate });
  return {
    read: (name) => items.read(keyOf(name)),
    write(name, seen, next) {
      const lastUse = Math.max(clock.now(), next.closedUntil, next.cooldownUntil);
      return items.write(keyOf(name), seen, next, Math.ceil(lastUse / 1000) + rememberedSeconds);
    },
  };
}

const keyOf = ({ provider, keyDigest, model }: GateName): string =>
  model === undefined ? `${provider}#${keyDigest}` : `${provider}#${keyDigest}#${model}`;
