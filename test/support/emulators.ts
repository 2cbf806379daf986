import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import dynalite from 'dynalite';
import { listenOnLoopback } from '../../local/emulators/loopback-port.ts';
import { createObjectAndQueueEmulator } from '../../local/emulators/objects-and-queues.ts';

const host = '127.0.0.1';
const region = 'eu-central-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** A DynamoDB of a test file's own. Close it in `afterAll`. */
export interface TestDynamoDb {
  readonly client: DynamoDBClient;
  /** A client of its own to the same store, for a test that meddles with requests. */
  newClient(): DynamoDBClient;
  /** Makes a table and waits for nothing: it can be used at once. */
  createTable(tableName: string, partitionKey: string, sortKey?: string): Promise<void>;
  close(): Promise<void>;
}

export async function startDynamoDb(): Promise<TestDynamoDb> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const endpoint = `http://${host}:${(server.address() as AddressInfo).port}`;
  const newClient = () => new DynamoDBClient({ endpoint, region, credentials });
  const client = newClient();
  return {
    client,
    newClient,
    async createTable(TableName, partitionKey, sortKey) {
      const keys = [partitionKey, ...(sortKey === undefined ? [] : [sortKey])];
      await client.send(
        new CreateTableCommand({
          TableName,
          AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
          KeySchema: keys.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
    },
    async close() {
      client.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

/** An S3 and an SQS of a test file's own. Close them in `afterAll`. */
export interface TestObjectsAndQueues {
  readonly s3: S3Client;
  /** A client of its own to the same objects, or to somebody who plays S3, for a test that meddles with requests. */
  newS3Client(at?: string): S3Client;
  readonly sqs: SQSClient;
  newSqsClient(): SQSClient;
  createBucket(bucketName: string): Promise<void>;
  /** Makes a queue with these attributes and gives its URL. */
  createQueue(queueName: string, attributes?: Record<string, string>): Promise<string>;
  close(): Promise<void>;
}

export async function startObjectsAndQueues(): Promise<TestObjectsAndQueues> {
  const emulator = await createObjectAndQueueEmulator({ account: { region, credentials } });
  const endpoint = `http://${host}:${await listenOnLoopback(emulator.server, 0)}`;
  const newS3Client = (at = endpoint) => new S3Client({ endpoint: at, region, credentials, forcePathStyle: true });
  const s3 = newS3Client();
  const newSqsClient = () => new SQSClient({ endpoint, region, credentials });
  const sqs = newSqsClient();
  return {
    s3,
    newS3Client,
    sqs,
    newSqsClient,
    async createBucket(Bucket) {
      await s3.send(new CreateBucketCommand({ Bucket }));
    },
    async createQueue(QueueName, Attributes = {}) {
      await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
      return `${endpoint}/000000000000/${QueueName}`;
    },
    async close() {
      s3.destroy();
      sqs.destroy();
      await emulator.close();
    },
  };
}
