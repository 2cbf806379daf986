import { DeleteItemCommand, type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { KnownAnswer } from '../../../domain/answers/known-answer.ts';
import type { KnownAnswers } from '../../../domain/answers/known-answers.ts';
import { conditionHeld } from '../condition-held.ts';
import { answerItem, answerOf } from './answer-item.ts';

/**
 * Known answers in a DynamoDB table with the partition key `id`, written with optimistic locking on the leader's nonce
 * and the state. A write that the SDK retries because its answer was lost counts as not made; the next read shows it.
 */
export function createDynamoKnownAnswers(
  client: DynamoDBClient,
  { tableName: TableName }: { readonly tableName: string },
): KnownAnswers {
  async function put(entry: KnownAnswer, condition: Condition): Promise<boolean> {
    const sent = client.send(new PutItemCommand({ TableName, Item: answerItem(entry), ...condition }));
    return (await conditionHeld(sent)) !== undefined;
  }

  return {
    async find(id) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }),
      );
      return Item && answerOf(Item);
    },
    lead: (entry, seen) => put(entry, seen ? asSeen(seen) : isFree),
    publish: (entry) => put(entry, asSeen({ nonce: entry.nonce, state: 'leading' })),
    async remove(seen) {
      const sent = client.send(new DeleteItemCommand({ TableName, Key: { id: { S: seen.id } }, ...asSeen(seen) }));
      return (await conditionHeld(sent)) !== undefined;
    },
  };
}

interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, { readonly S: string }>;
}

const isFree: Condition = {
  ConditionExpression: 'attribute_not_exists(#id)',
  ExpressionAttributeNames: { '#id': 'id' },
};

/** The entry has had no other leader since, and was neither published nor removed. */
const asSeen = ({ nonce, state }: Pick<KnownAnswer, 'nonce' | 'state'>): Condition => ({
  ConditionExpression: '#nonce = :nonce AND #state = :state',
  ExpressionAttributeNames: { '#nonce': 'nonce', '#state': 'state' },
  ExpressionAttributeValues: { ':nonce': { S: nonce }, ':state': { S: state } },
});
