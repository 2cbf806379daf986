import { join } from 'node:path';
import { rememberedPorts, rememberPorts, takeDataDirectory } from './emulators/data-directory.ts';
import { createDynamoDbEmulator } from './emulators/dynamodb.ts';
import { closeServer, listenOnLoopback } from './emulators/loopback-port.ts';
import { createObjectAndQueueEmulator, type HiddenMessages } from './emulators/objects-and-queues.ts';
import { createSecretStoreServer, type SecretStoreContent } from './emulators/secret-stores.ts';
import { resolveSecretValues } from './emulators/secret-values.ts';
import { type ClientSettings, stockBuckets, stockQueues, stockTables } from './emulators/stock.ts';
import type { StackPlan } from './plan.ts';

/** The stores of a stack, listening on loopback, with what a client needs to reach each. */
export interface Emulators {
  readonly tables: ClientSettings;
  /** Objects and queues, which share a server. */
  readonly storage: ClientSettings;
  /** Secrets and parameters, which share a server. */
  readonly secrets: ClientSettings;
  /**
   * Makes the tables, buckets, queues, secrets and parameters of a plan; to be called once, before anything uses them.
   */
  stock(plan: StackPlan): Promise<void>;
  /** The queues that hold messages which can't be received yet. */
  hiddenMessages(): readonly HiddenMessages[];
  close(): Promise<void>;
}

export interface EmulatorOptions {
  readonly region: string;
  /** Where everything is kept over a restart; absent: in memory. */
  readonly dataDirectory: string | undefined;
  readonly secureParameters: Readonly<Record<string, string>>;
}

/** Presigned requests for objects are checked against them; what else the SDK signs is not checked. */
const emulatorCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * Starts the emulators, still empty. Throws, with nothing left open, where the data directory is in use or unusable.
 */
export async function startEmulators(options: EmulatorOptions): Promise<Emulators> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...(await openEmulators(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openEmulators(options: EmulatorOptions, closers: (() => unknown)[]): Promise<Omit<Emulators, 'close'>> {
  const { region, dataDirectory, secureParameters } = options;
  const folder = (name: string) => (dataDirectory === undefined ? undefined : join(dataDirectory, name));
  if (dataDirectory !== undefined) closers.push(takeDataDirectory(dataDirectory));
  const dynamoDb = createDynamoDbEmulator(folder('tables'));
  closers.push(() => dynamoDb.close());
  const objectFolder = folder('objects-and-queues');
  const storage = await createObjectAndQueueEmulator({
    account: { region, credentials: emulatorCredentials },
    ...(objectFolder === undefined ? {} : { folder: objectFolder }),
  });
  closers.push(() => storage.close());
  let content: SecretStoreContent = { region, secrets: [], secretValues: new Map(), parameters: [], secureParameters };
  const secretStore = createSecretStoreServer(() => content);
  closers.push(() => closeServer(secretStore));

  const known = rememberedPorts(dataDirectory);
  const ports = {
    dynamoDb: await listenOnLoopback(dynamoDb.server, known.dynamoDb ?? 0),
    storage: await listenOnLoopback(storage.server, known.storage ?? 0),
    secretStore: await listenOnLoopback(secretStore, known.secretStore ?? 0),
  };
  rememberPorts(dataDirectory, ports);
  const reach = (port: number): ClientSettings => ({
    region,
    endpoint: `http://127.0.0.1:${port}`,
    credentials: emulatorCredentials,
  });
  const reached = { tables: reach(ports.dynamoDb), storage: reach(ports.storage), secrets: reach(ports.secretStore) };
  return {
    ...reached,
    hiddenMessages: () => storage.hiddenMessages(),
    async stock(plan) {
      const secretValues = resolveSecretValues(plan.secrets, dataDirectory);
      content = { ...content, secrets: plan.secrets, parameters: plan.parameters, secretValues };
      await stockTables(reached.tables, plan.tables);
      await stockBuckets(reached.storage, plan.buckets);
      for (const { name, corsRules } of plan.buckets) storage.setCorsRules(name, corsRules);
      await stockQueues(reached.storage, plan.queues);
    },
  };
}
