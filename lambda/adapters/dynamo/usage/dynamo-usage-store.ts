import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { budgetedWindows } from '../../../domain/usage/budgets.ts';
import { forgettableOf, limitedWindows, refusalOf, type Usage } from '../../../domain/usage/usage.ts';
import type { ReserveAnswer, UsageStore } from '../../../domain/usage/usage-store.ts';
import { conditionHeld } from '../condition-held.ts';
import { reservationWrites } from './reservation-writes.ts';
import { opening, reserving } from './reserve-update.ts';
import type { Update } from './update.ts';
import { usageOf, windowsOf } from './usage-item.ts';
import { usagePages } from './usage-pages.ts';
import { forgetting, marking, unmarking } from './usage-updates.ts';

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
  ...{ windows: [], budgets: [] },
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
    const stateOf = ({ counts, sums }: Pick<Usage, 'counts' | 'sums'>) => ({
      windows: limitedWindows(counts, limits.rateLimits, at),
      budgets: budgetedWindows(sums, limits.budgets, at),
    });
    for (let tries = 1; tries <= maxTries; tries += 1) {
      const written = await update(owner, reserving(reservation, limits));
      if (written) return { reserved: true, ...stateOf(windowsOf(written.Attributes ?? {})) };
      const usage = await find(owner);
      const state = stateOf(usage ?? { counts: [], sums: [] });
      // The SDK has sent the request twice, since the first answer got lost.
      if (usage?.open.some((each) => each.nonce === nonce)) return { reserved: true, ...state };
      const refusal = refusalOf(usage, limits, reservation);
      if (refusal) return { reserved: false, refusal, ...state };
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
    ...reservationWrites({ find, update }),
    pages: () => usagePages(client, { tableName: TableName, onUnreadable }),
    async forgetPast(usage, now) {
      const forgotten = forgetting(forgettableOf(usage, now));
      if (forgotten) await update(usage.owner, forgotten);
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
