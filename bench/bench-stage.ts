import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { keyParameters, localProviders, simulatedCredentials, simulatedVendors } from '../bin/local-providers.ts';
import { seedKey } from '../bin/seed-key.ts';
import { createApp } from '../lib/app.ts';
import { bundleFunctions } from '../lib/bundle-functions.ts';
import type { StageSettings } from '../lib/stage-settings.ts';
import { readAssembly } from '../local/assembly.ts';
import { closeServer, listen } from '../local/emulators/loopback-port.ts';
import { type Emulators, startEmulators } from '../local/emulators.ts';
import { createHttpGateway } from '../local/http-gateway.ts';
import { planStack, type StackPlan } from '../local/plan.ts';
import { startVendorSimulator } from '../local/vendors/simulator.ts';
import type { Use } from './function-process.ts';
import { startPictureServer } from './large-inputs.ts';
import { createProcessHost } from './process-host.ts';
import { handOverWakeUps, workerOf } from './worker-batch.ts';

/** The functions that are looked at. */
export type MeasuredFunction = 'submit-job' | 'process-job' | 'get-job';

/**
 * A stage on this machine whose functions have a process each: the stack's own template, bundles and environments, with
 * the emulators and the vendor simulator in the benchmark's process. Nothing runs by itself: `work` hands wake-ups over.
 */
export interface BenchStage {
  /** `http://127.0.0.1:PORT` of the API. */
  readonly origin: string;
  /** A web server of pictures, which inputs may be fetched from. */
  readonly pictureOrigin: string;
  /** A virtual key that may use every model. */
  readonly key: string;
  /** Hands as many wake-ups as wait, if any, ten at the most, to the worker in one batch. Throws where it keeps one of them. */
  work(): Promise<void>;
  /** Ends a function's process, so that its next event finds a fresh one. */
  renew(name: MeasuredFunction): Promise<void>;
  /** What the function's present process has used by the end of its last event, which it waits for. Throws where it had none. */
  used(name: MeasuredFunction): Promise<Use>;
  /** Bytes of all bodies that the simulated providers have received. */
  bytesToProviders(): number;
  stop(): Promise<void>;
}

/** Builds and starts it. */
export async function startBenchStage(): Promise<BenchStage> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return { ...(await start(undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(undo: (() => Promise<unknown>)[]): Promise<Omit<BenchStage, 'stop'>> {
  const build = await mkdtemp(join(tmpdir(), 'darkroom-bench-'));
  undo.push(() => rm(build, { recursive: true, force: true }));
  const simulator = await startVendorSimulator({ latencySeconds: 0, vendors: simulatedVendors });
  undo.push(() => simulator.stop());
  const pictures = await startPictureServer();
  undo.push(() => pictures.close());
  const stage: StageSettings = {
    name: 'bench',
    providers: localProviders(simulator, {}),
    maximumConcurrency: 4,
    // What is measured is several jobs in one invocation.
    slowModelSeconds: 900,
    dataRetention: 'destroy',
    gatewayLogRole: 'existing',
    trustedInputHosts: [pictures.host],
    // No limit is to be met, while what keeps count of it is measured.
    defaultRateLimits: [],
    defaultMaxOpenJobs: 1000,
  };
  const bundles = await bundleFunctions(join(build, 'functions'));
  const app = createApp({ stage, codeFor: (name) => Code.fromAsset(bundles[name]), outdir: join(build, 'assembly') });
  const assembly = readAssembly(app.synth().directory);
  const emulators = await startEmulators({
    region: 'us-east-1',
    dataDirectory: undefined,
    secureParameters: keyParameters(stage, {}, await simulatedCredentials(simulator.origin)),
  });
  undo.push(() => emulators.close());
  const gateway = createHttpGateway();
  const origin = `http://127.0.0.1:${await listen(gateway.server, 0)}`;
  undo.push(() => closeServer(gateway.server));
  const { region, endpoint } = emulators.storage;
  const plan = planStack(assembly, {
    stackName: assembly.stackName,
    region,
    apiOrigin: origin,
    queueOrigin: endpoint,
  });
  await emulators.stock(plan);
  const host = await createProcessHost({
    functions: plan.functions,
    awsEnvironment: addressesOf(emulators),
    programPath: join(build, 'function-process.mjs'),
    log: printFaults,
  });
  undo.push(() => host.stop());
  if (plan.api === undefined) throw new Error('The stack has no API.');
  gateway.serve(plan.api, host, printFaults);
  const names = functionsOf(plan);
  return {
    origin,
    pictureOrigin: `http://${pictures.host}`,
    key: await newKey(emulators, plan),
    work: () => handOverWakeUps(workerOf(plan), emulators.storage, host),
    renew: (name) => host.renew(names[name]),
    used: (name) => host.used(names[name]),
    bytesToProviders: () => simulator.ledger.requests().reduce((sum, { bodyBytes = 0 }) => sum + bodyBytes, 0),
  };
}

function functionsOf(plan: StackPlan): Record<MeasuredFunction, string> {
  const path = '/v1/async/images/generations';
  const behind = (method: string, pattern: string): string => {
    const route = plan.api?.routes.find((each) => each.method === method && each.path === pattern);
    if (route === undefined) throw new Error(`The API has no ${method} ${pattern}.`);
    return route.functionName;
  };
  return {
    'submit-job': behind('POST', path),
    'process-job': workerOf(plan).functionName,
    'get-job': behind('GET', `${path}/{job_id}`),
  };
}

const addressesOf = ({ tables, storage, secrets }: Emulators): Record<string, string> => ({
  AWS_REGION: tables.region,
  AWS_ACCESS_KEY_ID: tables.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: tables.credentials.secretAccessKey,
  AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint,
  AWS_ENDPOINT_URL_S3: storage.endpoint,
  AWS_ENDPOINT_URL_SQS: storage.endpoint,
  AWS_ENDPOINT_URL_SSM: secrets.endpoint,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
});

async function newKey(emulators: Emulators, plan: StackPlan): Promise<string> {
  const tableName = plan.outputs.KeysTableName;
  if (tableName === undefined) throw new Error('The stack has no output KeysTableName.');
  const client = new DynamoDBClient(emulators.tables);
  try {
    return await seedKey(client, { tableName, name: 'bench' });
  } finally {
    client.destroy();
  }
}

/** What a function logs in the normal course would only hide the figures. */
function printFaults(text: string): void {
  for (const line of text.split('\n'))
    if (/"level":"(ERROR|WARN)"|^\s+at |Error/.test(line)) process.stderr.write(`${line}\n`);
}
