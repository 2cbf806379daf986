import { randomUUID } from 'node:crypto';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalDarkroom, runLocally } from '../../bin/run-locally.ts';
import { errorBodySchema } from '../../lambda/contract/errors.ts';
import { bundledFunctions } from '../support/bundled-functions.ts';
import { type Answer, createClient } from './client.ts';
import { type OpenStores, openStores } from './open-stores.ts';
import { promptOf } from './running-darkroom.ts';

const model = 'openai/gpt-image-2.5-flare';
const logLines: string[] = [];
let darkroom: LocalDarkroom;
let stores: OpenStores;

beforeAll(async () => {
  darkroom = await runLocally({
    ...{ port: 0, bundle: bundledFunctions, latencySeconds: 0.1 },
    log: (line) => void logLines.push(line),
    // Two jobs at a time of some fifteen seconds each: seventy and no more end within nine minutes.
    stage: {
      maximumConcurrency: 2,
      jobsPerInvocation: 1,
      deadlineSeconds: 540,
      slowModelSeconds: 600,
      synchronousSeconds: 0,
    },
  });
  stores = openStores(darkroom.stack);
});
afterAll(async () => {
  stores.close();
  await darkroom.stop();
});

/** Puts wake-ups of jobs that are not there into the jobs queue. */
async function fillQueue(count: number): Promise<void> {
  const { awsEnvironment, outputs } = darkroom.stack;
  const sqs = new SQSClient({
    region: awsEnvironment.AWS_REGION ?? '',
    endpoint: awsEnvironment.AWS_ENDPOINT_URL_SQS ?? '',
    credentials: {
      accessKeyId: awsEnvironment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: awsEnvironment.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
  const batch = () =>
    new SendMessageBatchCommand({
      QueueUrl: outputs.JobsQueueUrl ?? '',
      Entries: Array.from({ length: 10 }, (_, number) => ({
        Id: `m${number}`,
        MessageBody: JSON.stringify({ jobId: randomUUID(), hop: 0 }),
      })),
    });
  await Promise.all(Array.from({ length: count / 10 }, () => sqs.send(batch())));
  sqs.destroy();
}

describe('a submission to a queue that is far behind', () => {
  it('is a 503 that says when to try again, leaves nothing behind, and is none of a job that there is', async () => {
    const client = createClient(darkroom.stack.origin);
    const key = { 'idempotency-key': 'before-the-backlog' };
    const before = { model, prompt: promptOf('before the backlog') };
    const first = await client.submit('generations', before, key);
    expect(first.status).toBe(202);
    await fillQueue(2000);
    const accepted: string[] = [first.job().id];
    let refused: Answer | undefined;
    for (let count = 0; count < 400 && refused === undefined; count += 1) {
      const answer = await client.submit('generations', { model, prompt: promptOf('in the backlog') });
      if (answer.status === 202) accepted.push(answer.job().id);
      else refused = answer;
    }
    expect(refused?.status).toBe(503);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(5);
    const body = errorBodySchema.parse(refused?.json());
    expect(body).toMatchObject({ type: 'unavailable', is_bifrost_error: true });
    expect(body.error.message).toMatch(/^The queue is too long/);
    expect([...(await stores.jobIds())].sort()).toEqual(accepted.sort());
    expect(logLines.some((line) => line.includes('"code":"submission_refused"'))).toBe(true);
    const again = await client.submit('generations', before, key);
    expect([200, 202]).toContain(again.status);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.job().id).toBe(first.job().id);
  });
});
