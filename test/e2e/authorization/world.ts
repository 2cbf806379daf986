import { randomUUID } from 'node:crypto';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { localClientSettings, outputOf } from '../../../bin/local-clients.ts';
import { type RunLocallyOptions, runLocally } from '../../../bin/run-locally.ts';
import { createJobIds } from '../../../lambda/adapters/job-ids.ts';
import { itemOf } from '../../../lambda/adapters/job-item.ts';
import type { JobRecord } from '../../../lambda/adapters/job-record.ts';
import { createLinkSigner } from '../../../lambda/adapters/link-signer.ts';
import { createRootSecret } from '../../../lambda/adapters/root-secret.ts';
import { routes } from '../../../lambda/contract/routes.ts';
import { type Operation, operations } from '../../../lambda/domain/generation.ts';
import { bundledFunctions } from '../../support/bundled-functions.ts';
import { keptFields } from '../../support/kept-items.ts';
import { type Answer, fetchAnswer } from '../client.ts';
import { bearer, type KeyName, type Keys, keysToStore } from './principals.ts';
import { bodies, type RequestKit } from './requests.ts';
import { type StoredKey, storeKey } from './stored-keys.ts';

/** A running stack with the keys of all principals, and what makes requests about jobs in any state. */
export interface World {
  readonly keys: Keys;
  readonly kit: RequestKit;
  readonly logLines: readonly string[];
  /** The value of the secret whose ARN is this output of the stack. */
  secret(output: string): Promise<string>;
  ask(path: string, init: RequestInit): Promise<Answer>;
  putJobs(records: readonly JobRecord[]): Promise<void>;
  /** Whether a job is in the table just as it was put there. */
  isUntouched(record: JobRecord): Promise<boolean>;
  stop(): Promise<void>;
}

/** Starts a stack of few threads, since each thread of each function takes a start of its own. */
export async function startWorld(stage: RunLocallyOptions['stage'] = {}): Promise<World> {
  const logLines: string[] = [];
  const { stack, stop } = await runLocally({
    port: 0,
    bundle: bundledFunctions,
    latencySeconds: 0,
    maximumThreads: 2,
    log: (line) => void logLines.push(line),
    stage,
  });
  const dynamo = new DynamoDBClient(localClientSettings(stack, 'DYNAMODB'));
  const secrets = new SecretsManagerClient(localClientSettings(stack, 'SECRETS_MANAGER'));
  // The name that the local store gives the stack's one root secret.
  const rootSecret = createRootSecret(secrets, { secretId: 'root-secret' });
  const ask: World['ask'] = (path, init) => fetchAnswer(stack.origin + path, init);
  const keys = await storeKeys(dynamo, outputOf(stack, 'KeysTableName'));
  const jobs = { client: dynamo, table: outputOf(stack, 'JobsTableName') };
  return {
    keys,
    kit: {
      ids: createJobIds(rootSecret),
      signer: createLinkSigner(rootSecret),
      fingerprints: await readFingerprints(ask, keys.owner, jobs),
      otherOwner: keys.other.id,
    },
    logLines,
    async secret(output) {
      const { SecretString = '' } = await secrets.send(
        new GetSecretValueCommand({ SecretId: outputOf(stack, output) }),
      );
      return SecretString;
    },
    ask,
    putJobs: (records) => putAll(jobs, records),
    isUntouched: (record) => isUntouched(jobs, record),
    async stop() {
      dynamo.destroy();
      secrets.destroy();
      await stop();
    },
  };
}

async function storeKeys(client: DynamoDBClient, tableName: string): Promise<Keys> {
  const stored: Partial<Record<KeyName, StoredKey>> = {};
  for (const [name, key] of Object.entries(keysToStore)) {
    stored[name as KeyName] = await storeKey(client, tableName, `matrix-${name}`, key);
  }
  return stored as Keys;
}

interface JobsTable {
  readonly client: DynamoDBClient;
  readonly table: string;
}

/** The gateway's own fingerprints of the submissions of the matrix: of nobody else's making, so that replays match. */
async function readFingerprints(ask: World['ask'], key: StoredKey, { client, table }: JobsTable) {
  const found: Partial<Record<Operation, string>> = {};
  for (const operation of operations) {
    const { path } = routes.find((route) => route.id === `submit-${operation}`) ?? { path: '' };
    const headers = { ...bearer(key.text), 'idempotency-key': randomUUID(), 'content-type': 'application/json' };
    const answer = await ask(path, { method: 'POST', headers, body: bodies[operation] });
    const fields = await keptFields(client, table, answer.job().id);
    found[operation] = String(fields?.fingerprint);
  }
  return found as Readonly<Record<Operation, string>>;
}

/** As many items as one request to DynamoDB takes. */
const batchSize = 25;

async function putAll({ client, table }: JobsTable, records: readonly JobRecord[]): Promise<void> {
  for (let at = 0; at < records.length; at += batchSize) {
    const puts = records.slice(at, at + batchSize).map((record) => ({ PutRequest: { Item: itemOf(record) } }));
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
    if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('The store did not take all jobs.');
  }
}

async function isUntouched({ client, table }: JobsTable, record: JobRecord): Promise<boolean> {
  const kept = await keptFields(client, table, record.id);
  const put = Object.entries(itemOf(record)).map(
    ([name, { N, S }]) => [name, N === undefined ? S : Number(N)] as const,
  );
  return Object.keys(kept ?? {}).length === put.length && put.every(([name, value]) => kept?.[name] === value);
}
