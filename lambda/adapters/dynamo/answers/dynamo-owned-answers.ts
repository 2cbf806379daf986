import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { OwnedAnswers } from '../../../domain/answers/known-answers.ts';

/** The index's name; the stack makes it by the same. */
const indexName = 'byOwner';

/** The index of known answers by owner, which holds ids alone. */
export const createDynamoOwnedAnswers = (
  client: DynamoDBClient,
  { tableName: TableName }: { readonly tableName: string },
): OwnedAnswers => ({
  async *pages(owner) {
    let from: Record<string, AttributeValue> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName,
          IndexName: indexName,
          KeyConditionExpression: '#owner = :owner',
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':owner': { S: owner } },
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      yield (page.Items ?? []).flatMap(({ id }) => (id?.S === undefined ? [] : [{ id: id.S }]));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  },
});
