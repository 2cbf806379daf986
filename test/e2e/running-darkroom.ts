import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { localClientSettings, outputOf } from '../../bin/local-clients.ts';
import { type RunLocallyOptions, runLocally } from '../../bin/run-locally.ts';
import { seedKey } from '../../bin/seed-key.ts';
import type { StageSettings } from '../../lib/stage-settings.ts';
import type { LocalStack } from '../../local/start.ts';
import type { VendorSimulator } from '../../local/vendors/simulator.ts';
import { bundledFunctions } from '../support/bundled-functions.ts';
import { type Client, createClient } from './client.ts';
import { promptCanary } from './log-leaks.ts';

/** A prompt that no other test's is a part of. */
export const promptOf = (text: string): string => `${promptCanary}: ${text}.`;

/** How much lies in the stores. */
export interface Stored {
  readonly objects: number;
  readonly jobs: number;
}

/** The whole stack on this machine, for the tests of one file. */
export interface RunningDarkroom {
  readonly stack: LocalStack;
  readonly origin: string;
  /** The template's outputs, with addresses on this machine. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly simulator: VendorSimulator;
  /** Speaks with the key that every local stack knows. */
  readonly client: Client;
  /** Everything that the functions and the runner have logged so far. */
  readonly logLines: readonly string[];
  /** Looks into the bucket and the jobs table, past the gateway. */
  stored(): Promise<Stored>;
  /** Makes another caller's key and gives its text. @default for all models of all providers */
  newKey(name: string, providers?: Readonly<Record<string, readonly string[]>>): Promise<string>;
  stop(): Promise<void>;
}

/** Builds and starts the stack. The simulated provider takes a tenth of a second for an image call. */
export async function startDarkroom(
  stage: Partial<StageSettings> = {},
  played: Pick<RunLocallyOptions, 'vendors' | 'stageFor' | 'keyTexts'> = {},
): Promise<RunningDarkroom> {
  const logLines: string[] = [];
  const { stack, simulator, stop } = await runLocally({
    port: 0,
    bundle: bundledFunctions,
    latencySeconds: 0.1,
    log: (line) => void logLines.push(line),
    stage,
    ...played,
  });
  const dynamo = new DynamoDBClient(localClientSettings(stack, 'DYNAMODB'));
  const s3 = new S3Client(localClientSettings(stack, 'S3'));
  const output = (name: string) => outputOf(stack, name);
  return {
    stack,
    origin: stack.origin,
    outputs: stack.outputs,
    simulator,
    client: createClient(stack.origin),
    logLines,
    async stored() {
      const [objects, jobs] = await Promise.all([
        countObjects(s3, output('BucketName')),
        countItems(dynamo, output('JobsTableName')),
      ]);
      return { objects, jobs };
    },
    newKey: (name, providers = { '*': ['*'] }) =>
      seedKey(dynamo, { tableName: output('KeysTableName'), name, providers }),
    async stop() {
      dynamo.destroy();
      s3.destroy();
      await stop();
    },
  };
}

async function countObjects(client: S3Client, bucket: string): Promise<number> {
  let count = 0;
  let token: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token }));
    count += page.Contents?.length ?? 0;
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return count;
}

async function countItems(client: DynamoDBClient, table: string): Promise<number> {
  const page = await client.send(new ScanCommand({ TableName: table, Select: 'COUNT', ConsistentRead: true }));
  if (page.LastEvaluatedKey) throw new Error(`The table ${table} has more than one page of items.`);
  return page.Count ?? 0;
}
