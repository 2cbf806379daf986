import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { localClientSettings, outputOf } from '../../../bin/local-clients.ts';
import { type RunLocallyOptions, runLocally } from '../../../bin/run-locally.ts';
import { createDynamoUsageStore } from '../../../lambda/adapters/dynamo/usage/dynamo-usage-store.ts';
import { createJobIds } from '../../../lambda/adapters/secrets/job-ids.ts';
import { createLinkSigner } from '../../../lambda/adapters/secrets/link-signer.ts';
import { createRootSecret } from '../../../lambda/adapters/secrets/root-secret.ts';
import { routes } from '../../../lambda/contract/routes.ts';
import { type Operation, operations } from '../../../lambda/domain/generation.ts';
import type { UsageStore } from '../../../lambda/domain/usage/usage-store.ts';
import { bundledFunctions } from '../../support/bundled-functions.ts';
import { type Answer, fetchAnswer } from '../client.ts';
import type { RequestKit } from './planned-request.ts';
import { bearer, type Keys, keysToStore } from './principals.ts';
import { bodies } from './requests.ts';
import { keyWithItems, type StoredKey } from './stored-keys.ts';
import { openTables, type Tables, tableNamesOf } from './stored-rows.ts';

/** A running stack with the keys of all principals, and what makes requests about jobs in any state. */
export interface World {
  readonly keys: Keys;
  readonly kit: RequestKit;
  readonly logLines: readonly string[];
  /** The value of the secret whose ARN is this output of the stack. */
  secret(output: string): Promise<string>;
  ask(path: string, init: RequestInit): Promise<Answer>;
  readonly tables: Tables;
  stop(): Promise<void>;
}

/**
 * Starts a stack of few threads, since each thread of each function takes a start of its own; of six, so that a principal's requests
 * which wait for good do so at once.
 */
export async function startWorld(stage: RunLocallyOptions['stage'] = {}, maximumThreads = 6): Promise<World> {
  const logLines: string[] = [];
  const { stack, simulator, stop } = await runLocally({
    port: 0,
    bundle: bundledFunctions,
    latencySeconds: 0,
    maximumThreads,
    log: (line) => void logLines.push(line),
    // Whoever waits for a job in any state of the matrix waits for good.
    stage: { synchronousSeconds: 5, maxSynchronousPerOwner: 20, ...stage },
  });
  // Who is let in costs nobody a picture.
  simulator.faults.add({ kind: 'refuse', times: 'always' });
  const dynamo = new DynamoDBClient(localClientSettings(stack, 'DYNAMODB'));
  const secrets = new SecretsManagerClient(localClientSettings(stack, 'SECRETS_MANAGER'));
  // The name that the local store gives the stack's one root secret.
  const rootSecret = createRootSecret(secrets, { secretId: 'root-secret' });
  const ask: World['ask'] = (path, init) => fetchAnswer(stack.origin + path, init);
  const tables = openTables(dynamo, tableNamesOf(stack));
  const keys = await storeKeys(tables);
  await useUp(createDynamoUsageStore(dynamo, { tableName: outputOf(stack, 'UsageTableName') }), keys);
  return {
    keys,
    kit: {
      ids: createJobIds(rootSecret),
      signer: createLinkSigner(rootSecret),
      fingerprints: await readFingerprints(ask, keys.owner, tables),
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
    tables,
    async stop() {
      dynamo.destroy();
      secrets.destroy();
      await stop();
    },
  };
}

async function storeKeys(tables: Tables): Promise<Keys> {
  const made = Object.entries(keysToStore).map(([name, key]) => [name, keyWithItems(`matrix-${name}`, key)] as const);
  await tables.put(made.flatMap(([, { items }]) => items.map((item) => ({ table: 'keys', item }))));
  return Object.fromEntries(made.map(([name, { key }]) => [name, key])) as Keys;
}

/** Takes the one place that each key has which is at its limit. */
async function useUp(usage: UsageStore, keys: Keys): Promise<void> {
  for (const name of ['over-rate', 'over-open'] as const) {
    const reservation = { nonce: randomUUID(), jobId: randomUUID(), at: Date.now(), micros: 0 };
    const { reserved } = await usage.reserve(keys[name].id, reservation, { budgets: [], ...keysToStore[name].limits });
    if (!reserved) throw new Error(`The key ${name} was at its limit before anything.`);
  }
}

/** The gateway's own fingerprints of the submissions of the matrix: of nobody else's making, so that replays match. */
async function readFingerprints(ask: World['ask'], key: StoredKey, tables: Tables) {
  const found: Partial<Record<Operation, string>> = {};
  for (const operation of operations) {
    const { path } = routes.find((route) => route.id === `submit-${operation}`) ?? { path: '' };
    const headers = { ...bearer(key.text), 'idempotency-key': randomUUID(), 'content-type': 'application/json' };
    const answer = await ask(path, { method: 'POST', headers, body: bodies[operation] });
    const item = await tables.find({ table: 'jobs', item: { id: { S: answer.job().id } } });
    found[operation] = item?.fingerprint?.S ?? '';
  }
  return found as Readonly<Record<Operation, string>>;
}
