import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { localClientSettings, outputOf } from '../../bin/local-clients.ts';
import { seedKey } from '../../bin/seed-key.ts';
import type { LocalStack } from '../../local/start.ts';

/** The stores of a running stack, past the gateway. */
export interface OpenStores {
  /** The keys of all objects in the bucket. */
  objectKeys(): Promise<readonly string[]>;
  /** The ids of all jobs in the jobs table, without the marks of submissions that were undone. */
  jobIds(): Promise<readonly string[]>;
  /** Makes another caller's key and gives its text. */
  newKey(name: string): Promise<string>;
  close(): void;
}

/** Opens the stores of a stack. */
export function openStores(stack: LocalStack): OpenStores {
  const output = (name: string) => outputOf(stack, name);
  const tables = new DynamoDBClient(localClientSettings(stack, 'DYNAMODB'));
  const objects = new S3Client(localClientSettings(stack, 'S3'));
  return {
    async objectKeys() {
      const keys: string[] = [];
      const pages = paginateListObjectsV2({ client: objects }, { Bucket: output('BucketName') });
      for await (const { Contents = [] } of pages) keys.push(...Contents.flatMap(({ Key }) => (Key ? [Key] : [])));
      return keys;
    },
    async jobIds() {
      const ids: string[] = [];
      const pages = paginateScan({ client: tables }, { TableName: output('JobsTableName'), ConsistentRead: true });
      for await (const { Items = [] } of pages)
        ids.push(...Items.flatMap(({ id, status }) => (id?.S && status ? [id.S] : [])));
      return ids;
    },
    newKey: (name) => seedKey(tables, { tableName: output('KeysTableName'), name }),
    close() {
      tables.destroy();
      objects.destroy();
    },
  };
}
