import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startLocalStack } from '../../local/start.ts';
import { clientFor } from './running-sample.ts';

/** A process of its own, to be killed once it has said what it stored: the stack's folder and the data's come as arguments. */
const [assemblyDirectory = '', dataDirectory = ''] = process.argv.slice(2);
const stack = await startLocalStack({ assemblyDirectory, dataDirectory, port: 0, secureParameters: {}, log() {} });
const Item = { id: { S: 'kept' }, text: { S: 'item' } };
await new DynamoDBClient(clientFor(stack, 'DYNAMODB')).send(new PutItemCommand({ TableName: 'things', Item }));
const object = { Bucket: 'bucket', Key: 'kept/object', Body: Buffer.alloc(12 * 1024 * 1024, 7) };
await new S3Client(clientFor(stack, 'S3')).send(new PutObjectCommand(object));
const QueueUrl = stack.outputs.DeadLetterUrl;
for (const [MessageBody, DelaySeconds] of [
  ['kept message', 3],
  ['hidden message', 900],
] as const) {
  const message = new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds });
  await new SQSClient(clientFor(stack, 'SQS')).send(message);
}
const secrets = new SecretsManagerClient(clientFor(stack, 'SECRETS_MANAGER'));
const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: stack.outputs.SecretArn }));
console.log(JSON.stringify({ awsEnvironment: stack.awsEnvironment, secret: SecretString }));
