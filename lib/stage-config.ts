import type { BedrockRegion } from '../lambda/contract/bedrock-models.ts';
import type { CompatibleServer } from '../lambda/contract/compatible-server.ts';
import type { AzureDeployments, ProviderEndpoint, ProviderEndpoints } from '../lambda/contract/environment.ts';
import { factsOf, type ProviderName, providerNames } from '../lambda/contract/provider-names.ts';
import { brokenRules } from './stage-rules.ts';
import { vertexDefaults } from './vertex-rules.ts';

/** What a provider of the stage needs; everything has a default. */
export interface ProviderSettings {
  /**
   * The start of every request's address. Another one leads to a compatible server or a proxy.
   * @default - the provider's own public address
   */
  readonly baseUrl?: string;
  /**
   * Hosts, as `host:port`, from which results may be fetched although they are private or speak plain http.
   * @default [] - results are fetched by https from public addresses alone
   */
  readonly resultHosts?: readonly string[];
  /**
   * Requests a minute that the provider allows with one key, 1 to 6,000: no more are made, and jobs wait their turn.
   * @default - learned from the provider's refusals (429)
   */
  readonly requestsPerMinute?: number;
}

/** What Azure needs: there is no address that all have, and a model is asked for by the name of its deployment. */
export interface AzureSettings extends ProviderSettings {
  /** The resource's own address and `/openai`, such as `https://my-resource.openai.azure.com/openai`. */
  readonly baseUrl: string;
  /**
   * The model behind each deployment, such as `{ 'my-image-deployment': 'gpt-image-2' }`; at least one. Callers ask for
   * `azure/my-image-deployment`.
   */
  readonly deployments: AzureDeployments;
}

/** What Vertex AI needs: models are asked in a project of Google Cloud, which pays. */
export interface VertexSettings extends ProviderSettings {
  /**
   * The start of every request's address, before `/projects/…`.
   * @default - that of the location, such as `https://aiplatform.googleapis.com/v1`
   */
  readonly baseUrl?: string;
  /** The project's id or number. The Vertex AI API must be enabled in it. */
  readonly project: string;
  /**
   * Where the models are asked: `global`, `us`, `eu` or a region such as `europe-west4`. The image models are in `global`;
   * which others have them, Google's pages of the models say.
   * @default 'global'
   */
  readonly location?: string;
}

/** What Bedrock needs: no key, for the worker's role is what it is asked by, but a region. */
export interface BedrockSettings extends ProviderSettings {
  /**
   * Where its models are asked, which sees prompts and images: the stack's own region need not have them. All of them are
   * in `us-west-2`; the other regions have the services that inpaint, outpaint and remove backgrounds.
   */
  readonly region: BedrockRegion;
}

/** The settings of those providers that need more than others. */
interface SpecialSettings {
  readonly azure: AzureSettings;
  readonly vertex: VertexSettings;
  readonly bedrock: BedrockSettings;
}

/** The settings of each provider, by its name. */
export type ProviderSettingsByName = {
  readonly [Name in ProviderName]?: Name extends keyof SpecialSettings ? SpecialSettings[Name] : ProviderSettings;
};

/** How many requests the API takes before it answers 429. */
export interface ThrottleSettings {
  /** Requests a second over a longer time. */
  readonly ratePerSecond: number;
  /** Requests that may come at once above that rate. */
  readonly burst: number;
}

/**
 * All that can be set for a stage. What would cost money or data if it were guessed wrong has no default. Whole numbers
 * throughout; `resolveStage` says which combinations can't work.
 */
export interface StageSettings {
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
  /** Batches of jobs that may be worked on at a time, 2 to 1,000. Times `jobsPerInvocation`, it bounds what providers are asked at once. */
  readonly maximumConcurrency: number;
  /** Whether tables, bucket and logs outlive the stack. With `destroy` the bucket must be emptied before the stack can go. */
  readonly dataRetention: 'retain' | 'destroy';
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
   * again. It is looked for each minute; a job that stays due is sent again after twice the time, and twice that.
   * @default 120
   */
  readonly wakeAfterSeconds?: number;
  /**
   * The longest that any provider request may take, in seconds. A model's own row may ask for less, never for more.
   * @default 300
   */
  readonly modelTimeoutSeconds?: number;
  /**
   * Seconds a worker's invocation may take, at most 900. The queue hides a message for six times as long.
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
   * After a provider request whose outcome can't be known: one more request (which may pay twice), or none.
   * @default 'retry'
   */
  readonly onUnknownOutcome?: 'retry' | 'fail';
  /**
   * Whether a job that one provider's moderation refused is offered to its fallbacks.
   * @default false
   */
  readonly fallBackOnRefusal?: boolean;
  /**
   * Where a provider takes no more requests for now: the job waits for its turn while its deadline holds, or goes to its
   * fallback at once if it has one at another provider.
   * @default 'wait'
   */
  readonly onRateLimit?: 'wait' | 'fall_back';
  /**
   * Requests the API takes, from all callers together.
   * @default { ratePerSecond: 50, burst: 100 }
   */
  readonly throttle?: ThrottleSettings;
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
   * Whether the jobs table can be restored to any second of the last 35 days. Jobs live hours, so it is seldom worth its price.
   * @default false
   */
  readonly jobsTableRecovery?: boolean;
  /**
   * ARN of the SNS topic that alarms notify.
   * @default - alarms change their state and notify nobody
   */
  readonly alarmTopicArn?: string;
}

/** A stage with every default filled in and every rule checked. */
export interface StageConfig extends Required<Omit<StageSettings, 'providers' | 'alarmTopicArn'>> {
  /** Every provider of the stage, compatible servers among them. */
  readonly providers: ProviderEndpoints;
  readonly alarmTopicArn: string | undefined;
}

const defaults = {
  compatibleServers: {},
  deadlineSeconds: 1800,
  resultTtlSeconds: 3600,
  leaseSeconds: 120,
  heartbeatSeconds: 45,
  wakeAfterSeconds: 120,
  modelTimeoutSeconds: 300,
  processJobTimeoutSeconds: 420,
  processJobMemoryMegabytes: 1024,
  jobsPerInvocation: 4,
  onUnknownOutcome: 'retry',
  fallBackOnRefusal: false,
  onRateLimit: 'wait',
  throttle: { ratePerSecond: 50, burst: 100 },
  logRetentionDays: 30,
  gatewayLogRole: 'create',
  jobsTableRecovery: false,
} as const satisfies Partial<StageSettings>;

/** Fills in the defaults. Throws one error that names every setting at fault, in a plain sentence each. */
export function resolveStage(settings: StageSettings): StageConfig {
  const config: StageConfig = {
    ...defaults,
    providerKeysPath: `/darkroom/${settings.name}/providers`,
    alarmTopicArn: undefined,
    ...settings,
    // A server can't take the place of a provider: the rules refuse its name.
    providers: { ...endpointsOf(settings.providers), ...settings.compatibleServers },
  };
  const broken = brokenRules(config);
  if (broken.length > 0) {
    throw new Error(
      `The settings of stage "${settings.name}" can't work:\n${broken.map((why) => `- ${why}`).join('\n')}`,
    );
  }
  return config;
}

function endpointsOf(providers: StageSettings['providers']): ProviderEndpoints {
  const unknown = Object.keys(providers).filter((name) => !providerNames.some((known) => known === name));
  if (unknown.length > 0) {
    throw new Error(`providers names ${unknown.join(', ')}; the gateway knows ${providerNames.join(', ')}.`);
  }
  const endpoints: Partial<Record<ProviderName, ProviderEndpoint>> = {};
  for (const name of providerNames) {
    const provider = providers[name];
    if (provider === undefined) continue;
    // Settings that no compiler has seen may lack an address where there is no default, or a region: the rules then say so.
    const common = { baseUrl: publicAddress(name, provider) };
    endpoints[name] = { ...common, ...(name === 'vertex' ? vertexDefaults(providers.vertex) : {}), ...provider };
  }
  return endpoints;
}

function publicAddress(name: ProviderName, settings: object): string {
  const region = 'region' in settings ? String(settings.region) : undefined;
  const { baseUrl = '' } = factsOf(name);
  return region === undefined ? baseUrl : baseUrl.replace('{region}', region);
}
