import type { Lane } from '../domain/jobs/lane.ts';
import type { DefaultLimits } from '../domain/keys/key-limits.ts';
import type { PassThrough } from './pass-through.ts';
import type { ProviderEndpoints } from './provider-endpoints.ts';
import type { ProviderOffers } from './provider-offers.ts';
import type { TokenSettings } from './token-settings.ts';

/** The type of each variable's value; `parsers` in `runtime/config.ts` parse its text form. */
export interface VariableValues {
  /** Name of the jobs table. */
  JOBS_TABLE: string;
  /** Name of the virtual keys' table. */
  KEYS_TABLE: string;
  /** Name of the table of the gates before providers. */
  GATES_TABLE: string;
  /** Name of the table of what owners have under way and have used. */
  USAGE_TABLE: string;
  /** Name of the table of known answers. */
  ANSWERS_TABLE: string;
  /** Name of the table of files. */
  FILES_TABLE: string;
  /** Name of the bucket for inputs, results, known answers and files. */
  IMAGES_BUCKET: string;
  /** URL of the queue of wake-ups whose jobs share an invocation. */
  JOBS_QUEUE_URL: string;
  /** URL of the queue of wake-ups whose jobs have an invocation each. */
  SLOW_JOBS_QUEUE_URL: string;
  /** URL of the dead-letter queue of wake-ups. */
  DEAD_LETTERS_URL: string;
  /** ARN of the secret from which the link-signing and id-derivation keys come. */
  ROOT_SECRET_ARN: string;
  /** Path below which each provider's credential is a SecureString parameter, with no slash at the end. */
  PROVIDER_KEYS_PATH: string;
  /** Which tokens callers may bear; `none` on a stage that takes virtual keys alone. */
  TOKENS: TokenSettings | 'none';
  /** Origins whose scripts may read answers, as the stage's settings spell them. */
  ALLOWED_ORIGINS: readonly string[];
  PROVIDERS: ProviderEndpoints;
  OFFERS: ProviderOffers;
  /** Hosts, as `host:port`, whose input images may be fetched over http and from private addresses. */
  INPUT_HOSTS: readonly string[];
  /** Whether providers that take addresses of input images get them. */
  INPUT_ADDRESSES: 'never' | 'where_taken';
  /** Seconds from a submission to the time by which its job must have ended. */
  JOB_DEADLINE_SECONDS: number;
  /** Seconds that a result is kept where neither the request nor the key sets a TTL. */
  RESULT_TTL_SECONDS: number;
  LEASE_SECONDS: number;
  HEARTBEAT_SECONDS: number;
  /** Seconds a job may have been due before the sweep sends its wake-up again. */
  WAKE_AFTER_SECONDS: number;
  /** Max timeout of any provider request, in seconds, whatever its model's spec says. */
  MODEL_TIMEOUT_SECONDS: number;
  /** From how many typical seconds on a model's jobs have an invocation each. */
  SLOW_MODEL_SECONDS: number;
  /** The most seconds that `Prefer: wait` is granted; may be 0. */
  WAIT_SECONDS: number;
  /** How many callers of one owner may wait at a time. */
  MAX_WAITS_PER_OWNER: number;
  /**
   * Seconds within which a synchronous request is answered at the latest, whether or not its job has ended; 0: none is.
   */
  SYNCHRONOUS_SECONDS: number;
  /** How many synchronous requests one owner may have under way. */
  MAX_SYNCHRONOUS_PER_OWNER: number;
  /** The providers to which synchronous requests may bring their own keys; `none` if there are none. */
  PASS_THROUGH: PassThrough | 'none';
  /** How many jobs of one owner are worked on at a time, in each lane. */
  MAX_RUNNING_JOBS: Readonly<Record<Lane, number>>;
  /** What owners may ask for as far as nothing else is set for them. */
  DEFAULT_LIMITS: DefaultLimits;
  /** What an image is assumed to cost at most by a model without a known price, in US dollars. */
  UNKNOWN_PRICE_USD: number | 'none';
  /** Seconds for which an uploaded file is kept at most. */
  FILE_RETENTION_SECONDS: number;
  /** Uploaded files that an owner may have at a time. */
  MAX_FILES_PER_OWNER: number;
  /** Bytes that they may have together. */
  MAX_FILE_BYTES_PER_OWNER: number;
  ON_UNKNOWN_OUTCOME: 'retry' | 'fail';
  FALL_BACK_ON_REFUSAL: boolean;
  /** Load shedding: how to treat a submission whose job could not end by its deadline because of the backlog. */
  ON_BACKLOG: 'refuse' | 'accept';
  /** Jobs that workers can be at, all together: those that share an invocation. */
  WORKER_SLOTS: number;
  /** The same of slow jobs, which have an invocation each. */
  SLOW_WORKER_SLOTS: number;
  /** Seconds in all that a job with a fallback at another provider waits for a provider that limits the rate. */
  RATE_LIMIT_PATIENCE_SECONDS: number;
  ON_SLOW_TICKET: 'wait' | 'fall_back';
  /** What the health route and the OpenAPI document give as version. */
  SERVICE_VERSION: string;
}
