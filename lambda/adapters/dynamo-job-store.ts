import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Condition, Transition } from '../domain/conditions.ts';
import type { JobOrder } from '../domain/job.ts';
import type { Applied, JobStore } from '../domain/ports.ts';
import { attributeOf, type Item, itemOf, recordOf } from './job-item.ts';
import { acceptedRecord, jobOf } from './job-record.ts';
import { deleteConditionFor, updateExpressionFor } from './update-expression.ts';
import { stillStands } from './write-token.ts';

/** Jobs in a DynamoDB table with the partition key `id`. A failed request of any kind but a failed condition throws. */
export function createDynamoJobStore(client: DynamoDBClient, settings: { readonly tableName: string }): JobStore {
  const { tableName: TableName } = settings;
  const keyOf = (id: string): Item => ({ id: { S: id } });

  async function findItem(id: string): Promise<Item | undefined> {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(id), ConsistentRead: true }));
    return Item;
  }

  async function create(order: JobOrder): Promise<'created' | 'taken'> {
    const put = new PutItemCommand({
      TableName,
      Item: itemOf(acceptedRecord(order)),
      ConditionExpression: 'attribute_not_exists(#id) OR #ttl <= :now',
      ExpressionAttributeNames: { '#id': 'id', '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':now': attributeOf(Math.floor(order.createdAt / 1000)) },
    });
    if (await conditionHeld(client.send(put))) return 'created';
    // The one that was there may be gone by now: it was in the way all the same, and the caller will find no job.
    const item = await findItem(order.id);
    return item?.submissionNonce?.S === order.submissionNonce ? 'created' : 'taken';
  }

  async function apply(id: string, transition: Transition): Promise<Applied> {
    const writeToken = randomUUID();
    const update = new UpdateItemCommand({
      TableName,
      Key: keyOf(id),
      ...updateExpressionFor(transition, writeToken),
      ReturnValues: 'ALL_NEW',
    });
    const written = await conditionHeld(client.send(update));
    if (written) return { applied: true, job: jobOf(recordOf(written.Attributes ?? {})) };
    const item = await findItem(id);
    if (!item) return { applied: false };
    return { applied: stillStands(item, transition, writeToken), job: jobOf(recordOf(item)) };
  }

  async function remove(id: string, when: readonly Condition[]): Promise<boolean> {
    const taken = new DeleteItemCommand({ TableName, Key: keyOf(id), ...deleteConditionFor(when) });
    return (await conditionHeld(client.send(taken))) !== undefined;
  }

  return {
    create,
    apply,
    remove,
    async find(id) {
      const item = await findItem(id);
      return item && jobOf(recordOf(item));
    },
  };
}

/** The answer to a conditional write, or undefined where its condition didn't hold. */
async function conditionHeld<Answer>(sent: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await sent;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
