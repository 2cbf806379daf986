import {
  type EnvironmentOf,
  type FunctionName,
  functionVariables,
  type VariableName,
} from '../contract/environment.ts';
import type { VariableValues } from '../contract/variable-values.ts';
import type { Lane } from '../domain/jobs/lane.ts';

type Parser<T> = (text: string) => T | undefined;

const text: Parser<string> = (value) => value;
const positiveNumber: Parser<number> = (value) =>
  Number.isFinite(Number(value)) && Number(value) > 0 ? Number(value) : undefined;
const numberFromZero: Parser<number> = (value) => (value === '0' ? 0 : positiveNumber(value));
const oneOf =
  <const T extends string>(...words: readonly T[]): Parser<T> =>
  (value) =>
    words.find((word) => word === value);
const trueOrFalse: Parser<boolean> = (value) => ({ true: true, false: false })[value];

function listOfTexts(value: string): readonly string[] | undefined {
  const list: unknown = jsonOf(value);
  return Array.isArray(list) && list.every((each) => typeof each === 'string') ? list : undefined;
}

function jsonObject<T extends object>(value: string): T | undefined {
  const parsed = jsonOf(value);
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as T) : undefined;
}

function jsonOf(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** The name under which the running function is deployed, which Lambda always sets. */
export const deployedFunctionName = (environment: Readonly<Record<string, string | undefined>> = process.env): string =>
  environment.AWS_LAMBDA_FUNCTION_NAME || 'undeployed';

/** How each variable's text is read; undefined means that the text makes no sense. */
const parsers: { readonly [V in VariableName]: Parser<VariableValues[V]> } = {
  JOBS_TABLE: text,
  KEYS_TABLE: text,
  GATES_TABLE: text,
  USAGE_TABLE: text,
  ANSWERS_TABLE: text,
  FILES_TABLE: text,
  IMAGES_BUCKET: text,
  JOBS_QUEUE_URL: text,
  SLOW_JOBS_QUEUE_URL: text,
  DEAD_LETTERS_URL: text,
  ROOT_SECRET_ARN: text,
  PROVIDER_KEYS_PATH: text,
  TOKENS: (value) => (value === 'none' ? value : jsonObject(value)),
  ALLOWED_ORIGINS: listOfTexts,
  PROVIDERS: jsonObject,
  OFFERS: jsonObject,
  INPUT_HOSTS: listOfTexts,
  INPUT_ADDRESSES: oneOf('never', 'where_taken'),
  JOB_DEADLINE_SECONDS: positiveNumber,
  RESULT_TTL_SECONDS: positiveNumber,
  LEASE_SECONDS: positiveNumber,
  HEARTBEAT_SECONDS: positiveNumber,
  WAKE_AFTER_SECONDS: positiveNumber,
  MODEL_TIMEOUT_SECONDS: positiveNumber,
  WAIT_SECONDS: numberFromZero,
  MAX_WAITS_PER_OWNER: positiveNumber,
  SYNCHRONOUS_SECONDS: numberFromZero,
  MAX_SYNCHRONOUS_PER_OWNER: positiveNumber,
  PASS_THROUGH: (value) => (value === 'none' ? value : jsonObject(value)),
  SLOW_MODEL_SECONDS: positiveNumber,
  MAX_RUNNING_JOBS: jsonObject,
  DEFAULT_LIMITS: jsonObject,
  UNKNOWN_PRICE_USD: (value) => (value === 'none' ? value : numberFromZero(value)),
  FILE_RETENTION_SECONDS: positiveNumber,
  MAX_FILES_PER_OWNER: positiveNumber,
  MAX_FILE_BYTES_PER_OWNER: positiveNumber,
  ON_UNKNOWN_OUTCOME: oneOf('retry', 'fail'),
  FALL_BACK_ON_REFUSAL: trueOrFalse,
  ON_BACKLOG: oneOf('refuse', 'accept'),
  WORKER_SLOTS: positiveNumber,
  SLOW_WORKER_SLOTS: positiveNumber,
  RATE_LIMIT_PATIENCE_SECONDS: numberFromZero,
  ON_SLOW_TICKET: oneOf('wait', 'fall_back'),
  SERVICE_VERSION: text,
};

/**
 * The variables of one function, read and typed. The only place that reads the process's environment.
 * Throws one error that names everything missing or senseless, so that a deployment is repaired in one go.
 */
export function readEnvironment<F extends FunctionName>(
  name: F,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): EnvironmentOf<F> {
  const values: Partial<Record<VariableName, unknown>> = {};
  const wrong: string[] = [];
  for (const variable of functionVariables[name]) {
    const raw = environment[variable];
    const value = raw === undefined || raw === '' ? undefined : parsers[variable](raw);
    if (value === undefined) wrong.push(variable);
    else values[variable] = value;
  }
  if (wrong.length > 0)
    throw new Error(`Environment variables of ${name} are missing or invalid: ${wrong.join(', ')}.`);
  return values as EnvironmentOf<F>;
}

/** The queue of each lane. */
export const queueUrlsOf = (
  environment: Pick<VariableValues, 'JOBS_QUEUE_URL' | 'SLOW_JOBS_QUEUE_URL'>,
): Readonly<Record<Lane, string>> => ({ shared: environment.JOBS_QUEUE_URL, alone: environment.SLOW_JOBS_QUEUE_URL });
