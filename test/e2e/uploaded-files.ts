import { DynamoDBClient, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { localClientSettings, outputOf } from '../../bin/local-clients.ts';
import { type FileView, fileSchema } from '../../lambda/contract/files/file.ts';
import type { LocalStack } from '../../local/start.ts';
import { fileOf, formOf } from '../support/sample-files.ts';
import type { Client } from './client.ts';

/** Uploads a file in the request itself. */
export async function uploadDirectly(client: Client, bytes: Uint8Array, type = 'image/png'): Promise<FileView> {
  const body = formOf(['purpose', 'vision'], ['file', fileOf(bytes, 'picture', type)]);
  const answer = await client.ask('/v1/files', { method: 'POST', body });
  if (answer.status !== 201) throw new Error(`The upload was answered with ${answer.status} ${answer.bytes}.`);
  return fileSchema.parse(answer.json());
}

/** Announces a file of so many bytes. What it gives has a form to upload it by. */
export async function announce(client: Client, bytes: number, type = 'image/png'): Promise<FileView> {
  const body = JSON.stringify({ filename: 'picture', bytes, content_type: type });
  const answer = await client.ask('/v1/files', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  if (answer.status !== 201) throw new Error(`The announcement was answered with ${answer.status} ${answer.bytes}.`);
  return fileSchema.parse(answer.json());
}

/** Uploads an announced file by its form, and gives the storage's status. */
export async function uploadByForm({ upload }: FileView, bytes: Uint8Array): Promise<number> {
  if (!upload) throw new Error('The file has no form.');
  const body = formOf(...Object.entries(upload.fields), ['file', fileOf(bytes, 'picture')]);
  const answer = await fetch(upload.url, { method: upload.method, body, signal: AbortSignal.timeout(30_000) });
  await answer.arrayBuffer();
  return answer.status;
}

/** What a stack keeps of its files, past the gateway. */
export function openFiles(stack: LocalStack) {
  const tables = new DynamoDBClient(localClientSettings(stack, 'DYNAMODB'));
  const objects = new S3Client(localClientSettings(stack, 'S3'));
  const TableName = outputOf(stack, 'FilesTableName');
  async function itemOf({ id }: FileView) {
    const { Items = [] } = await tables.send(new ScanCommand({ TableName, ConsistentRead: true }));
    const item = Items.find((each) => each.id?.S === id);
    if (!item?.owner || !item.id || !item.key?.S) throw new Error(`The table has no file ${id}.`);
    return { key: { owner: item.owner, id: item.id }, objectKey: item.key.S };
  }
  return {
    /** Lets a file expire a second ago. */
    async expire(file: FileView): Promise<void> {
      const { key: Key } = await itemOf(file);
      await tables.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: 'SET expiresAt = :then',
          ExpressionAttributeValues: { ':then': { N: String(Date.now() - 1000) } },
        }),
      );
    },
    /** Puts an object in the place of a file's, whatever was declared of it. */
    async replace(file: FileView, Body: Uint8Array): Promise<void> {
      const { objectKey: Key } = await itemOf(file);
      await objects.send(new PutObjectCommand({ Bucket: outputOf(stack, 'BucketName'), Key, Body }));
    },
    close() {
      tables.destroy();
      objects.destroy();
    },
  };
}
