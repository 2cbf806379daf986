import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { KeptKey, KeyPage } from '../../../domain/keys/key-registry.ts';
import type { KeyRegistrySettings } from './key-items.ts';
import { keptKeyOf, keyPartitions } from './virtual-key-item.ts';

/** Items that one request reads: some three of them belong to a key. */
const maxPageItems = 500;

/**
 * Reads keys page by page from the end of an earlier page, in the table's own order. Reads one more than requested, to
 * know whether another page follows. An unreadable record is reported and skipped, so that it doesn't hide the others.
 */
export async function listKeyRecords(
  client: DynamoDBClient,
  { tableName, onFault }: KeyRegistrySettings,
  limit: number,
  after?: string,
): Promise<KeyPage> {
  const keys: KeptKey[] = [];
  let from: Record<string, AttributeValue> | undefined = after === undefined ? undefined : startAfter(after);
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: tableName,
        ConsistentRead: true,
        FilterExpression: 'begins_with(pk, :record) AND attribute_not_exists(unmade)',
        ExpressionAttributeValues: { ':record': { S: keyPartitions.record('') } },
        Limit: maxPageItems,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    for (const item of page.Items ?? []) {
      try {
        keys.push(keptKeyOf(item));
      } catch (error) {
        onFault('record', error);
      }
    }
    from = page.LastEvaluatedKey;
  } while (from !== undefined && keys.length <= limit);
  const last = keys[limit - 1];
  return keys.length > limit && last ? { keys: keys.slice(0, limit), next: last.key.id } : { keys };
}

const startAfter = (id: string): Record<string, AttributeValue> => ({ pk: { S: keyPartitions.record(id) } });
