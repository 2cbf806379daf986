import { limits } from '../lambda/contract/limits.ts';
import type { StageSettings } from './stage-config.ts';

/** What holds where a stage doesn't say otherwise. The meaning of each is written at `StageSettings`. */
export const stageDefaults = {
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
  waitSeconds: limits.waitSeconds,
  maxWaitsPerOwner: 'one_third',
  accountConcurrency: 1000,
  reservedConcurrency: 'shares',
  logRetentionDays: 30,
  gatewayLogRole: 'create',
  jobsTableRecovery: false,
  deletionProtection: false,
} as const satisfies Partial<StageSettings>;
