import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import { outputOf } from '../../../bin/local-clients.ts';
import type { LocalStack } from '../../../local/start.ts';

/** An item, and the table that it is in. */
export interface Row {
  readonly table: 'jobs' | 'keys' | 'answers' | 'files';
  readonly item: Readonly<Record<string, AttributeValue>>;
}

/** The tables of a running stack, past the gateway. */
export interface Tables {
  put(rows: readonly Row[]): Promise<void>;
  /** What is in the table in the place of that row. */
  find(row: Row): Promise<Row['item'] | undefined>;
}

/** As many items as one request to DynamoDB takes. */
const batchSize = 25;

/** The names of a stack's tables. */
export const tableNamesOf = (stack: LocalStack): Readonly<Record<Row['table'], string>> => ({
  jobs: outputOf(stack, 'JobsTableName'),
  keys: outputOf(stack, 'KeysTableName'),
  answers: outputOf(stack, 'AnswersTableName'),
  files: outputOf(stack, 'FilesTableName'),
});

const keyNames = { jobs: ['id'], keys: ['pk'], answers: ['id'], files: ['owner', 'id'] } as const;

export const openTables = (client: DynamoDBClient, names: Readonly<Record<Row['table'], string>>): Tables => ({
  async put(rows) {
    for (const [table, ofTable] of Map.groupBy(rows, (row) => row.table)) {
      for (let at = 0; at < ofTable.length; at += batchSize) {
        const puts = ofTable.slice(at, at + batchSize).map(({ item }) => ({ PutRequest: { Item: item } }));
        const { UnprocessedItems } = await client.send(
          new BatchWriteItemCommand({ RequestItems: { [names[table]]: puts } }),
        );
        if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('The store did not take all items.');
      }
    }
  },
  async find({ table, item }) {
    const key = keyNames[table].map((name) => {
      const value = item[name];
      if (value === undefined) throw new Error(`An item of the table of ${table} has no ${name}.`);
      return [name, value] as const;
    });
    const command = new GetItemCommand({
      TableName: names[table],
      Key: Object.fromEntries(key),
      ConsistentRead: true,
    });
    return (await client.send(command)).Item;
  },
});
