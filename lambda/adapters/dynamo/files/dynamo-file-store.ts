import { randomUUID } from 'node:crypto';
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { FileLimits, FileStore, KeepFileAnswer } from '../../../domain/files/file-store.ts';
import { type StoredFile, takesRoom } from '../../../domain/files/stored-file.ts';
import { conditionHeld } from '../condition-held.ts';
import { fileItem, fileItemKey, fileOf } from './file-item.ts';
import { pageOfFiles, recordsOf } from './file-queries.ts';
import { type FileTotal, limitReached, recounted, totalOf } from './file-total.ts';
import { announcing, correcting, counting, ending, freeing, opening, type TotalUpdate } from './total-updates.ts';

/** The sort key of the item with an owner's total. No file has such an id. */
const totalId = 'total';

/** Max counts of one file, each of which lost to a change that another has made meanwhile. */
const maxTries = 20;

/**
 * Files in a DynamoDB table with the partition key `owner` and the sort key `id`. Beside an owner's files is an item with their
 * total: a file is counted there first, then its item is put, so that however many are kept at once, no more are than may be.
 * A total that leaves no room is counted anew, since nothing is written when a file expires.
 */
export function createDynamoFileStore(
  client: DynamoDBClient,
  { tableName: TableName }: { readonly tableName: string },
): FileStore {
  const totalKey = (owner: string) => fileItemKey({ owner, id: totalId });

  /** Whether the update's condition held. */
  async function update(owner: string, parts: TotalUpdate): Promise<boolean> {
    const sent = client.send(new UpdateItemCommand({ TableName, Key: totalKey(owner), ...parts }));
    return (await conditionHeld(sent)) !== undefined;
  }

  async function read(key: ReturnType<typeof fileItemKey>) {
    return (await client.send(new GetItemCommand({ TableName, Key: key, ConsistentRead: true }))).Item;
  }

  async function findTotal(owner: string): Promise<FileTotal | undefined> {
    const item = await read(totalKey(owner));
    return item && totalOf(item);
  }

  async function countedFiles(owner: string, now: number): Promise<readonly StoredFile[]> {
    const counted: StoredFile[] = [];
    for await (const records of recordsOf(client, TableName, owner)) {
      counted.push(...records.filter((record) => takesRoom(record, now)));
    }
    return counted;
  }

  /** Counts a file, or says which limit has no room for it; undefined where that should be tried again. */
  async function tryToCount(file: StoredFile, limits: FileLimits, now: number): Promise<KeepFileAnswer | undefined> {
    if (await update(file.owner, counting(file, limits, now))) return { kept: true };
    const total = await findTotal(file.owner);
    if (!total) await update(file.owner, opening);
    if (!total) return undefined;
    // The SDK has sent the update twice, since the first answer got lost.
    if (total.pending.has(file.id)) return { kept: true };
    const by = limitReached(total, file.bytes, limits);
    if (by && now < total.exactUntil) return { kept: false, by };
    const recount = recounted(total, await countedFiles(file.owner, now), now);
    const isExact = await update(file.owner, correcting(total, recount));
    const stillBy = limitReached(recount, file.bytes, limits);
    return isExact && stillBy ? { kept: false, by: stillBy } : undefined;
  }

  /** Nothing where the file is in none of the states before, or gone. */
  async function moveTo(
    file: StoredFile,
    state: StoredFile['state'],
    before: readonly StoredFile['state'][],
  ): Promise<void> {
    const names = before.map((_, at) => `:before${at}`);
    const moved = client.send(
      new UpdateItemCommand({
        TableName,
        Key: fileItemKey(file),
        UpdateExpression: 'SET #state = :state',
        ConditionExpression: `#state IN (${names.join(', ')})`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':state': { S: state },
          ...Object.fromEntries(before.map((each, at) => [names[at], { S: each }])),
        },
      }),
    );
    await conditionHeld(moved);
  }

  async function count(file: StoredFile, limits: FileLimits, now: number): Promise<KeepFileAnswer> {
    for (let tries = 1; tries <= maxTries; tries += 1) {
      const answer = await tryToCount(file, limits, now);
      if (answer) return answer;
    }
    throw new Error(`The files of ${file.owner} were changed by others ${maxTries} times in a row.`);
  }

  return {
    async keep(file, limits, now) {
      const answer = await count(file, limits, now);
      if (!answer.kept) return answer;
      await client.send(new PutItemCommand({ TableName, Item: fileItem(file) }));
      await update(file.owner, ending(file.id));
      return answer;
    },
    async find(owner, id) {
      const item = await read(fileItemKey({ owner, id }));
      return item && fileOf(item);
    },
    noteUpload: (file) => moveTo(file, 'uploaded', ['awaited']),
    markDeleted: (file) => moveTo(file, 'deleted', ['awaited', 'uploaded']),
    records: (owner) => recordsOf(client, TableName, owner),
    page: (owner, limit, after, now) => pageOfFiles(client, TableName, owner, { limit, after, now }),
    async remove(file, now) {
      const name = randomUUID();
      await update(file.owner, announcing(name, file, now));
      const removal = new DeleteItemCommand({ TableName, Key: fileItemKey(file), ReturnValues: 'ALL_OLD' });
      const wasThere = (await client.send(removal)).Attributes !== undefined;
      // A file that has expired may have been taken out of the sums by a count: its room is freed by the next one.
      await update(file.owner, wasThere && takesRoom(file, now) ? freeing(name, file) : ending(name));
      return wasThere;
    },
    async forget(owner) {
      await client.send(new DeleteItemCommand({ TableName, Key: totalKey(owner) }));
    },
  };
}
