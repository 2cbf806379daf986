import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../../domain/ports.ts';
import type { WaitSlots } from '../../../domain/usage/wait-slots.ts';
import { conditionHeld } from '../condition-held.ts';
import { waitsPrefix } from './usage-item.ts';

/** No function runs for so long: by then every wait that the item holds is over. */
const rememberedSeconds = 3600;

/** No owner's name begins with another word and a `#`. */
const waitsPrefixes = { held_answers: waitsPrefix, synchronous_requests: `${waitsPrefix}synchronous#` } as const;

/** When each wait of an owner is over, by the wait's id, as DynamoDB keeps it. */
type KeptWaits = Readonly<Record<string, AttributeValue>>;

export interface WaitSlotsSettings {
  readonly tableName: string;
  readonly clock: Clock;
  /**
   * Which waits of an owner are counted together.
   * @default 'held_answers' - those that `Prefer: wait` requests
   */
  readonly of?: 'held_answers' | 'synchronous_requests';
  /** Waits that one owner may have at a time. */
  readonly maxWaits: number;
}

/**
 * Concurrent waits of each owner (a counting semaphore), in the usage table, in an item of their own beside the owner's
 * other counters, so that waits and submissions don't contend for one item. A wait is stored under its id, so that an
 * update which the SDK retries, because its answer was lost, counts once.
 */
export function createDynamoWaitSlots(client: DynamoDBClient, settings: WaitSlotsSettings): WaitSlots {
  const { tableName: TableName, clock, maxWaits, of: counted = 'held_answers' } = settings;
  const keyOf = (owner: string) => ({ owner: { S: `${waitsPrefixes[counted]}${owner}` } });
  const ttl = () => ({ N: String(Math.ceil(clock.now() / 1000) + rememberedSeconds) });

  /** Whether the update's condition held. */
  async function update(owner: string, update: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>): Promise<boolean> {
    const sent = client.send(new UpdateItemCommand({ TableName, Key: keyOf(owner), ...update }));
    return (await conditionHeld(sent)) !== undefined;
  }

  const take = (owner: string, waitId: string, until: number) =>
    update(owner, {
      UpdateExpression: 'SET #waits.#id = :until, #ttl = :ttl',
      ConditionExpression: 'attribute_exists(#waits) AND (size(#waits) < :max OR attribute_exists(#waits.#id))',
      ExpressionAttributeNames: { '#waits': 'waits', '#id': waitId, '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':until': { N: String(until) }, ':max': { N: String(maxWaits) }, ':ttl': ttl() },
    });

  const begin = (owner: string) =>
    update(owner, {
      UpdateExpression: 'SET #waits = if_not_exists(#waits, :none), #ttl = :ttl',
      ExpressionAttributeNames: { '#waits': 'waits', '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':none': { M: {} }, ':ttl': ttl() },
    });

  /** An id is never another wait's, so what is over can be dropped whatever else has been written since. */
  const drop = (owner: string, waitIds: readonly string[]) =>
    update(owner, {
      UpdateExpression: `REMOVE ${waitIds.map((_, at) => `#waits.#w${at}`).join(', ')}`,
      ConditionExpression: 'attribute_exists(#waits)',
      ExpressionAttributeNames: { '#waits': 'waits', ...Object.fromEntries(waitIds.map((id, at) => [`#w${at}`, id])) },
    });

  async function read(owner: string): Promise<KeptWaits | undefined> {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(owner), ConsistentRead: true }));
    return Item?.waits?.M;
  }

  return {
    async enter(owner, waitId, until) {
      if (await take(owner, waitId, until)) return true;
      const kept = await read(owner);
      if (kept === undefined) await begin(owner);
      else {
        const over = idsOver(kept, clock.now());
        if (Object.keys(kept).length - over.length >= maxWaits) return false;
        if (over.length > 0) await drop(owner, over);
      }
      return take(owner, waitId, until);
    },
    async leave(owner, waitId) {
      await drop(owner, [waitId]);
    },
  };
}

const idsOver = (kept: KeptWaits, now: number): readonly string[] =>
  Object.entries(kept).flatMap(([id, until]) => (Number(until.N) <= now ? [id] : []));
