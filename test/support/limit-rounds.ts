import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoKeyRegistry } from '../../lambda/adapters/dynamo/keys/dynamo-key-registry.ts';
import { createDynamoUsageStore } from '../../lambda/adapters/dynamo/usage/dynamo-usage-store.ts';
import { newCredential, newKeyId } from '../../lambda/adapters/secrets/new-virtual-key.ts';
import { sha256 } from '../../lambda/adapters/secrets/sha256.ts';
import { virtualKeyPrefix } from '../../lambda/contract/headers.ts';
import type { KeyLimits } from '../../lambda/domain/keys/key-limits.ts';
import type { UsageStore } from '../../lambda/domain/usage/usage-store.ts';
import type { LocalStack } from '../../local/start.ts';

/** A key's id, which owns its jobs, and its text. */
export interface LimitedKey {
  readonly id: string;
  readonly text: string;
}

/** A running stack whose keys are limited, and what its owners have used, past the gateway. */
export interface LimitedStack {
  readonly origin: string;
  readonly usage: UsageStore;
  /** Makes a key with these limits. */
  newKey(limits: Partial<KeyLimits>): Promise<LimitedKey>;
  close(): void;
}

/** What became of submissions that came at once. */
export interface Burst {
  /** The paths of the jobs that were accepted. */
  readonly accepted: readonly string[];
  readonly refused: readonly Headers[];
}

/** Opens the tables of a stack. */
export function openLimits({ origin, outputs, awsEnvironment }: LocalStack): LimitedStack {
  const { AWS_REGION: region = '', AWS_ENDPOINT_URL_DYNAMODB: endpoint = '' } = awsEnvironment;
  const credentials = {
    accessKeyId: awsEnvironment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: awsEnvironment.AWS_SECRET_ACCESS_KEY ?? '',
  };
  const client = new DynamoDBClient({ region, endpoint, credentials });
  const { KeysTableName = '', UsageTableName = '' } = outputs;
  const registry = createDynamoKeyRegistry(client, { tableName: KeysTableName, onFault: () => {} });
  return {
    origin,
    usage: createDynamoUsageStore(client, { tableName: UsageTableName }),
    async newKey(limits) {
      const id = newKeyId();
      const { text } = newCredential(virtualKeyPrefix);
      const key = { id, name: id, active: true, providers: { '*': ['*'] }, limits, createdAt: Date.now() };
      await registry.create(key, sha256(text));
      return { id, text };
    },
    close: () => client.destroy(),
  };
}

const body = JSON.stringify({ model: 'openai/gpt-image-2', prompt: 'a lighthouse', n: 1, size: '1024x1024' });

/** Longer than a function may take: on a busy machine hundreds of requests wait for their turn. */
const patienceMilliseconds = 120_000;

/** Submits the same to be a job each time. Throws for an answer that is neither a 202 nor a refusal by a limit. */
export async function submitOne({ origin }: LimitedStack, { text }: LimitedKey): Promise<Response> {
  const answer = await fetch(`${origin}/v1/async/images/generations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${text}`, 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(patienceMilliseconds),
  });
  if (![202, 402, 429].includes(answer.status)) throw new Error(`${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
  return answer;
}

/** Submits so many at once. */
export async function burst(stack: LimitedStack, key: LimitedKey, count: number): Promise<Burst> {
  const answers = await Promise.all(Array.from({ length: count }, () => submitOne(stack, key)));
  return {
    accepted: answers.flatMap(({ status, headers }) => (status === 202 ? [headers.get('location') ?? ''] : [])),
    refused: answers.flatMap(({ status, headers }) => (status === 202 ? [] : [headers])),
  };
}

/** Cancels jobs, some at a time. Throws where one is not answered as cancelled. */
export async function cancelAll({ text }: LimitedKey, locations: readonly string[]): Promise<void> {
  const waiting = [...locations];
  const lane = async (): Promise<void> => {
    for (let location = waiting.shift(); location !== undefined; location = waiting.shift()) {
      const answer = await fetch(`${location}/cancel`, {
        method: 'POST',
        headers: { authorization: `Bearer ${text}` },
        signal: AbortSignal.timeout(patienceMilliseconds),
      });
      const job = (await answer.json()) as { readonly status?: string };
      if (job.status !== 'cancelled') throw new Error(`${location} was not cancelled: ${JSON.stringify(job)}`);
    }
  };
  await Promise.all(Array.from({ length: 20 }, lane));
}

/** A worker notices at its next heartbeat, every 45 seconds, that its job was cancelled, and then closes its request. */
const settlingMilliseconds = 120_000;

/** How many reservations of a key's ended jobs are left once their requests have been closed. */
export async function leftReserved({ usage }: LimitedStack, { id }: LimitedKey): Promise<number> {
  for (const giveUpAt = Date.now() + settlingMilliseconds; ; await delay(250)) {
    const left = (await usage.find(id))?.open.length ?? 0;
    if (left === 0 || Date.now() > giveUpAt) return left;
  }
}
