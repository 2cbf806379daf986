import { BatchGetItemCommand, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { recordOf } from '../../lambda/adapters/dynamo/jobs/job-item.ts';
import type { JobRecord } from '../../lambda/adapters/dynamo/jobs/job-record.ts';
import { isJobItem } from '../../lambda/adapters/dynamo/jobs/undone-mark.ts';
import { createSqsJobQueue } from '../../lambda/adapters/sqs/sqs-job-queue.ts';
import type { LocalStack } from '../../local/start.ts';

/** The stores of a running stack, past the gateway. */
export interface Stores {
  /** The rows of these jobs that are there. */
  jobs(ids: readonly string[]): Promise<readonly JobRecord[]>;
  allJobs(): Promise<readonly JobRecord[]>;
  objectKeys(): Promise<readonly string[]>;
  /** Throws where there is no such object. */
  object(key: string): Promise<Buffer>;
  /** Puts a job's first wake-up where SQS puts what was received too often. */
  deadLetter(jobId: string): Promise<void>;
  /** Messages on the two queues of wake-ups and on the dead-letter queue, be they visible, hidden or delayed. */
  messages(): Promise<{ readonly jobs: number; readonly deadLetters: number }>;
  /** For how long a message may be hidden that a dead function had received. */
  maxHiddenSeconds(): Promise<number>;
  close(): void;
}

const keysPerRead = 100;

export function openStores({ awsEnvironment, outputs }: LocalStack): Stores {
  const settingsFor = (service: string) => ({
    region: awsEnvironment.AWS_REGION ?? '',
    endpoint: awsEnvironment[`AWS_ENDPOINT_URL_${service}`] ?? '',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const tables = new DynamoDBClient(settingsFor('DYNAMODB'));
  const bucket = new S3Client(settingsFor('S3'));
  const queues = new SQSClient(settingsFor('SQS'));
  const {
    JobsTableName = '',
    BucketName = '',
    JobsQueueUrl = '',
    SlowJobsQueueUrl = '',
    DeadLetterQueueUrl = '',
  } = outputs;

  const deadLetters = createSqsJobQueue(queues, {
    queueUrls: { shared: DeadLetterQueueUrl, alone: DeadLetterQueueUrl },
  });

  const queueUrls = [JobsQueueUrl, SlowJobsQueueUrl, DeadLetterQueueUrl];

  async function attributesOf(QueueUrl: string): Promise<Readonly<Record<string, string>>> {
    const { Attributes = {} } = await queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    return Attributes;
  }

  async function messagesOn(queueUrl: string): Promise<number> {
    const attributes = await attributesOf(queueUrl);
    const names = ['', 'NotVisible', 'Delayed'].map((which) => `ApproximateNumberOfMessages${which}` as const);
    return names.reduce((sum, name) => sum + Number(attributes[name] ?? 0), 0);
  }

  return {
    async jobs(ids) {
      const found: JobRecord[] = [];
      for (let at = 0; at < ids.length; at += keysPerRead) {
        const Keys = ids.slice(at, at + keysPerRead).map((id) => ({ id: { S: id } }));
        const { Responses } = await tables.send(
          new BatchGetItemCommand({ RequestItems: { [JobsTableName]: { Keys, ConsistentRead: true } } }),
        );
        found.push(...(Responses?.[JobsTableName] ?? []).filter(isJobItem).map(recordOf));
      }
      return found;
    },
    async allJobs() {
      const found: JobRecord[] = [];
      const pages = paginateScan({ client: tables }, { TableName: JobsTableName, ConsistentRead: true });
      for await (const { Items = [] } of pages) found.push(...Items.filter(isJobItem).map(recordOf));
      return found;
    },
    async objectKeys() {
      const keys: string[] = [];
      const pages = paginateListObjectsV2({ client: bucket }, { Bucket: BucketName });
      for await (const { Contents = [] } of pages) keys.push(...Contents.flatMap(({ Key }) => (Key ? [Key] : [])));
      return keys;
    },
    async object(Key) {
      const { Body } = await bucket.send(new GetObjectCommand({ Bucket: BucketName, Key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    deadLetter: (jobId) => deadLetters.send({ jobId, hop: 0 }, { owner: 'chaos', lane: 'shared' }, 0),
    async messages() {
      const [shared = 0, alone = 0, deadLetters = 0] = await Promise.all(queueUrls.map(messagesOn));
      return { jobs: shared + alone, deadLetters };
    },
    async maxHiddenSeconds() {
      const found = await Promise.all(queueUrls.map(attributesOf));
      return Math.max(...found.map(({ VisibilityTimeout }) => Number(VisibilityTimeout)));
    },
    close() {
      for (const client of [tables, bucket, queues]) client.destroy();
    },
  };
}
