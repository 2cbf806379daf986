import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { jobIndexes } from '../../lib/job-indexes.ts';

/** A jobs table with one of its indexes, just as the stack makes it. */
export async function createIndexedJobsTable(
  client: DynamoDBClient,
  TableName: string,
  IndexName: keyof typeof jobIndexes,
): Promise<void> {
  const { partitionKey, sortKey, shows } = jobIndexes[IndexName];
  await client.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: partitionKey, AttributeType: 'S' },
        { AttributeName: sortKey, AttributeType: 'N' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName,
          KeySchema: [
            { AttributeName: partitionKey, KeyType: 'HASH' },
            { AttributeName: sortKey, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...shows] },
        },
      ],
    }),
  );
}
