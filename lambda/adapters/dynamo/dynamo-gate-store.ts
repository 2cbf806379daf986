import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock, GateName, GateStore } from '../../domain/ports.ts';
import { openGate } from '../../domain/rate-limiter/gate-state.ts';
import { createVersionedItems } from './versioned-items.ts';

/** A gate that nobody has passed for so long knows nothing worth keeping beyond its own times. */
const rememberedSeconds = 7200;

/**
 * Gates in the table of gates, an item for each key of a provider, and one for each model that is asked with it. A write whose
 * answer gets lost may lose a start slot, and never gives one twice.
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
