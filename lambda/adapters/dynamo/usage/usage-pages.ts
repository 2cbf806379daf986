import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Usage } from '../../../domain/usage/usage.ts';
import { usageOf, waitsPrefix } from './usage-item.ts';

/** Items that one request reads at most, each of 96 KiB at most. */
const maxPageItems = 100;

export interface UsagePagesSettings {
  readonly tableName: string;
  readonly onUnreadable: ((error: unknown) => void) | undefined;
}

/** Every owner's usage, page by page. */
export async function* usagePages(
  client: DynamoDBClient,
  { tableName, onUnreadable }: UsagePagesSettings,
): AsyncGenerator<readonly Usage[]> {
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: tableName,
        FilterExpression: 'NOT begins_with(#owner, :waits)',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':waits': { S: waitsPrefix } },
        Limit: maxPageItems,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    yield (page.Items ?? []).flatMap((item) => readable(item, onUnreadable));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

/** One broken item must not keep the sweep from the others. */
function readable(item: Record<string, AttributeValue>, onUnreadable: UsagePagesSettings['onUnreadable']) {
  try {
    return [usageOf(item)];
  } catch (error) {
    onUnreadable?.(error);
    return [];
  }
}
