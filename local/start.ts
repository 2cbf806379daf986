import { type Assembly, readAssembly } from './assembly.ts';
import { closeServer, listen } from './emulators/loopback-port.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import type { Preload } from './function-host/thread-messages.ts';
import { createFunctionHost } from './function-host.ts';
import { createHttpGateway } from './http-gateway.ts';
import { planStack, type StackPlan } from './plan.ts';
import { type BackgroundTask, startQueuePump } from './queue-pump.ts';
import { startSchedule } from './schedule.ts';
import { startTableExpiry } from './table-expiry.ts';

/** How to run a stack on this machine. */
export interface LocalStackOptions {
  /** The folder of a synthesised cloud assembly that holds exactly one stack. */
  readonly assemblyDirectory: string;
  /** The API's port on 127.0.0.1; 0 picks a free one. */
  readonly port: number;
  /** Where table items, objects, messages and secrets are kept over a restart; absent: in memory. */
  readonly dataDirectory?: string;
  /** SSM SecureString values by full name, served by the local parameter store. They are read at each request. */
  readonly secureParameters: Readonly<Record<string, string>>;
  /** Takes the functions' own log lines and the runner's notices, one line each. */
  readonly log: (line: string) => void;
  /** Replaces a store's endpoint for the functions: for a proxy in between, such as one that injects faults. */
  readonly detour?: (endpoint: string) => Promise<string>;
  /** What each thread of a function loads before it. @default nothing */
  readonly preload?: Preload;
  /** Seconds between two calls by a schedule, for a stack in fast motion. @default the template's own rates */
  readonly scheduleSeconds?: number;
  /** Threads of one function at the most: Lambda would make a thousand, a laptop has a few cores. @default 8 */
  readonly maximumThreads?: number;
}

/** A stack that runs on this machine. */
export interface LocalStack {
  /** `http://127.0.0.1:PORT` of the API. */
  readonly origin: string;
  /** The template's outputs, with addresses on this machine. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Region, credentials and endpoints for an AWS SDK that is to look into the stores. */
  readonly awsEnvironment: Readonly<Record<string, string>>;
  /** Stops everything at once, without waiting for work that is under way. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * Runs the one stack of a cloud assembly on 127.0.0.1. Rejects, with nothing left running, for a template that the
 * runner can't honour (the message names the resource), a port that is taken or a data directory that is in use.
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const assembly = readAssembly(options.assemblyDirectory);
  const region = assembly.region ?? 'us-east-1';
  const { dataDirectory, secureParameters } = options;
  const cleanups: (() => Promise<void>)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= runBackwards(cleanups);
    return stopped;
  };
  try {
    const emulators = await startEmulators({ region, dataDirectory, secureParameters });
    cleanups.push(() => emulators.close());
    return await startStack(options, assembly, emulators, cleanups, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function runBackwards(cleanups: readonly (() => Promise<void>)[]): Promise<void> {
  for (const cleanup of cleanups.toReversed()) await cleanup();
}

async function startStack(
  { port, log, detour = async (endpoint) => endpoint, preload, scheduleSeconds, maximumThreads = 8 }: LocalStackOptions,
  assembly: Assembly,
  emulators: Emulators,
  cleanups: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<LocalStack> {
  const gateway = createHttpGateway();
  const origin = `http://127.0.0.1:${await listen(gateway.server, port)}`;
  cleanups.push(() => closeServer(gateway.server));
  const endpoints = {
    tables: await detour(emulators.tables.endpoint),
    storage: await detour(emulators.storage.endpoint),
    secrets: await detour(emulators.secrets.endpoint),
  };
  const plan = planStack(assembly, {
    stackName: assembly.stackName,
    region: emulators.tables.region,
    apiOrigin: origin,
    // Clients identify a queue by its URL.
    queueOrigin: endpoints.storage,
  });
  await emulators.stock(plan);
  tellOfHiddenMessages(emulators, log);
  const awsEnvironment = describeAws(emulators, endpoints);
  const host = createFunctionHost({
    ...plan,
    awsEnvironment,
    log,
    maximumThreads,
    ...(preload === undefined ? {} : { preload }),
  });
  cleanups.push(() => host.stop());
  const tasks = startTasks(inMotion(plan, scheduleSeconds), emulators, host, log);
  // No new work gets in while the rest is being stopped.
  cleanups.push(
    async () => void (await Promise.all([closeServer(gateway.server), ...tasks.map((task) => task.stop())])),
  );
  if (plan.api !== undefined) gateway.serve(plan.api, host, log);
  return { origin, outputs: plan.outputs, awsEnvironment, stop };
}

/** A restart doesn't end the leases of the last run: logs how long a waiting job may stay hidden. */
function tellOfHiddenMessages(emulators: Emulators, log: (line: string) => void): void {
  for (const { queueName, count, until } of emulators.hiddenMessages()) {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    log(`[queue] ${queueName}: messages of an earlier run are still hidden: ${count}, the last for ${seconds} s more.`);
  }
}

/** The same plan, with its schedules at another rate where there is one. */
function inMotion(plan: StackPlan, scheduleSeconds: number | undefined): StackPlan {
  if (scheduleSeconds === undefined) return plan;
  const everyMilliseconds = scheduleSeconds * 1000;
  return { ...plan, schedules: plan.schedules.map((schedule) => ({ ...schedule, everyMilliseconds })) };
}

function startTasks(
  plan: StackPlan,
  emulators: Emulators,
  host: ReturnType<typeof createFunctionHost>,
  log: (line: string) => void,
): BackgroundTask[] {
  const { tables, storage } = emulators;
  return [
    ...plan.queueSources.map((source) => startQueuePump(source, storage, host, log)),
    ...plan.schedules.map((schedule) => startSchedule(schedule, tables.region, host)),
    ...plan.tables.map((table) => startTableExpiry(table, tables, log)),
  ];
}

type StoreEndpoints = Readonly<Record<'tables' | 'storage' | 'secrets', string>>;

function describeAws(
  { tables: { region, credentials } }: Emulators,
  endpoints: StoreEndpoints,
): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.tables,
    AWS_ENDPOINT_URL_S3: endpoints.storage,
    AWS_ENDPOINT_URL_SQS: endpoints.storage,
    AWS_ENDPOINT_URL_SSM: endpoints.secrets,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secrets,
  };
}
