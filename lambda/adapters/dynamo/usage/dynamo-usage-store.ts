import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { currentWindowsOf, isPast, limitedWindows, refusalOf, type Usage } from '../../../domain/usage/usage.ts';
import type { ReserveAnswer, UsageStore } from '../../../domain/usage/usage-store.ts';
import { conditionHeld } from '../condition-held.ts';
import { countsOf, usageOf } from './usage-item.ts';
import { usagePages } from './usage-pages.ts';
import {
  forgetting,
  givingBack,
  marking,
  opening,
  releasing,
  reserving,
  type Update,
  unmarking,
} from './usage-updates.ts';

/**
 * Max tries of a refused update whose reason no longer holds when the item is read. As many are needed only when
 * hundreds arrive at once.
 */
const maxTries = 10;

export interface UsageStoreSettings {
  readonly tableName: string;
  /** Called with the fault of an item that is no usage, when `pages` skips it. The other items are returned. */
  readonly onUnreadable?: (error: unknown) => void;
}

const throttled = (cause: unknown): ReserveAnswer => ({
  reserved: false,
  refusal: { by: 'throttle', cause },
  windows: [],
});

/** Usage in a DynamoDB table with the partition key `owner`. */
export function createDynamoUsageStore(client: DynamoDBClient, settings: UsageStoreSettings): UsageStore {
  const { tableName: TableName, onUnreadable } = settings;
  const keyOf = (owner: string) => ({ owner: { S: owner } });

  /** Undefined where the condition didn't hold. */
  const update = (owner: string, parts: Update): Promise<UpdateItemCommandOutput | undefined> =>
    conditionHeld(client.send(new UpdateItemCommand({ TableName, Key: keyOf(owner), ...parts })));

  async function find(owner: string): Promise<Usage | undefined> {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(owner), ConsistentRead: true }));
    return Item && usageOf(Item);
  }

  const reserve: UsageStore['reserve'] = async (owner, reservation, limits) => {
    const { nonce, at } = reservation;
    for (let tries = 1; tries <= maxTries; tries += 1) {
      const written = await update(owner, reserving(reservation, limits));
      if (written) {
        const counts = Object.entries(written.Attributes ?? {}).flatMap(countsOf);
        return { reserved: true, windows: limitedWindows(counts, limits.rateLimits, at) };
      }
      const usage = await find(owner);
      const windows = limitedWindows(usage?.counts ?? [], limits.rateLimits, at);
      // The SDK has sent the request twice, since the first answer got lost.
      if (usage?.open.some((each) => each.nonce === nonce)) return { reserved: true, windows };
      const refusal = refusalOf(usage, limits, at);
      if (refusal) return { reserved: false, refusal, windows };
      if (!usage) await update(owner, opening);
    }
    return throttled(
      new Error(
        `The limits of ${owner} have room, but ${maxTries} conditional writes in a row lost to concurrent ones.`,
      ),
    );
  };

  return {
    find,
    async reserve(owner, reservation, limits) {
      try {
        return await reserve(owner, reservation, limits);
      } catch (error) {
        if (!isThrottle(error)) throw error;
        return throttled(error);
      }
    },
    release: async (owner, nonce) => (await update(owner, releasing(nonce))) !== undefined,
    refund: async (owner, { nonce, at }, now) =>
      (await update(owner, givingBack(nonce, currentWindowsOf(at, now)))) !== undefined,
    pages: () => usagePages(client, { tableName: TableName, onUnreadable }),
    async forgetPast({ owner, counts }, now) {
      const past = counts.filter((window) => isPast(window, now));
      if (past.length > 0) await update(owner, forgetting(past));
    },
    async markForPurge(owner, now) {
      await update(owner, marking(now));
    },
    async unmark(owner) {
      await update(owner, unmarking);
    },
    async removePurged(owner) {
      const removal = new DeleteItemCommand({
        TableName,
        Key: keyOf(owner),
        ConditionExpression: 'attribute_exists(#purgeAt) AND size(#open) = :none',
        ExpressionAttributeNames: { '#purgeAt': 'purgeAt', '#open': 'open' },
        ExpressionAttributeValues: { ':none': { N: '0' } },
      });
      return (await conditionHeld(client.send(removal))) !== undefined;
    },
  };
}

const throttles = new Set(['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException']);

const isThrottle = (error: unknown): boolean => error instanceof Error && throttles.has(error.name);
