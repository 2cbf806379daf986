import { DynamoDBClient, ListTablesCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { localClientSettings, outputOf } from '../../../bin/local-clients.ts';
import type { LocalStack } from '../../../local/start.ts';
import type { WireRequest } from '../../support/wire-faults.ts';
import type { Place, Sightings } from './canary.ts';

/** Notes what a function sends to a store, under the name of what it is kept in. */
export function noteStoreRequest(sightings: Sightings, { operation, path, headers, bytes, body }: WireRequest): void {
  const target = String(headers['x-amz-target'] ?? '');
  if (target !== '') {
    sightings.add(placeBehind(target, body), bytes);
    return;
  }
  sightings.add("an object's name", path);
  sightings.add("an object's metadata", JSON.stringify(metadataIn(headers)));
  if (operation === 'PUT' || operation === 'POST') sightings.add(objectAt(path), bytes);
}

function placeBehind(target: string, body: string): Place {
  if (target.startsWith('DynamoDB')) return `what is written to ${tableOf(body)}`;
  return target.startsWith('AmazonSQS') ? 'a message' : 'a question for a secret';
}

/** All but what signs the request, or says of it what every request says. */
const metadataIn = (headers: WireRequest['headers']) =>
  Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-') || name.startsWith('content-'));

interface TableRequest {
  readonly TableName?: string;
  /** Of a batch, by table. */
  readonly RequestItems?: Readonly<Record<string, unknown>>;
}

function tableOf(body: string): Place {
  const { TableName, RequestItems = {} } = JSON.parse(body) as TableRequest;
  return `the table ${TableName ?? Object.keys(RequestItems).join()}`;
}

/** An object by the room it lies in and its file's name without a number. */
function objectAt(path: string): Place {
  const segments = (path.split('?')[0] ?? '').split('/').filter((segment) => segment !== '');
  const file = (segments.at(-1) ?? '').replace(/^(?:image-|fetched-)?\d+\.(?:png|jpeg|webp)$/, 'image');
  return `the object ${segments[1]}/${file.replace(/^mask\..*$/, 'mask')}`;
}

/** Notes all that lies in the tables and the bucket of a stack by now. */
export async function noteWhatIsKept(sightings: Sightings, stack: LocalStack): Promise<void> {
  const dynamo = new DynamoDBClient(localClientSettings(stack, 'DYNAMODB'));
  const s3 = new S3Client(localClientSettings(stack, 'S3'));
  try {
    for (const table of (await dynamo.send(new ListTablesCommand())).TableNames ?? []) {
      for await (const { Items = [] } of paginateScan({ client: dynamo }, { TableName: table, ConsistentRead: true })) {
        sightings.add(`what is kept in the table ${table}`, ...Items.map((item) => JSON.stringify(item)));
      }
    }
    const Bucket = outputOf(stack, 'BucketName');
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
      for (const { Key = '' } of Contents) {
        const { Metadata, ContentType, ContentDisposition, TagCount } = await s3.send(
          new HeadObjectCommand({ Bucket, Key }),
        );
        sightings.add("an object's name", Key);
        sightings.add("an object's metadata", JSON.stringify({ Metadata, ContentType, ContentDisposition, TagCount }));
      }
    }
  } finally {
    dynamo.destroy();
    s3.destroy();
  }
}
