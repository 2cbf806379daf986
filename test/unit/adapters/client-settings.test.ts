import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientSettings, promptClientSettings, workerTableSettings } from '../../../lambda/adapters/client-settings.ts';
import { functionShapes } from '../../../lib/function-shapes.ts';
import { resolveStage } from '../../../lib/stage-config.ts';
import { plainStage } from '../../stack/synthesized-stage.ts';

let server: Server;
let endpoint: string;
let requests = 0;

/** Somebody who takes every request and answers none. */
beforeAll(async () => {
  server = createServer(() => {
    requests += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const settings = { clientSettings, promptClientSettings, workerTableSettings };

/** A client's settings with a shorter patience, so that a test needn't have the real one. */
const inFastMotion = (of: (typeof settings)[keyof typeof settings]) => ({
  ...of,
  requestHandler: { ...of.requestHandler, requestTimeout: 100 },
  region: 'eu-central-1',
  endpoint,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  forcePathStyle: true,
});

describe.each(Object.entries(settings))('%s', (_, of) => {
  it.each([
    ['DynamoDB', () => new DynamoDBClient(inFastMotion(of)).send(new GetItemCommand({ TableName: 't', Key: {} }))],
    ['S3', () => new S3Client(inFastMotion(of)).send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'x' }))],
    [
      'SQS',
      () => new SQSClient(inFastMotion(of)).send(new SendMessageCommand({ QueueUrl: endpoint, MessageBody: 'm' })),
    ],
  ])('gives up a %s that takes requests and does not answer, after its tries', async (_service, send) => {
    requests = 0;
    await expect(send()).rejects.toMatchObject({ name: 'TimeoutError', $metadata: { attempts: of.maxAttempts } });
    expect(requests).toBe(of.maxAttempts);
  });
});

const secondsOf = ({ maxAttempts, requestHandler }: (typeof settings)[keyof typeof settings]): number =>
  (maxAttempts * requestHandler.requestTimeout) / 1000;

/** What the SDK's standard retries wait at most between that many tries: 100 ms, doubled each time, up to 20 seconds. */
const backoffSeconds = (tries: number): number =>
  Array.from({ length: tries - 1 }, (_, index) => Math.min(20, 0.1 * 2 ** index)).reduce((sum, wait) => sum + wait);

describe('promptClientSettings', () => {
  const shapes = functionShapes(resolveStage(plainStage));

  it.each(['submit-job', 'delete-job'] as const)(
    'leave %s time to take back what it could not finish, and to say so',
    (name) => expect(2 * secondsOf(promptClientSettings) + 2).toBeLessThanOrEqual(shapes[name].timeoutSeconds),
  );

  it.each(['get-image', 'list-models'] as const)('leave %s time to say that a store does not answer', (name) =>
    expect(secondsOf(promptClientSettings)).toBeLessThan(shapes[name].timeoutSeconds),
  );
});

describe.each(Object.entries({ clientSettings, workerTableSettings }))('%s', (_, of) => {
  it('give a store up well within the lease that a worker wants to renew', () => {
    const { leaseSeconds, heartbeatSeconds } = resolveStage(plainStage);
    expect(heartbeatSeconds + secondsOf(of) + backoffSeconds(of.maxAttempts)).toBeLessThan(
      leaseSeconds - leaseSeconds / 8,
    );
  });
});
