import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { FunctionName } from '../lambda/contract/environment.ts';
import { createApp } from '../lib/app.ts';
import { bundleFunctions } from '../lib/bundle-functions.ts';
import { resolveStage, type StageSettings } from '../lib/stage-config.ts';
import { readAssembly } from '../local/assembly.ts';
import { closeServer, listen } from '../local/emulators/loopback-port.ts';
import { type Emulators, startEmulators } from '../local/emulators.ts';
import { createHttpGateway } from '../local/http-gateway.ts';
import { planStack, type StackPlan } from '../local/plan.ts';
import { createQueueEvent } from '../local/queue-pump/queue-event.ts';
import { startVendorSimulator } from '../local/vendors/simulator.ts';
import { createKey } from '../scripts/create-key.ts';
import { createProcessHost, type ProcessHost } from './process-host.ts';

/**
 * A stage on this machine whose functions have a process each: the stack's own template, bundles and environments, with
 * the emulators and the vendor simulator in the benchmark's process. Nothing runs by itself: `work` hands wake-ups over.
 */
export interface BenchStage {
  /** `http://127.0.0.1:PORT` of the API. */
  readonly origin: string;
  /** A virtual key that may use every model. */
  readonly key: string;
  /** Hands as many wake-ups as wait, ten at the most, to the worker in one batch. Throws where it keeps one of them. */
  work(): Promise<void>;
  /** Ends a function's process, so that its next event finds a fresh one. */
  renew(name: FunctionName): Promise<void>;
  /** The most memory that was resident in the function's present process, in bytes. */
  peakBytes(name: FunctionName): number;
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
  const simulator = await startVendorSimulator({ latencySeconds: 0 });
  undo.push(() => simulator.stop());
  const stage: StageSettings = {
    name: 'bench',
    providers: { openai: { baseUrl: simulator.baseUrl('openai') } },
    maximumConcurrency: 4,
    dataRetention: 'destroy',
    gatewayLogRole: 'existing',
  };
  const bundles = await bundleFunctions(join(build, 'functions'));
  const app = createApp({ stage, codeFor: (name) => Code.fromAsset(bundles[name]), outdir: join(build, 'assembly') });
  const assembly = readAssembly(app.synth().directory);
  const emulators = await startEmulators({
    region: 'us-east-1',
    dataDirectory: undefined,
    secureParameters: { [`${resolveStage(stage).providerKeysPath}/openai`]: 'sk-simulated' },
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
  const functionNamed = nameFinder(plan, bundles);
  return {
    origin,
    key: await newKey(emulators, plan),
    work: () => work(plan, emulators, host, functionNamed('process-job')),
    renew: (name) => host.renew(functionNamed(name)),
    peakBytes: (name) => host.peakBytes(functionNamed(name)),
  };
}
