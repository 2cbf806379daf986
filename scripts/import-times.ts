import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { VariableValues } from '../lambda/contract/variable-values.ts';

const run = promisify(execFile);

/** Something of the right kind for every variable: a function reads its environment when it is loaded. */
const sampleValues: VariableValues = {
  JOBS_TABLE: 'jobs',
  KEYS_TABLE: 'keys',
  GATES_TABLE: 'gates',
  USAGE_TABLE: 'usage',
  ANSWERS_TABLE: 'answers',
  FILES_TABLE: 'files',
  DEFAULT_LIMITS: { rateLimits: [], maxOpenJobs: 100 },
  IMAGES_BUCKET: 'images',
  JOBS_QUEUE_URL: 'http://127.0.0.1/queue',
  SLOW_JOBS_QUEUE_URL: 'http://127.0.0.1/slow',
  DEAD_LETTERS_URL: 'http://127.0.0.1/dead-letters',
  ROOT_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:root',
  TOKENS: 'none',
  ALLOWED_ORIGINS: [],
  PROVIDER_KEYS_PATH: '/darkroom/providers',
  PROVIDERS: { openai: { baseUrl: 'http://127.0.0.1/v1' } },
  OFFERS: {},
  INPUT_HOSTS: [],
  INPUT_ADDRESSES: 'never',
  JOB_DEADLINE_SECONDS: 1800,
  RESULT_TTL_SECONDS: 3600,
  LEASE_SECONDS: 120,
  HEARTBEAT_SECONDS: 45,
  WAKE_AFTER_SECONDS: 120,
  MODEL_TIMEOUT_SECONDS: 300,
  WAIT_SECONDS: 25,
  MAX_WAITS_PER_OWNER: 50,
  SYNCHRONOUS_SECONDS: 270,
  MAX_SYNCHRONOUS_PER_OWNER: 33,
  PASS_THROUGH: 'none',
  SLOW_MODEL_SECONDS: 20,
  MAX_RUNNING_JOBS: { shared: 32, alone: 32 },
  UNKNOWN_PRICE_USD: 'none',
  FILE_RETENTION_SECONDS: 86_400,
  MAX_FILES_PER_OWNER: 1000,
  MAX_FILE_BYTES_PER_OWNER: 10_000_000_000,
  ON_UNKNOWN_OUTCOME: 'retry',
  FALL_BACK_ON_REFUSAL: false,
  ON_BACKLOG: 'refuse',
  WORKER_SLOTS: 40,
  SLOW_WORKER_SLOTS: 40,
  RATE_LIMIT_PATIENCE_SECONDS: 20,
  ON_SLOW_TICKET: 'wait',
  SERVICE_VERSION: '0.0.0',
};

const environment: Record<string, string> = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  ...Object.fromEntries(
    Object.entries(sampleValues).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ),
};

/** Imports the module that it is started with, and prints how long that took, then how long the process has run. */
const program = `
  globalThis.awslambda = { streamifyResponse: (handler) => handler };
  const [, address] = process.argv;
  const startedAt = performance.now();
  await import(address);
  const loadedAt = performance.now();
  console.log(JSON.stringify([loadedAt - startedAt, loadedAt]));
`;

/** Milliseconds; each is a median. */
export interface ImportTime {
  /** What loading the module takes. */
  readonly loading: number;
  /**
   * What passes from the start of the process until the module is loaded: what a cold start waits for, sandbox apart.
   */
  readonly starting: number;
}

/**
 * How long each folder's `index.mjs` takes to import: the median, each time in a new process. The folders alternate, so
 * that other load on the machine affects all of them alike.
 */
export async function importTimes(directories: readonly string[], rounds = 7): Promise<readonly ImportTime[]> {
  const times: ImportTime[][] = directories.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, directory] of directories.entries()) times[index]?.push(await importTime(directory));
  }
  return times.map((each) => ({
    loading: median(each.map(({ loading }) => loading)),
    starting: median(each.map(({ starting }) => starting)),
  }));
}

async function importTime(directory: string): Promise<ImportTime> {
  const address = pathToFileURL(join(directory, 'index.mjs')).href;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program, address], {
    env: environment,
    timeout: 30_000,
  });
  const [loading, starting] = JSON.parse(stdout) as [number, number];
  return { loading, starting };
}

/** The middle of an odd number of numbers. */
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
