import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createDynamoDbEmulator } from './emulators/dynamodb.ts';
import { closeServer, listenOnLoopback, rememberedPorts, rememberPorts } from './emulators/loopback-port.ts';
import { createObjectAndQueueEmulator } from './emulators/objects-and-queues.ts';
import { createSecretStoreServer, type SecretStoreContent } from './emulators/secret-stores.ts';
import { settleSecretValues } from './emulators/secret-values.ts';
import { type ClientSettings, stockBuckets, stockQueues, stockTables } from './emulators/stock.ts';
import type { StackPlan } from './plan.ts';

/** The stores of a stack, listening on loopback. */
export interface Emulators {
  readonly region: string;
  readonly dynamoDbOrigin: string;
  readonly objectAndQueueOrigin: string;
  readonly secretStoreOrigin: string;
  /** Makes the tables, buckets, queues, secrets and parameters of a plan; to be called once, before anything uses them. */
  stock(plan: StackPlan): Promise<void>;
  close(): Promise<void>;
}

export interface EmulatorOptions {
  readonly region: string;
  /** Where everything is kept over a restart; absent: in memory. */
  readonly dataDirectory: string | undefined;
  readonly secureParameters: Readonly<Record<string, string>>;
}

/** Nobody checks them, but the SDK signs nothing without. */
export const emulatorCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** How a client of this process reaches one of the emulators. */
export function clientSettings(emulators: Emulators, endpoint: string): ClientSettings {
  return { region: emulators.region, endpoint, credentials: emulatorCredentials };
}

/** Starts the emulators, still empty. Throws where the data directory is in use or can't be written. */
export async function startEmulators(options: EmulatorOptions): Promise<Emulators> {
  const { region, dataDirectory, secureParameters } = options;
  const folder = (name: string) => (dataDirectory === undefined ? undefined : join(dataDirectory, name));
  if (dataDirectory !== undefined) mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  let content: SecretStoreContent = { region, secrets: [], secretValues: new Map(), parameters: [], secureParameters };
  const dynamoDb = createDynamoDbEmulator(folder('tables'));
  const objectsAndQueues = await createObjectAndQueueEmulator(region, folder('objects-and-queues'));
  const secretStore = createSecretStoreServer(() => content);
  const known = rememberedPorts(dataDirectory);
  const ports = {
    dynamoDb: await listenOnLoopback(dynamoDb, known.dynamoDb ?? 0),
    objectsAndQueues: await listenOnLoopback(objectsAndQueues.server, known.objectsAndQueues ?? 0),
    secretStore: await listenOnLoopback(secretStore, known.secretStore ?? 0),
  };
  rememberPorts(dataDirectory, ports);

  const emulators: Emulators = {
    region,
    dynamoDbOrigin: `http://127.0.0.1:${ports.dynamoDb}`,
    objectAndQueueOrigin: `http://127.0.0.1:${ports.objectsAndQueues}`,
    secretStoreOrigin: `http://127.0.0.1:${ports.secretStore}`,
    async stock(plan) {
      const secretValues = settleSecretValues(plan.secrets, dataDirectory);
      content = { ...content, secrets: plan.secrets, parameters: plan.parameters, secretValues };
      const storage = clientSettings(emulators, emulators.objectAndQueueOrigin);
      await stockTables(clientSettings(emulators, emulators.dynamoDbOrigin), plan.tables);
      await stockBuckets(storage, plan.buckets);
      await stockQueues(storage, plan.queues);
    },
    async close() {
      await Promise.all([closeServer(dynamoDb), objectsAndQueues.close(), closeServer(secretStore)]);
    },
  };
  return emulators;
}
