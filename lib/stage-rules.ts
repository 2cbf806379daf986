import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { bedrockRegions } from '../lambda/contract/bedrock-models.ts';
import { limits } from '../lambda/contract/limits.ts';
import { azureModels, type ProviderEndpoint } from '../lambda/contract/provider-endpoints.ts';
import { isProviderName } from '../lambda/contract/provider-names.ts';
import { maxRetentionSeconds } from '../lambda/domain/jobs/retention.ts';
import { lambdaLimits } from '../lambda/domain/service-limits.ts';
import { brokenRate, brokenServers } from './compatible-server-rules.ts';
import { brokenConcurrency } from './concurrency-rules.ts';
import { brokenOrigins } from './origin-rules.ts';
import { brokenPassThrough } from './pass-through.ts';
import { brokenRateLimits } from './rate-limit-rules.ts';
import type { StageConfig } from './stage-settings.ts';
import { brokenSynchronous } from './synchronous-rules.ts';
import { brokenTokens } from './token-rules.ts';
import { brokenHosts, brokenInputHosts } from './trusted-host-rules.ts';
import { brokenProject } from './vertex-rules.ts';
import { brokenWaits, maxCountedWaits } from './waits-per-owner.ts';

/** A promise that a stage's settings must keep, and the sentence for one that breaks it. */
interface StageRule {
  readonly holds: (stage: StageConfig) => boolean;
  readonly otherwise: (stage: StageConfig) => string;
}

/** The most one result's life and one job's deadline may add up to is what the longest retention class holds. */
export const maxDeadlineSeconds = maxRetentionSeconds - limits.resultTtlSeconds;

const mappingConcurrency = [lambdaLimits.minMappingConcurrency, lambdaLimits.maxMappingConcurrency] as const;
const memoryMegabytes = [lambdaLimits.minMemoryMegabytes, lambdaLimits.maxMemoryMegabytes] as const;

/** The least and the greatest value of each setting that is a whole number. */
export const settingRanges = {
  maximumConcurrency: mappingConcurrency,
  deadlineSeconds: [1, maxDeadlineSeconds],
  resultTtlSeconds: [1, limits.resultTtlSeconds],
  leaseSeconds: [1, 900],
  heartbeatSeconds: [1, 900],
  wakeAfterSeconds: [1, 3600],
  modelTimeoutSeconds: [1, lambdaLimits.invocationSeconds],
  rateLimitPatienceSeconds: [0, maxDeadlineSeconds],
  processJobTimeoutSeconds: [1, lambdaLimits.invocationSeconds],
  processJobMemoryMegabytes: memoryMegabytes,
  jobsPerInvocation: [1, lambdaLimits.batchMessages],
  slowConcurrency: mappingConcurrency,
  slowModelSeconds: [1, lambdaLimits.invocationSeconds],
  waitSeconds: [0, limits.waitSeconds],
  synchronousSeconds: [0, limits.synchronousSeconds],
  synchronousMemoryMegabytes: memoryMegabytes,
  accountConcurrency: [10, 100_000],
  defaultMaxOpenJobs: [1, limits.openJobs],
  fileRetentionSeconds: [1, limits.fileRetentionSeconds],
  maxFilesPerOwner: [1, limits.filesOfOwner],
  maxFileBytesPerOwner: [1, limits.fileBytesOfOwner],
} as const satisfies Partial<Record<keyof StageConfig, readonly [number, number]>>;

const rangeRules: readonly StageRule[] = Object.entries(settingRanges).map(([name, [min, max]]) => {
  const settingOf = (stage: StageConfig) => stage[name as keyof typeof settingRanges];
  return {
    holds: (stage) => Number.isInteger(settingOf(stage)) && settingOf(stage) >= min && settingOf(stage) <= max,
    otherwise: (stage) => `${name} must be a whole number from ${min} to ${max}, not ${settingOf(stage)}.`,
  };
});

/**
 * How the times nest. They are proportions, not margins, so that a stage in fast motion keeps the same order.
 */
const timeRules: readonly StageRule[] = [
  {
    holds: (stage) => stage.leaseSeconds >= 2.5 * stage.heartbeatSeconds,
    otherwise: (stage) =>
      `leaseSeconds (${stage.leaseSeconds}) must be at least two and a half times heartbeatSeconds (${stage.heartbeatSeconds}): a lease must outlast one lost renewal and leave time to abort the request.`,
  },
  {
    holds: (stage) => stage.processJobTimeoutSeconds >= 1.25 * stage.modelTimeoutSeconds,
    otherwise: (stage) =>
      `processJobTimeoutSeconds (${stage.processJobTimeoutSeconds}) must be at least one and a quarter times modelTimeoutSeconds (${stage.modelTimeoutSeconds}): besides the request, a worker needs time to store its images and record the outcome.`,
  },
  {
    holds: (stage) => stage.deadlineSeconds >= stage.processJobTimeoutSeconds + stage.leaseSeconds,
    otherwise: (stage) =>
      `deadlineSeconds (${stage.deadlineSeconds}) must be at least processJobTimeoutSeconds plus leaseSeconds (${stage.processJobTimeoutSeconds} + ${stage.leaseSeconds}): a job whose worker was lost needs time for another worker.`,
  },
  {
    holds: (stage) => stage.deadlineSeconds >= stage.wakeAfterSeconds + stage.processJobTimeoutSeconds,
    otherwise: (stage) =>
      `deadlineSeconds (${stage.deadlineSeconds}) must be at least wakeAfterSeconds plus processJobTimeoutSeconds (${stage.wakeAfterSeconds} + ${stage.processJobTimeoutSeconds}): a job whose wake-up was lost needs time for a worker.`,
  },
];

const formRules: readonly StageRule[] = [
  {
    holds: (stage) => /^[a-z][a-z0-9-]{0,29}$/.test(stage.name) && !stage.name.endsWith('-'),
    otherwise: () =>
      'name must be 1 to 30 lower-case letters, digits and hyphens, start with a letter and not end in a hyphen.',
  },
  {
    holds: (stage) => Object.keys(stage.providers).length > 0,
    otherwise: () => 'providers and compatibleServers are empty: a stage needs at least one provider.',
  },
  {
    holds: (stage) =>
      /^(\/[A-Za-z0-9_.-]+)+$/.test(stage.providerKeysPath) && !/^\/(aws|ssm)/i.test(stage.providerKeysPath),
    otherwise: (stage) =>
      `providerKeysPath (${stage.providerKeysPath}) must start with a slash, not end in one, and not begin with /aws or /ssm, which AWS reserves.`,
  },
  {
    holds: ({ throttle }) => throttle.ratePerSecond > 0 && Number.isInteger(throttle.burst) && throttle.burst >= 1,
    otherwise: () =>
      'throttle needs a ratePerSecond above 0 and a burst of at least 1: anything less refuses every request.',
  },
  {
    holds: (stage) => !stage.deletionProtection || stage.dataRetention === 'retain',
    otherwise: () =>
      "deletionProtection requires dataRetention 'retain': a stage with 'destroy' is meant to be deleted.",
  },
  {
    holds: ({ maxRunningJobsPerOwner: most }) =>
      most === 'four_fifths' || (Number.isInteger(most) && most >= 1 && most <= 10_000),
    otherwise: () => "maxRunningJobsPerOwner must be 'four_fifths' or a whole number from 1 to 10000.",
  },
  {
    holds: ({ maxWaitsPerOwner: max }) => isCount(max),
    otherwise: () => `maxWaitsPerOwner must be 'one_third' or a whole number from 1 to ${maxCountedWaits}.`,
  },
  {
    holds: ({ maxSynchronousPerOwner: max }) => isCount(max),
    otherwise: () => `maxSynchronousPerOwner must be 'one_third' or a whole number from 1 to ${maxCountedWaits}.`,
  },
  {
    holds: ({ unknownPriceUsd: usd }) => usd === 'none' || (usd >= 0 && usd <= limits.assumedUsd),
    otherwise: ({ unknownPriceUsd: usd }) =>
      `unknownPriceUsd must be 'none' or a number from 0 to ${limits.assumedUsd}, not ${usd}.`,
  },
  {
    holds: (stage) => keptDays.includes(stage.logRetentionDays),
    otherwise: (stage) => `logRetentionDays must be one of ${keptDays.join(', ')}, not ${stage.logRetentionDays}.`,
  },
  {
    holds: ({ alarmTopicArn }) =>
      alarmTopicArn === undefined || /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w.-]+$/.test(alarmTopicArn),
    otherwise: () => 'alarmTopicArn must be the ARN of an SNS topic.',
  },
];

/** How many answers of one owner may be held back at a time. */
const isCount = (max: 'one_third' | number): boolean =>
  max === 'one_third' || (Number.isInteger(max) && max >= 1 && max <= maxCountedWaits);

const keptDays = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
) as readonly number[];

/** A sentence for each rule that a stage breaks; none where it can work. */
export function brokenRules(stage: StageConfig): readonly string[] {
  const rules = [...formRules, ...rangeRules, ...timeRules];
  const broken = rules.filter((rule) => !rule.holds(stage)).map((rule) => rule.otherwise(stage));
  const own = Object.entries(stage.providers).filter(([name]) => isProviderName(name));
  const addresses = own.flatMap(([name, { baseUrl }]) => brokenAddress(name, baseUrl));
  const hosts = own.flatMap(([name, { resultHosts = [] }]) =>
    brokenHosts(`providers.${name}.resultHosts`, resultHosts),
  );
  const deployments = own.flatMap(([name, endpoint]) => brokenDeployments(name, endpoint));
  const projects = own.flatMap(([name, endpoint]) => brokenProject(name, endpoint));
  const regions = own.flatMap(([name, endpoint]) => brokenRegion(name, endpoint));
  const rates = own.flatMap(([name, { requestsPerMinute }]) => brokenRate(`providers.${name}`, requestsPerMinute));
  const servers = brokenServers(stage.compatibleServers);
  const concurrency = brokenConcurrency(stage);
  const waits = concurrency.length === 0 ? brokenWaits(stage) : [];
  const rateLimits = brokenRateLimits(stage.defaultRateLimits);
  return [
    ...broken,
    ...brokenSynchronous(stage),
    ...brokenPassThrough(stage),
    ...concurrency,
    ...waits,
    ...rateLimits,
    ...addresses,
    ...hosts,
    ...deployments,
    ...projects,
    ...regions,
    ...rates,
    ...servers,
    ...brokenTokens(stage.tokens),
    ...brokenOrigins(stage.allowedOrigins),
    ...brokenInputHosts(stage.trustedInputHosts),
  ];
}

/** Deployments are Azure's, which has no models without them. A name goes into the address of requests. */
function brokenDeployments(provider: string, { deployments }: ProviderEndpoint): readonly string[] {
  const path = `providers.${provider}.deployments`;
  if (provider !== 'azure') return deployments === undefined ? [] : [`${path} is a setting of azure only.`];
  const entries = Object.entries(deployments ?? {});
  if (entries.length === 0)
    return [`${path} is empty: name a deployment, such as { 'my-image-deployment': '${azureModels[0]}' }.`];
  return entries.flatMap(([name, model]) => [
    ...(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)
      ? []
      : [`${path}: ${name} is not a valid deployment name: 1 to 64 letters, digits, dots, hyphens and underscores.`]),
    ...(azureModels.includes(model) ? [] : [`${path}.${name} must be one of ${azureModels.join(', ')}, not ${model}.`]),
  ]);
}

/** Without a region nothing can be signed, and in another one there are none of the models. */
function brokenRegion(provider: string, { region }: ProviderEndpoint): readonly string[] {
  const path = `providers.${provider}.region`;
  if (provider !== 'bedrock') return region === undefined ? [] : [`${path} is a setting of bedrock only.`];
  if (region !== undefined && bedrockRegions.includes(region)) return [];
  return [`${path} must be one of ${bedrockRegions.join(', ')}, not ${region}.`];
}

/** A provider's key goes to its address, so plain http is for this machine alone. */
function brokenAddress(provider: string, baseUrl: string): readonly string[] {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isPrivate = url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === '127.0.0.1');
  const isBare =
    url !== undefined && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (isPrivate && isBare && !baseUrl.endsWith('/')) return [];
  return [
    `providers.${provider}.baseUrl (${baseUrl}) must be an https URL (http only on 127.0.0.1), without credentials, query or trailing slash.`,
  ];
}
