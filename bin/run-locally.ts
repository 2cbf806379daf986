import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { limits } from '../lambda/contract/limits.ts';
import { createApp } from '../lib/app.ts';
import { bundleFunctions } from '../lib/bundle-functions.ts';
import type { StageSettings } from '../lib/stage-settings.ts';
import { demandFreePort } from '../local/emulators/loopback-port.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../local/start.ts';
import { startVendorSimulator, type VendorSimulator } from '../local/vendors/simulator.ts';
import type { VendorProfile } from '../local/vendors/vendor-wire.ts';
import { writeConnection } from './connection-file.ts';
import { localClientSettings, outputOf } from './local-clients.ts';
import {
  keyParameters,
  type LocalProviderKeys,
  localProviders,
  type SimulatorAddresses,
  simulatedCredentials,
  simulatedVendors,
  simulatorAddresses,
} from './local-providers.ts';
import { KeyTaken, seedKey } from './seed-key.ts';

/** The virtual key that every local stack knows. */
export const localKey = 'sk-bf-local';

/** How to run a stack, with the simulator or with real providers. */
export interface RunStackOptions extends Pick<LocalStackOptions, 'preload' | 'scheduleSeconds' | 'maximumThreads'> {
  /** Port of the API on 127.0.0.1; 0 picks a free one. */
  readonly port: number;
  /** Providers with a key are called for real. @default none: the simulator serves them all */
  readonly providerKeys?: LocalProviderKeys;
  /** The text of a provider key's parameter, in place of a generated one; it doesn't change which host is called. */
  readonly keyTexts?: Readonly<Record<string, string>>;
  /** Where jobs, images, messages, keys and secrets are kept over a restart; absent: in memory. Made where it is missing. */
  readonly dataDirectory?: string;
  /** The functions' log lines and the runner's own. */
  readonly log: (line: string) => void;
  /** Settings that differ from the local stage's. */
  readonly stage?: Partial<StageSettings>;
  /** Where the functions are to find a store instead of at its own endpoint. @default there */
  readonly detour?: (endpoint: string) => Promise<string>;
  /** Bundles the functions into a folder, and returns their paths. @default bundleFunctions, as for a deployment */
  readonly bundle?: typeof bundleFunctions;
}

export interface RunLocallyOptions extends RunStackOptions {
  /** Seconds that the simulator takes for an image call. */
  readonly latencySeconds?: number;
  /** The providers that the simulator serves. @default every provider */
  readonly vendors?: readonly VendorProfile[];
  /** Settings that differ from the local stage's, where they must name the simulator. They go before `stage`. */
  readonly stageFor?: (simulator: VendorSimulator) => Partial<StageSettings>;
}

/** A stack that runs on this machine. */
export interface LocalRun {
  readonly stack: LocalStack;
  stop(): Promise<void>;
}

/** A Darkroom that runs on this machine, with a simulator of its own. */
export interface LocalDarkroom extends LocalRun {
  readonly simulator: VendorSimulator;
}

/** Runs the stack as `runStack` does, with a vendor simulator of its own in the place of providers without a key. */
export async function runLocally(options: RunLocallyOptions): Promise<LocalDarkroom> {
  const { latencySeconds = 2, vendors = simulatedVendors, stageFor } = options;
  const simulator = await startVendorSimulator({ latencySeconds, vendors });
  try {
    const stage = { ...stageFor?.(simulator), ...options.stage };
    const run = await runStack({ ...options, stage }, simulator.origin);
    const stop = async (): Promise<void> => {
      await run.stop();
      await simulator.stop();
    };
    return { ...run, simulator, stop };
  } catch (error) {
    await simulator.stop();
    throw error;
  }
}

/**
 * Bundles the functions, synthesises the stack that `cdk deploy` would deploy, and runs its template on 127.0.0.1.
 * Providers without a key are called at the simulator, which runs at `simulatorOrigin`. Rejects, with nothing left
 * running, where the port is taken or another stack uses the data directory.
 */
export async function runStack(options: RunStackOptions, simulatorOrigin: string): Promise<LocalRun> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    // Before everything is built for nothing.
    await demandFreePort(options.port);
    const build = await mkdtemp(join(tmpdir(), 'darkroom-'));
    undo.push(() => rm(build, { recursive: true, force: true }));
    const stage = localStage(options, await simulatorAddresses(simulatorOrigin));
    const { port, dataDirectory, preload, scheduleSeconds, maximumThreads } = options;
    const stack = await startLocalStack({
      assemblyDirectory: await synthesise(stage, build, options.bundle ?? bundleFunctions),
      port,
      ...(dataDirectory === undefined ? {} : { dataDirectory }),
      ...(preload === undefined ? {} : { preload }),
      ...(scheduleSeconds === undefined ? {} : { scheduleSeconds }),
      ...(maximumThreads === undefined ? {} : { maximumThreads }),
      secureParameters: keyParameters(stage, options.providerKeys ?? {}, {
        ...(await simulatedCredentials(simulatorOrigin)),
        ...options.keyTexts,
      }),
      log: options.log,
      ...(options.detour === undefined ? {} : { detour: options.detour }),
    });
    undo.push(() => stack.stop());
    await seedLocalKey(stack);
    undo.push(await writeConnection(stack));
    return { stack, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Bundles the functions and synthesises the stage below a folder; gives the folder of the cloud assembly. */
async function synthesise(stage: StageSettings, build: string, bundle: typeof bundleFunctions): Promise<string> {
  const bundles = await bundle(join(build, 'functions'));
  const app = createApp({ stage, codeFor: (name) => Code.fromAsset(bundles[name]), outdir: join(build, 'assembly') });
  return app.synth().directory;
}

function localStage({ providerKeys = {}, stage }: RunStackOptions, simulator: SimulatorAddresses): StageSettings {
  return {
    name: 'local',
    providers: localProviders(simulator, providerKeys),
    maximumConcurrency: 4,
    slowConcurrency: 8,
    dataRetention: 'destroy',
    gatewayLogRole: 'existing',
    // Half of the threads that play a function here.
    maxWaitsPerOwner: 4,
    // Four fifths of them: one more of the same owner is refused rather than kept waiting for a thread.
    maxSynchronousPerOwner: 6,
    tokens: { issuer: 'darkroom-local', audience: 'darkroom-local', keys: 'shared_secret' },
    // One key does here what many do elsewhere.
    defaultRateLimits: [{ requests: 6000, period: '1m' }],
    defaultMaxOpenJobs: limits.openJobs,
    // Web pages under development call from wherever their own server listens.
    allowedOrigins: ['http://localhost:*', 'http://127.0.0.1:*'],
    ...stage,
  };
}

/** A data directory has the key from its first run: it stays as it is, since the jobs of that run belong to it. */
async function seedLocalKey(stack: LocalStack): Promise<void> {
  const client = new DynamoDBClient(localClientSettings(stack, 'DYNAMODB'));
  const tableName = outputOf(stack, 'KeysTableName');
  try {
    await seedKey(client, { tableName, name: 'local', text: localKey });
  } catch (error) {
    if (!(error instanceof KeyTaken)) throw error;
  } finally {
    client.destroy();
  }
}
