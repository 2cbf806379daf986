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

/** The records of an owner's files, newest first, as they are in the table: ids sort by age, and the owner's total is no file. */
export async function* recordsOf(
  client: DynamoDBClient,
  TableName: string,
  owner: string,
  { after, itemsPerRequest }: Reading = {},
): AsyncGenerator<readonly StoredFile[]> {
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
    yield (page.Items ?? []).map(fileOf);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

/** One page of an owner's living files. Reads on until one more has been found, or none is left. */
export async function pageOfFiles(
  client: DynamoDBClient,
  tableName: string,
  owner: string,
  { limit, after, now }: { readonly limit: number; readonly after: string | undefined; readonly now: number },
): Promise<FilePage> {
  const files: StoredFile[] = [];
  for await (const records of recordsOf(client, tableName, owner, { after, itemsPerRequest: limit + 1 })) {
    files.push(...records.filter((record) => isLiving(record, now)));
    if (files.length > limit) break;
  }
  return { files: files.slice(0, limit), hasMore: files.length > limit };
}
