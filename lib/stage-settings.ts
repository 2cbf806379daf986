import type { CompatibleServer } from '../lambda/contract/compatible-server.ts';
import type { ProviderEndpoints } from '../lambda/contract/provider-endpoints.ts';
import type { RateLimit } from '../lambda/domain/keys/key-limits.ts';
import type { HeldAnswerSettings } from './held-answer-settings.ts';
import type { InputSettings } from './input-settings.ts';
import type { PassThroughSettings } from './pass-through-settings.ts';
import type { ProviderSettingsByName } from './provider-settings.ts';
import type { Reservations } from './reservations.ts';
import type { ResolvedTokens, StageTokens } from './token-settings.ts';

/** The request rate that API Gateway allows each method of each path. */
export interface ThrottleSettings {
  /** Sustained requests per second; fractions are allowed. */
  readonly ratePerSecond: number;
  /** Requests accepted at once above that rate. */
  readonly burst: number;
}

/**
 * All settings of a stage. Whatever would cost money or data if guessed wrong has no default. Numbers are whole, except
 * for the throttle's rate; `resolveStage` rejects combinations that can't work.
 */
export interface StageSettings extends HeldAnswerSettings, InputSettings, PassThroughSettings {
  /**
   * The stage's name: up to 30 lower-case letters, digits and hyphens. Part of the stack's name and of the API's
   * address.
   */
  readonly name: string;
  /**
   * The providers that jobs may use, each with settings of its own (below). Each but `bedrock` needs its API key in the
   * parameter store before its first job: see `providerKeysPath`.
   */
  readonly providers: ProviderSettingsByName;
  /**
   * Your own servers that implement OpenAI's images API, by name (below). Callers request `name/model`. Each needs a
   * parameter for its key, as providers do.
   * @default {}
   */
  readonly compatibleServers?: Readonly<Record<string, CompatibleServer>>;
  /**
   * Concurrent batches of jobs. Multiplied by `jobsPerInvocation`, plus `slowConcurrency`, it bounds the concurrent
   * provider requests of asynchronous jobs.
   */
  readonly maximumConcurrency: number;
  /**
   * Whether tables, bucket and logs survive the deletion of the stack. With `destroy`, empty the bucket before
   * deleting.
   */
  readonly dataRetention: 'retain' | 'destroy';
  /**
   * Protects the stack and its tables of jobs and keys against deletion. Enable it after the first deployment: a
   * protected stack whose first deployment fails can be neither rolled back nor deployed again.
   * @default false
   */
  readonly deletionProtection?: boolean;
  /**
   * Seconds after its submission by which a job must have ended.
   * @default 1800
   */
  readonly deadlineSeconds?: number;
  /**
   * Lifetime of a result in seconds after its job's end, unless the request or its key sets another.
   * @default 3600
   */
  readonly resultTtlSeconds?: number;
  /**
   * Seconds for which a worker claims a job. After a crash, the job waits this long for the next worker.
   * @default 120
   */
  readonly leaseSeconds?: number;
  /**
   * Seconds between two renewals of a lease.
   * @default 45
   */
  readonly heartbeatSeconds?: number;
  /**
   * Redelivery delay in seconds for due jobs that no worker has claimed; it doubles with each redelivery. While the
   * queue has a backlog, jobs that were never claimed wait for a third of their time instead.
   * @default 120
   */
  readonly wakeAfterSeconds?: number;
  /**
   * Upper bound in seconds for any provider request. A model's spec may set less.
   * @default 300
   */
  readonly modelTimeoutSeconds?: number;
  /**
   * Timeout of a worker's invocation in seconds. The queue's visibility timeout is 30 seconds longer.
   * @default 420
   */
  readonly processJobTimeoutSeconds?: number;
  /**
   * Memory of a worker in MB; its share of a CPU grows with it.
   * @default 1024
   */
  readonly processJobMemoryMegabytes?: number;
  /**
   * Jobs that one invocation works on concurrently. They share its memory.
   * @default 4
   */
  readonly jobsPerInvocation?: number;
  /**
   * Typical seconds from which a model counts as slow: its jobs have an invocation each, so that no batch waits for
   * them. Models that are polled never count as slow.
   * @default 20
   */
  readonly slowModelSeconds?: number;
  /**
   * Concurrent jobs of slow models.
   * @default 40
   */
  readonly slowConcurrency?: number;
  /**
   * Concurrent jobs of one owner, up to 10,000, counted separately for slow and other models. `four_fifths`: that share
   * of what the stage can run, so that other owners always find room.
   * @default 'four_fifths'
   */
  readonly maxRunningJobsPerOwner?: 'four_fifths' | number;
  /**
   * What follows a provider request with an indeterminate outcome: one more request, which may be charged twice, or
   * none.
   * @default 'retry'
   */
  readonly onUnknownOutcome?: 'retry' | 'fail';
  /**
   * What happens to a submission that could not end by its deadline, given the queue's length and the models' typical times:
   * `refuse` answers 503 with `Retry-After`; `accept` takes a job that will most likely fail.
   * @default 'refuse'
   */
  readonly onBacklog?: 'refuse' | 'accept';
  /**
   * Whether the fallbacks are tried after a provider's moderation refused a job.
   * @default false
   */
  readonly fallBackOnRefusal?: boolean;
  /**
   * Seconds in all, from the first rate-limit refusal, that a job waits for a provider before it goes to a fallback at
   * another provider; 0 falls back at once. A job without such a fallback waits until its deadline.
   * @default 20
   */
  readonly rateLimitPatienceSeconds?: number;
  /**
   * What to do with a polled task that takes three times as long as usual and longer than the model's timeout: `wait`
   * until the deadline, or `fall_back`, which cancels it and goes to the next model with enough time. If the provider
   * doesn't confirm the cancellation, the outcome is indeterminate, so `fall_back` requires `onUnknownOutcome:
   * 'retry'`.
   * @default 'wait'
   */
  readonly onSlowTicket?: 'wait' | 'fall_back';
  /**
   * Request rate of each method of each path, over all callers. API Gateway counts methods separately and
   * approximately, so image links and health checks don't use up the rate of submissions.
   * @default { ratePerSecond: 50, burst: 100 }
   */
  readonly throttle?: ThrottleSettings;
  /**
   * The account's limit of concurrent Lambda executions in its region, less what other stacks use:
   * `aws lambda get-account-settings`. The other settings are checked against it.
   * @default 1000
   */
  readonly accountConcurrency?: number;
  /**
   * Reserved concurrency per function, which is also its ceiling. `shares`: fixed shares of `accountConcurrency` for
   * the functions behind the API (58 % in all, 48 % without synchronous routes), and for workers what they can use.
   * `none`: nothing, the only choice for accounts of 100 or fewer; it needs `waitSeconds` and `synchronousSeconds` at
   * 0, or a very low throttle. An object such as `{ 'get-job': 200 }`: these, and nothing for the others.
   * @default 'shares'
   */
  readonly reservedConcurrency?: 'shares' | 'none' | Reservations;
  /**
   * Days that logs are kept; one of the values that CloudWatch offers.
   * @default 30
   */
  readonly logRetentionDays?: number;
  /**
   * API Gateway writes its logs by one role per account and region. `create` makes and sets it; `existing` leaves the
   * account alone, for a second stage or an account that has one.
   * @default 'create'
   */
  readonly gatewayLogRole?: 'create' | 'existing';
  /**
   * Path in the parameter store below which each provider's key is a SecureString, such as
   * `/darkroom/main/providers/openai`.
   * @default - `/darkroom/{name}/providers`
   */
  readonly providerKeysPath?: string;
  /**
   * JSON Web Tokens that callers may send instead of a virtual key, and that admins must send (below). Without it the
   * stage has no admin routes.
   * @default - none: virtual keys only
   */
  readonly tokens?: StageTokens;
  /**
   * Up to 20 origins whose scripts may call from a browser: `https://host`, with a port unless it is 443; for development
   * `http://localhost` or `http://127.0.0.1`, with a port or `:*` for any. Scripts need a credential like any other caller.
   * @default []
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * Point-in-time recovery, to any second of the last 35 days, of the tables of jobs and usage. Jobs live for hours, so
   * it is rarely worth its price.
   * @default false
   */
  readonly jobsTableRecovery?: boolean;
  /**
   * Accepted submissions per owner and window, up to 1,000,000, for admins and for virtual keys without rates of their
   * own; one per period (`1m`, `1h`, `1d`, `1w`, `1M`). `[]`: no limit.
   * @default [{ requests: 600, period: '1m' }]
   */
  readonly defaultRateLimits?: readonly RateLimit[];
  /**
   * Open jobs per owner, for admins and for virtual keys without a number of their own.
   * @default 100
   */
  readonly defaultMaxOpenJobs?: number;
  /**
   * US dollars that an image is assumed to cost at most, 0 to 1,000, by a model without a known price: it counts against
   * the budgets of virtual keys as long as the cost is unknown. `none`: keys with budgets can't use such models.
   * @default 'none'
   */
  readonly unknownPriceUsd?: number | 'none';
  /**
   * ARN of the SNS topic that alarms notify.
   * @default - none: alarms change their state without a notification
   */
  readonly alarmTopicArn?: string;
}

/** A stage with every default filled in and every rule checked. */
export interface StageConfig
  extends Required<Omit<StageSettings, 'providers' | 'tokens' | 'passThroughOwner' | 'alarmTopicArn'>> {
  /** Every provider of the stage, compatible servers among them. */
  readonly providers: ProviderEndpoints;
  readonly tokens: ResolvedTokens | undefined;
  readonly passThroughOwner: string | undefined;
  readonly alarmTopicArn: string | undefined;
}
