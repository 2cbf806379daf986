import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { OwnedJobs } from '../../../domain/jobs/lists/owned-jobs.ts';

/** The index's name; the stack makes it by the same. */
const indexName = 'byOwner';

/** Entries that one request reads, some 100 KB. */
const maxPageEntries = 250;

/**
 * The sparse index of jobs by owner, the latest first. A job that was deleted has lost its request id, and is left out.
 */
export const createDynamoOwnedJobs = (
  client: DynamoDBClient,
  { tableName }: { readonly tableName: string },
): OwnedJobs => ({
  async *pages(owner) {
    let from: Record<string, AttributeValue> | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: indexName,
          KeyConditionExpression: '#owner = :owner',
          FilterExpression: 'requestId <> :none',
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':owner': { S: owner }, ':none': { S: '' } },
          ScanIndexForward: false,
          Limit: maxPageEntries,
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      yield (page.Items ?? []).flatMap(({ id }) => (id?.S === undefined ? [] : [{ id: id.S }]));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  },
});
