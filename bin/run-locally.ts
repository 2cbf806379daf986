import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { createApp } from '../lib/app.ts';
import { bundleFunctions } from '../lib/bundle-functions.ts';
import { resolveStage, type StageSettings } from '../lib/stage-config.ts';
import { type LocalStack, startLocalStack } from '../local/start.ts';
import { startVendorSimulator, type VendorSimulator } from '../local/vendors/simulator.ts';
import { createKey } from '../scripts/create-key.ts';

/** The virtual key that every local stack knows. */
export const localKey = 'sk-bf-local';

export interface RunLocallyOptions {
  /** Port of the API on 127.0.0.1; 0 picks a free one. */
  readonly port: number;
  /** OpenAI's real API is asked with this key; without one the simulator plays OpenAI. */
  readonly openAiKey?: string;
  /** Seconds that the simulator takes for an image call. */
  readonly latencySeconds?: number;
  /** The functions' log lines and the runner's own. */
  readonly log: (line: string) => void;
  /** Settings that differ from the local stage's. */
  readonly stage?: Partial<StageSettings>;
}

/** A Darkroom that runs on this machine. */
export interface LocalDarkroom {
  readonly stack: LocalStack;
  readonly simulator: VendorSimulator;
  /** Whether OpenAI is the simulator's. */
  readonly simulated: boolean;
  stop(): Promise<void>;
}

/**
 * Builds the functions, synthesises the stack that `cdk deploy` would ship, and runs its template on 127.0.0.1, with the
 * vendor simulator in the place of providers without a key.
 */
export async function runLocally(options: RunLocallyOptions): Promise<LocalDarkroom> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const build = await mkdtemp(join(tmpdir(), 'darkroom-'));
    undo.push(() => rm(build, { recursive: true, force: true }));
    const simulator = await startVendorSimulator({ latencySeconds: options.latencySeconds ?? 2 });
    undo.push(() => simulator.stop());
    const stage = localStage(options, simulator);
    const stack = await startLocalStack({
      assemblyDirectory: await synthesise(stage, build),
      port: options.port,
      secureParameters: { [`${resolveStage(stage).providerKeysPath}/openai`]: options.openAiKey ?? 'sk-simulated' },
      log: options.log,
    });
    undo.push(() => stack.stop());
    await seedLocalKey(stack);
    return { stack, simulator, simulated: options.openAiKey === undefined, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Bundles the functions and synthesises the stage below a folder; gives the folder of the cloud assembly. */
async function synthesise(stage: StageSettings, build: string): Promise<string> {
  const bundles = await bundleFunctions(join(build, 'functions'));
  const app = createApp({ stage, codeFor: (name) => Code.fromAsset(bundles[name]), outdir: join(build, 'assembly') });
  return app.synth().directory;
}

function localStage({ openAiKey, stage }: RunLocallyOptions, simulator: VendorSimulator): StageSettings {
  return {
    name: 'local',
    providers: { openai: openAiKey === undefined ? { baseUrl: simulator.baseUrl('openai') } : {} },
    maximumConcurrency: 4,
    dataRetention: 'destroy',
    gatewayLogRole: 'existing',
    ...stage,
  };
}

async function seedLocalKey(stack: LocalStack): Promise<void> {
  const { AWS_ENDPOINT_URL_DYNAMODB: endpoint, AWS_REGION: region } = stack.awsEnvironment;
  const client = new DynamoDBClient({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    credentials: {
      accessKeyId: stack.awsEnvironment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: stack.awsEnvironment.AWS_SECRET_ACCESS_KEY ?? '',
    },
  });
  const tableName = stack.outputs.KeysTableName;
  if (tableName === undefined) throw new Error('The stack has no output KeysTableName.');
  await createKey(client, { tableName, name: 'local', providers: { '*': ['*'] }, key: localKey });
  client.destroy();
}
