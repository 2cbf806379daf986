import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../domain/ports.ts';
import { noSlotsHeld } from '../../domain/usage/running-slots.ts';
import type { SlotStore, SlotsName } from '../../domain/usage/slot-store.ts';
import { createVersionedItems } from './versioned-items.ts';

/** No worker runs for so long: by then every slot is free. */
const rememberedSeconds = 3600;

/** Owners' slots in the table of gates, beside the gates, under keys that no gate has: no provider's name is empty. */
export function createDynamoSlotStore(
  client: DynamoDBClient,
  { tableName, clock }: { readonly tableName: string; readonly clock: Clock },
): SlotStore {
  const items = createVersionedItems(client, { tableName, initial: noSlotsHeld });
  return {
    read: (name) => items.read(keyOf(name)),
    write: (name, seen, next) => items.write(keyOf(name), seen, next, clock.now() / 1000 + rememberedSeconds),
  };
}

const keyOf = ({ owner, lane, part }: SlotsName): string => `#slots#${lane}#${part}#${owner}`;
