import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { FilePage } from '../../../domain/files/file-store.ts';
import { fileIdPrefix, isLiving, type StoredFile } from '../../../domain/files/stored-file.ts';
import { fileItemKey, fileOf } from './file-item.ts';

type Item = Record<string, AttributeValue>;

/** How an owner's items are read: from which one on, and at most how many a request. */
interface Reading {
  readonly after?: string | undefined;
  readonly itemsPerRequest?: number;
}

/** An owner's files, newest first, as they are in the table: ids sort by age, and the owner's total is no file. */
async function* filesOf(
  client: DynamoDBClient,
  TableName: string,
  owner: string,
  { after, itemsPerRequest }: Reading = {},
): AsyncGenerator<StoredFile> {
  let from: Item | undefined = after === undefined ? undefined : fileItemKey({ owner, id: after });
  do {
    const page = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: '#owner = :owner AND begins_with(#id, :prefix)',
        ExpressionAttributeNames: { '#owner': 'owner', '#id': 'id' },
        ExpressionAttributeValues: { ':owner': { S: owner }, ':prefix': { S: fileIdPrefix } },
        ScanIndexForward: false,
        ConsistentRead: true,
        ...(itemsPerRequest === undefined ? {} : { Limit: itemsPerRequest }),
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    for (const item of page.Items ?? []) yield fileOf(item);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

/** All living files of an owner. */
export async function livingFiles(
  client: DynamoDBClient,
  tableName: string,
  owner: string,
  now: number,
): Promise<readonly StoredFile[]> {
  const living: StoredFile[] = [];
  for await (const file of filesOf(client, tableName, owner)) if (isLiving(file, now)) living.push(file);
  return living;
}

/** One page of an owner's living files. Reads on until one more has been found, or none is left. */
export async function pageOfFiles(
  client: DynamoDBClient,
  tableName: string,
  owner: string,
  { limit, after, now }: { readonly limit: number; readonly after: string | undefined; readonly now: number },
): Promise<FilePage> {
  const files: StoredFile[] = [];
  for await (const file of filesOf(client, tableName, owner, { after, itemsPerRequest: limit + 1 })) {
    if (!isLiving(file, now)) continue;
    if (files.length === limit) return { files, hasMore: true };
    files.push(file);
  }
  return { files, hasMore: false };
}
