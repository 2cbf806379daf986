import { describe, expect, it } from 'vitest';
import { resolveStage } from '../../lib/stage-config.ts';
import type { StageSettings } from '../../lib/stage-settings.ts';
import { plainStage } from './synthesized-stage.ts';

const refusalOf = (settings: Partial<StageSettings>): string => {
  try {
    resolveStage({ ...plainStage, ...settings });
  } catch (error) {
    return String(error);
  }
  return 'no refusal';
};

describe(resolveStage, () => {
  it('fills in the documented defaults', () => {
    expect(resolveStage(plainStage)).toEqual({
      name: 'test',
      providers: { openai: { baseUrl: 'https://api.openai.com/v1' } },
      maximumConcurrency: 2,
      dataRetention: 'retain',
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
      slowModelSeconds: 20,
      slowConcurrency: 40,
      maxRunningJobsPerOwner: 'four_fifths',
      onUnknownOutcome: 'retry',
      onBacklog: 'refuse',
      fallBackOnRefusal: false,
      rateLimitPatienceSeconds: 20,
      onSlowTicket: 'wait',
      throttle: { ratePerSecond: 50, burst: 100 },
      waitSeconds: 25,
      maxWaitsPerOwner: 'one_third',
      synchronousSeconds: 270,
      maxSynchronousPerOwner: 'one_third',
      passThrough: 'none',
      passThroughOwner: undefined,
      synchronousMemoryMegabytes: 1024,
      accountConcurrency: 1000,
      reservedConcurrency: 'shares',
      deletionProtection: false,
      logRetentionDays: 30,
      gatewayLogRole: 'create',
      allowedOrigins: [],
      trustedInputHosts: [],
      inputAddresses: 'never',
      providerKeysPath: '/darkroom/test/providers',
      jobsTableRecovery: false,
      defaultRateLimits: [{ requests: 600, period: '1m' }],
      defaultMaxOpenJobs: 100,
      unknownPriceUsd: 'none',
      fileRetentionSeconds: 86_400,
      maxFilesPerOwner: 1000,
      maxFileBytesPerOwner: 10_000_000_000,
      alarmTopicArn: undefined,
    });
  });

  it('takes a stage in fast motion whose times keep their order', () => {
    const fast = {
      modelTimeoutSeconds: 4,
      processJobTimeoutSeconds: 5,
      heartbeatSeconds: 1,
      leaseSeconds: 3,
      wakeAfterSeconds: 2,
      deadlineSeconds: 10,
      synchronousSeconds: 2,
    };
    expect(resolveStage({ ...plainStage, ...fast, resultTtlSeconds: 1 })).toMatchObject(fast);
  });

  it('lets a provider be reached on this machine without encryption', () => {
    const providers = { openai: { baseUrl: 'http://127.0.0.1:4100/v1' } };
    expect(resolveStage({ ...plainStage, providers }).providers).toEqual(providers);
  });

  it.each<[setting: string, Partial<StageSettings>]>([
    ['maximumConcurrency', { maximumConcurrency: 1 }],
    ['maximumConcurrency', { maximumConcurrency: 2.5 }],
    ['leaseSeconds', { heartbeatSeconds: 49 }],
    ['heartbeatSeconds', { leaseSeconds: 112 }],
    ['processJobTimeoutSeconds', { processJobTimeoutSeconds: 374 }],
    ['modelTimeoutSeconds', { modelTimeoutSeconds: 337 }],
    ['processJobTimeoutSeconds', { processJobTimeoutSeconds: 901 }],
    ['deadlineSeconds', { deadlineSeconds: 539 }],
    ['wakeAfterSeconds', { wakeAfterSeconds: 1381 }],
    ['wakeAfterSeconds', { wakeAfterSeconds: 0 }],
    ['wakeAfterSeconds', { wakeAfterSeconds: 3601, deadlineSeconds: 172_800 }],
    ['deadlineSeconds', { deadlineSeconds: 172_801 }],
    ['resultTtlSeconds', { resultTtlSeconds: 2_592_001 }],
    ['resultTtlSeconds', { resultTtlSeconds: 0 }],
    ['jobsPerInvocation', { jobsPerInvocation: 11 }],
    ['rateLimitPatienceSeconds', { rateLimitPatienceSeconds: -1 }],
    ['rateLimitPatienceSeconds', { rateLimitPatienceSeconds: 0.5 }],
    ['processJobMemoryMegabytes', { processJobMemoryMegabytes: 64 }],
    ['throttle', { throttle: { ratePerSecond: 0, burst: 1 } }],
    ['throttle', { throttle: { ratePerSecond: 1, burst: 0 } }],
    ['maxRunningJobsPerOwner', { maxRunningJobsPerOwner: 0 }],
    ['maxRunningJobsPerOwner', { maxRunningJobsPerOwner: 1.5 }],
    ['slowConcurrency', { slowConcurrency: 1 }],
    ['slowModelSeconds', { slowModelSeconds: 0 }],
    ['waitSeconds', { waitSeconds: 26 }],
    ['waitSeconds', { waitSeconds: -1 }],
    ['synchronousSeconds', { synchronousSeconds: 271 }],
    ['synchronousSeconds', { synchronousSeconds: -1 }],
    ['synchronousSeconds', { modelTimeoutSeconds: 571, processJobTimeoutSeconds: 900, deadlineSeconds: 3600 }],
    ['synchronousSeconds', { deadlineSeconds: 749 }],
    ['synchronousMemoryMegabytes', { synchronousMemoryMegabytes: 64 }],
    ['maxSynchronousPerOwner', { maxSynchronousPerOwner: 0 }],
    ['maxSynchronousPerOwner', { maxSynchronousPerOwner: 1.5 }],
    ['maxSynchronousPerOwner', { maxSynchronousPerOwner: 201, accountConcurrency: 3000 }],
    ['maxSynchronousPerOwner', { maxSynchronousPerOwner: 81 }],
    ['maxWaitsPerOwner', { maxWaitsPerOwner: 0 }],
    ['maxWaitsPerOwner', { maxWaitsPerOwner: 1.5 }],
    ['maxWaitsPerOwner', { maxWaitsPerOwner: 201, accountConcurrency: 2000 }],
    ['maxWaitsPerOwner', { maxWaitsPerOwner: 121 }],
    ['accountConcurrency', { accountConcurrency: 9 }],
    ['defaultMaxOpenJobs', { defaultMaxOpenJobs: 0 }],
    ['defaultMaxOpenJobs', { defaultMaxOpenJobs: 1001 }],
    ['fileRetentionSeconds', { fileRetentionSeconds: 0 }],
    ['fileRetentionSeconds', { fileRetentionSeconds: 2_592_001 }],
    ['maxFilesPerOwner', { maxFilesPerOwner: 0 }],
    ['maxFilesPerOwner', { maxFilesPerOwner: 10_001 }],
    ['maxFileBytesPerOwner', { maxFileBytesPerOwner: 0.5 }],
    ['maxFileBytesPerOwner', { maxFileBytesPerOwner: 1_000_000_000_001 }],
    ['unknownPriceUsd', { unknownPriceUsd: -1 }],
    ['unknownPriceUsd', { unknownPriceUsd: Number.NaN }],
    ['defaultRateLimits', { defaultRateLimits: [{ requests: 0, period: '1m' }] }],
    ['defaultRateLimits', { defaultRateLimits: [{ requests: 1.5, period: '1m' }] }],
    ['defaultRateLimits', { defaultRateLimits: [{ requests: 1, period: '2m' as '1m' }] }],
    [
      'defaultRateLimits',
      {
        defaultRateLimits: [
          { requests: 1, period: '1h' },
          { requests: 2, period: '1h' },
        ],
      },
    ],
    ['deletionProtection', { deletionProtection: true, dataRetention: 'destroy' }],
    ['logRetentionDays', { logRetentionDays: 31 }],
    ['logRetentionDays', { logRetentionDays: 9999 }],
    ['name', { name: 'Main' }],
    ['name', { name: 'main-' }],
    ['providers', { providers: {} }],
    ['providers', { providers: { nobody: {} } as StageSettings['providers'] }],
    ['providers.openai.baseUrl', { providers: { openai: { baseUrl: 'http://proxy.example/v1' } } }],
    ['providers.openai.baseUrl', { providers: { openai: { baseUrl: 'https://proxy.example/v1/' } } }],
    ['providers.openai.baseUrl', { providers: { openai: { baseUrl: 'https://user:key@proxy.example' } } }],
    ['providers.openai.baseUrl', { providers: { openai: { baseUrl: 'proxy.example' } } }],
    ['providers.openai.requestsPerMinute', { providers: { openai: { requestsPerMinute: 0 } } }],
    ['providers.openai.requestsPerMinute', { providers: { openai: { requestsPerMinute: 1.5 } } }],
    ['providers.bfl.resultHosts', { providers: { bfl: { resultHosts: ['http://10.0.0.7:80'] } } }],
    ['providers.bfl.resultHosts', { providers: { bfl: { resultHosts: ['10.0.0.7'] } } }],
    ['trustedInputHosts: http://10.0.0.7:80', { trustedInputHosts: ['http://10.0.0.7:80'] }],
    ['trustedInputHosts: 10.0.0.7', { trustedInputHosts: ['10.0.0.7'] }],
    ['trustedInputHosts has 11', { trustedInputHosts: Array.from({ length: 11 }, (_, at) => `10.0.0.${at}:80`) }],
    ['providerKeysPath', { providerKeysPath: 'darkroom/keys' }],
    ['providerKeysPath', { providerKeysPath: '/darkroom/keys/' }],
    ['providerKeysPath', { providerKeysPath: '/aws/keys' }],
    ['alarmTopicArn', { alarmTopicArn: 'on-call@example.com' }],
  ])('refuses a %s that can not work: %o', (setting, settings) => {
    expect(refusalOf(settings)).toContain(setting);
  });

  it('lets a synchronous request take what Lambda allows, and its job a worker after it', () => {
    const longest = { modelTimeoutSeconds: 570, processJobTimeoutSeconds: 900, deadlineSeconds: 1020 };
    expect(resolveStage({ ...plainStage, ...longest })).toMatchObject(longest);
    expect(resolveStage({ ...plainStage, deadlineSeconds: 750 }).deadlineSeconds).toBe(750);
  });

  it('holds a stage without synchronous requests to none of their times, and says that there may be none', () => {
    const none = { synchronousSeconds: 0 };
    expect(resolveStage({ ...plainStage, ...none, deadlineSeconds: 540 })).toMatchObject(none);
    expect(refusalOf({ deadlineSeconds: 749 })).toContain('set it to 0, which turns the synchronous routes off');
  });

  it('passes on the hosts that results may come from', () => {
    const providers = { bfl: { resultHosts: ['10.0.0.7:8080'] } };
    expect(resolveStage({ ...plainStage, providers }).providers).toEqual({
      bfl: { baseUrl: 'https://api.bfl.ai/v1', resultHosts: ['10.0.0.7:8080'] },
    });
  });

  it('names every setting at fault at once', () => {
    expect(refusalOf({ maximumConcurrency: 0, leaseSeconds: 60 })).toMatch(/maximumConcurrency[\s\S]*leaseSeconds/);
  });

  it('takes the longest deadline that still fits the longest result into a retention class', () => {
    expect(resolveStage({ ...plainStage, deadlineSeconds: 172_800 }).deadlineSeconds).toBe(172_800);
  });
});
