import { randomUUID } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Transition } from '../../../domain/jobs/conditions.ts';
import { ItemTooLarge } from '../../../domain/jobs/item-too-large.ts';
import type { Applied, JobStore } from '../../../domain/ports.ts';
import { conditionHeld } from '../condition-held.ts';
import { createPlaces } from './create-and-undo.ts';
import { type Item, recordOf } from './job-item.ts';
import { jobOf } from './job-record.ts';
import { isJobItem } from './undone-mark.ts';
import { updateExpressionFor } from './update-expression.ts';
import { stillStands } from './write-token.ts';

/** Jobs in a DynamoDB table with the partition key `id`. A failed request of any kind but a failed condition throws. */
export function createDynamoJobStore(client: DynamoDBClient, settings: { readonly tableName: string }): JobStore {
  const { tableName: TableName } = settings;
  const keyOf = (id: string): Item => ({ id: { S: id } });

  async function findItem(id: string): Promise<Item | undefined> {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(id), ConsistentRead: true }));
    return Item;
  }

  async function findJob(id: string): Promise<Item | undefined> {
    const item = await findItem(id);
    return isJobItem(item) ? item : undefined;
  }

  async function apply(id: string, transition: Transition): Promise<Applied> {
    const writeToken = randomUUID();
    const update = new UpdateItemCommand({
      TableName,
      Key: keyOf(id),
      ...updateExpressionFor(transition, writeToken),
      ReturnValues: 'ALL_NEW',
    });
    const written = await withinSize(conditionHeld(client.send(update)));
    if (written) return { applied: true, job: jobOf(recordOf(written.Attributes ?? {})) };
    const item = await findJob(id);
    if (!item) return { applied: false };
    return { applied: stillStands(item, transition, writeToken), job: jobOf(recordOf(item)) };
  }

  return {
    ...createPlaces(client, TableName, findItem),
    apply,
    async find(id) {
      const item = await findJob(id);
      return item && jobOf(recordOf(item));
    },
  };
}

/** The answer to a request. Throws ItemTooLarge where the table refused it for the item's size. */
async function withinSize<Answer>(sent: Promise<Answer>): Promise<Answer> {
  try {
    return await sent;
  } catch (error) {
    if (isOfSize(error)) throw new ItemTooLarge(error.message, { cause: error });
    throw error;
  }
}

/**
 * DynamoDB has no error of its own for an item above 400 KB. The message is "Item size has exceeded the maximum allowed
 * size" for a PutItem, and "Item size to update has exceeded the maximum allowed size" for an UpdateItem.
 */
const isOfSize = (error: unknown): error is Error =>
  error instanceof Error &&
  error.name === 'ValidationException' &&
  /\bitem size\b.*\bexceeded the maximum allowed size/i.test(error.message);
