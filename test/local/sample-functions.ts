/** The code of the sample stack's functions, as a bundle would hold it. */
export const sampleFunctions = `
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const answer = (statusCode, body, headers = {}) => ({ statusCode, headers, body });

export const echo = async (event, context) => {
  const { awsRequestId, functionName, memoryLimitInMB, invokedFunctionArn } = context;
  const remaining = context.getRemainingTimeInMillis();
  console.log('echo saw ' + event.path + '\\nand a second line');
  const environment = { ...process.env };
  return answer(200, JSON.stringify({ event, environment, context: { awsRequestId, functionName, memoryLimitInMB, invokedFunctionArn, remaining } }));
};

export const stream = awslambda.streamifyResponse(async (event, responseStream) => {
  const query = event.queryStringParameters ?? {};
  if (query.silent) return responseStream.end();
  const out = awslambda.HttpResponseStream.from(responseStream, { statusCode: 201, headers: { 'content-type': 'image/test', server: 'mine' } });
  const size = 256 * 1024;
  const count = Number(query.chunks ?? 1);
  for (let index = 0; index < count; index += 1) {
    if (query.breakAt === String(index)) throw new Error('broke off');
    if (query.destroyAt === String(index)) {
      out.destroy(new Error('destroyed'));
      await new Promise((resolve) => setTimeout(resolve, 100));
      return console.log('outlived its stream');
    }
    if (!out.write(Buffer.alloc(size, index % 251))) await once(out, 'drain');
  }
  console.log('streamed ' + count + ' chunks');
  out.end();
});

/** Does one thing after another, as the query says; at a gate it stops until the test lets it through. */
export const steps = awslambda.streamifyResponse(async (event, responseStream) => {
  const { gates, does } = event.queryStringParameters;
  const out = awslambda.HttpResponseStream.from(responseStream, { statusCode: 200, headers: { 'content-type': 'text/plain' } });
  const late = (text) => new Promise((done) => out.write(text, (error) => done(console.log('late: ' + error?.code))));
  const can = {
    write: (text) => void out.write(text),
    late,
    end: () => void out.end(),
    gate: (name) => fetch(gates + '/' + name),
    log: (text) => console.log(text),
    throw: (text) => { throw new Error(text); },
    hang: () => delay(60_000),
  };
  for (const step of does.split(',')) await can[step.split(':')[0]](step.split(':')[1]);
});

export const raw = async (event) => JSON.parse(event.body);
export const slow = async () => { await new Promise((resolve) => setTimeout(resolve, 60_000)); };

let visits = 0;
export const crash = async (event) => {
  const how = event.queryStringParameters?.how;
  visits += 1;
  if (how === 'throw') throw new TypeError('thrown on purpose');
  if (how === 'exit') process.exit(3);
  if (how === 'reject') { Promise.reject(new Error('nobody caught me')); await new Promise(() => {}); }
  if (how === 'spin') for (;;) {}
  return answer(200, String(visits));
};

export const work = async (event) => {
  for (const record of event.Records) console.log('worked ' + JSON.stringify(record));
  const bodies = event.Records.map(({ body }) => body);
  if (bodies.includes('throw')) throw new Error('the whole batch');
  const failed = event.Records.filter(({ body }) => body.startsWith('fail'));
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};

export const deadLetter = async (event) => {
  for (const record of event.Records) console.log('deadLettered ' + record.body + ' ' + record.eventSourceARN);
};

export const tick = async (event) => { console.log('tick ' + event['detail-type'] + ' ' + event.source); };
`;

/** A function that reaches the stores through the AWS SDK, with nothing but its environment to find them. */
export const storeFunction = `
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

const { TABLE, BUCKET, SECRET, PARAMETER } = process.env;
const table = new DynamoDBClient();
const bucket = new S3Client();
const parameters = new SSMClient();

export const handler = async () => {
  await table.send(new PutItemCommand({ TableName: TABLE, Item: { id: { S: 'a' }, text: { S: 'item' } } }));
  await bucket.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'in/a.txt', Body: 'object' }));
  const item = await table.send(new GetItemCommand({ TableName: TABLE, Key: { id: { S: 'a' } } }));
  const object = await bucket.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'in/a.txt' }));
  const secret = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: SECRET }));
  const plain = await parameters.send(new GetParameterCommand({ Name: PARAMETER }));
  const secure = await parameters.send(new GetParameterCommand({ Name: '/keys/one', WithDecryption: true }));
  const missing = await parameters.send(new GetParameterCommand({ Name: '/keys/none' })).catch((error) => error.name);
  const found = [item.Item.text.S, await object.Body.transformToString(), JSON.parse(secret.SecretString).user];
  return { statusCode: 200, body: JSON.stringify([...found, plain.Parameter.Value, secure.Parameter.Value, missing]) };
};
`;
