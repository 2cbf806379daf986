import type { CompatibleServer } from '../lambda/contract/compatible-server.ts';
import type { ProviderEndpoints } from '../lambda/contract/provider-endpoints.ts';
import type { RateLimit } from '../lambda/domain/keys/key-limits.ts';
import type { HeldAnswerSettings } from './held-answer-settings.ts';
import type { ProviderSettingsByName } from './provider-settings.ts';
import type { Reservations } from './reservations.ts';
import type { ResolvedTokens, StageTokens } from './token-settings.ts';

/** How many requests each method of the API takes before it answers 429. */
export interface ThrottleSettings {
  /** Requests a second over a longer time; below 1 is possible. */
  readonly ratePerSecond: number;
  /** Requests that may come at once above that rate. */
  readonly burst: number;
}

/**
 * All that can be set for a stage. What would cost money or data if it were guessed wrong has no default. Whole numbers
 * throughout; `resolveStage` says which combinations can't work.
 */
export interface StageSettings extends HeldAnswerSettings {
  /** The stage's name: lower-case letters, digits and hyphens, at most 30. Part of the stack's name and of the API's address. */
  readonly name: string;
  /**
   * The providers that jobs may use. Each but `bedrock` needs its key in the parameter store before its first job: see
   * `providerKeysPath`.
   */
  readonly providers: ProviderSettingsByName;
  /**
   * Servers that speak OpenAI's images API, each under a name of the stage's own: callers ask for `name/model`. Each needs
   * its key in the parameter store as the providers do, and counts as one of them.
   * @default {}
   */
  readonly compatibleServers?: Readonly<Record<string, CompatibleServer>>;
  /**
   * Batches of jobs that may be worked on at a time, 2 to 1,000. Times `jobsPerInvocation`, and with `slowConcurrency`, it
   * bounds what providers are asked at once.
   */
  readonly maximumConcurrency: number;
  /** Whether tables, bucket and logs outlive the stack. With `destroy` the bucket must be emptied before the stack can go. */
  readonly dataRetention: 'retain' | 'destroy';
  /**
   * Whether the stack, and the tables of jobs and keys, are protected against deletion. Only for a stack that stands: what
   * is protected can't be rolled back where its first deployment fails, nor deployed again.
   * @default false
   */
  readonly deletionProtection?: boolean;
  /**
   * Seconds from a submission to the time by which its job must have ended.
   * @default 1800
   */
  readonly deadlineSeconds?: number;
  /**
   * Seconds a result lives after its job's end, where neither the request nor its key says otherwise.
   * @default 3600
   */
  readonly resultTtlSeconds?: number;
  /**
   * Seconds for which a worker claims a job at a time. A crashed worker's job waits this long for the next one.
   * @default 120
   */
  readonly leaseSeconds?: number;
  /**
   * Seconds between two renewals of a lease.
   * @default 45
   */
  readonly heartbeatSeconds?: number;
  /**
   * Seconds for which an open job may have been due, with nobody at it, before its wake-up is taken for lost and sent
   * again. It is looked for each minute; a job that stays due is sent again after twice the time, and twice that. A job that
   * was never claimed has a third of its time instead while as many wake-ups wait in the queue.
   * @default 120
   */
  readonly wakeAfterSeconds?: number;
  /**
   * The longest that any provider request may take, in seconds. A model's own row may ask for less, never for more.
   * @default 300
   */
  readonly modelTimeoutSeconds?: number;
  /**
   * Seconds a worker's invocation may take, at most 900. The queue hides a message for 30 seconds more.
   * @default 420
   */
  readonly processJobTimeoutSeconds?: number;
  /**
   * Memory of a worker in MB, 128 to 10,240; its share of a processor grows with it.
   * @default 1024
   */
  readonly processJobMemoryMegabytes?: number;
  /**
   * Jobs that one worker invocation takes on side by side, 1 to 10. They share its memory.
   * @default 4
   */
  readonly jobsPerInvocation?: number;
  /**
   * Typical seconds, 1 to 900, from which on a model is slow: its jobs have an invocation each, so that no batch waits for
   * them. What is polled behind a ticket keeps no worker waiting, and is never slow.
   * @default 20
   */
  readonly slowModelSeconds?: number;
  /**
   * Jobs of slow models that may be worked on at a time, 2 to 1,000.
   * @default 40
   */
  readonly slowConcurrency?: number;
  /**
   * Jobs of one owner that are worked on at a time, 1 to 10,000, of slow models and of others each: so many, or four fifths
   * of what the stage can work on, so that another owner always finds room.
   * @default 'four_fifths'
   */
  readonly maxRunningJobsPerOwner?: 'four_fifths' | number;
  /**
   * After a provider request whose outcome can't be known: one more request (which may pay twice), or none.
   * @default 'retry'
   */
  readonly onUnknownOutcome?: 'retry' | 'fail';
  /**
   * What becomes of a submission where so many jobs wait in the queue that this one could not end by its deadline, reckoned
   * with all workers at work and the models' typical times: a 503 with `Retry-After`, or a job that most likely fails.
   * @default 'refuse'
   */
  readonly onBacklog?: 'refuse' | 'accept';
  /**
   * Whether a job that one provider's moderation refused is offered to its fallbacks.
   * @default false
   */
  readonly fallBackOnRefusal?: boolean;
  /**
   * Where a provider takes no more requests for now: seconds that a job with a fallback at another provider waits for a
   * turn, in all, from its first refusal, before it asks the fallback. 0 asks at once; a job without such a fallback
   * waits while its deadline holds.
   * @default 20
   */
  readonly rateLimitPatienceSeconds?: number;
  /**
   * Where work behind a provider's ticket has taken three times as long as usual, and longer than the model's timeout: the
   * job waits for it until its deadline, or has it called off and goes to its fallback, if there is one with time for it.
   * Work that the provider doesn't say it has stopped counts as an outcome that can't be known, so that `fall_back` needs
   * `onUnknownOutcome: 'retry'`.
   * @default 'wait'
   */
  readonly onSlowTicket?: 'wait' | 'fall_back';
  /**
   * Requests that each method of each path takes, from all callers together. API Gateway counts each method by itself, so
   * that image links or the health route use up nothing of what submissions have; and it counts roughly.
   * @default { ratePerSecond: 50, burst: 100 }
   */
  readonly throttle?: ThrottleSettings;
  /**
   * Lambda's concurrent executions that the account allows in its region, 10 to 100,000; what other stacks take of them is
   * to be left out. `aws lambda get-account-settings` tells. The other settings are held against it.
   * @default 1000
   */
  readonly accountConcurrency?: number;
  /**
   * Concurrent executions set aside for each function, which are its ceiling too. `'shares'`: the functions behind the API
   * get fixed shares of `accountConcurrency`, 54 % in all, or 44 % without synchronous routes; those that work on jobs get what
   * they can use. `'none'`: nothing is set aside, which is all that an account of 100 or less allows; `waitSeconds` and
   * `synchronousSeconds` must then be 0, or the throttle very low. Numbers by function: those, and nothing for the others.
   * @default 'shares'
   */
  readonly reservedConcurrency?: 'shares' | 'none' | Reservations;
  /**
   * Days that logs are kept; one of the numbers that CloudWatch offers.
   * @default 30
   */
  readonly logRetentionDays?: number;
  /**
   * API Gateway writes logs by one role for the whole account and region. `create` makes it and sets it; `existing`
   * leaves the account alone, for a second stage or an account that has one.
   * @default 'create'
   */
  readonly gatewayLogRole?: 'create' | 'existing';
  /**
   * Path in the parameter store below which each provider's key is a SecureString, such as `/darkroom/main/providers/openai`.
   * @default - `/darkroom/{name}/providers`
   */
  readonly providerKeysPath?: string;
  /**
   * The JSON Web Tokens that callers may send in the place of a virtual key, and admins have to.
   * @default - none: the stage takes virtual keys alone
   */
  readonly tokens?: StageTokens;
  /**
   * Origins whose scripts may call the stage from a browser, 20 at most: `https://host`, with a port where it isn't 443, and for
   * development `http://localhost` or `http://127.0.0.1`, with a port or `:*` for any. A script needs a credential as anybody else does.
   * @default [] no script of another origin may read an answer
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * Whether the tables of jobs and of usage can be restored to any second of the last 35 days. Jobs live hours, so it is seldom
   * worth its price.
   * @default false
   */
  readonly jobsTableRecovery?: boolean;
  /**
   * Submissions that each owner may have accepted in a window, 1 to 1,000,000, for a virtual key that has no rates of its own,
   * and for admins; at most one for each period. None: no limit but the others.
   * @default [{ requests: 600, period: '1m' }]
   */
  readonly defaultRateLimits?: readonly RateLimit[];
  /**
   * Jobs that each owner may have open at a time, 1 to 1,000, likewise.
   * @default 100
   */
  readonly defaultMaxOpenJobs?: number;
  /**
   * ARN of the SNS topic that alarms notify.
   * @default - alarms change their state and notify nobody
   */
  readonly alarmTopicArn?: string;
}

/** A stage with every default filled in and every rule checked. */
export interface StageConfig extends Required<Omit<StageSettings, 'providers' | 'tokens' | 'alarmTopicArn'>> {
  /** Every provider of the stage, compatible servers among them. */
  readonly providers: ProviderEndpoints;
  readonly tokens: ResolvedTokens | undefined;
  readonly alarmTopicArn: string | undefined;
}
