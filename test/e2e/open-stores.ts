import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { LocalStack } from '../../local/start.ts';
import { createKey } from '../../scripts/create-key.ts';

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
export function openStores({ awsEnvironment, outputs }: LocalStack): OpenStores {
  const output = (name: string): string => {
    const value = outputs[name];
    if (value === undefined) throw new Error(`The stack has no output ${name}.`);
    return value;
  };
  const settingsFor = (service: 'DYNAMODB' | 'S3') => ({
    region: awsEnvironment.AWS_REGION ?? '',
    endpoint: awsEnvironment[`AWS_ENDPOINT_URL_${service}`] ?? '',
    credentials: {
      accessKeyId: awsEnvironment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: awsEnvironment.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
  const tables = new DynamoDBClient(settingsFor('DYNAMODB'));
  const objects = new S3Client(settingsFor('S3'));
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
    newKey: (name) => createKey(tables, { tableName: output('KeysTableName'), name, providers: { '*': ['*'] } }),
    close() {
      tables.destroy();
      objects.destroy();
    },
  };
}
