import type { StageSettings } from '../../lib/stage-settings.ts';
import type { FaultRule } from './faults/fault-rule.ts';
import type { Random } from './faults/seeded.ts';
import type { JobPlan } from './job-plan.ts';

/** A stage, what befalls it, what its clients do, and what must be true afterwards. */
export interface Scenario {
  readonly name: string;
  /** A sentence on what it puts to the test. */
  readonly about: string;
  readonly settings: Partial<StageSettings> & Pick<StageSettings, 'deadlineSeconds'>;
  readonly sweepSeconds: number;
  readonly rules: (jobs: number) => readonly FaultRule[];
  readonly jobs: number;
  readonly plan: (random: Random, token: string) => JobPlan;
  /** Jobs under way at a time. @default all of them */
  readonly atATime?: number;
  /**
   * Every job completes by exactly as many provider requests as it needs, with no worker lost and no wake-up but its own.
   * For scenarios whose faults may cost time, and nothing else.
   */
  readonly calm?: boolean;
  /** Each job is paid for once, since its images were stored before its worker was lost. */
  readonly paidOnce?: boolean;
  /** Each job's wake-up is put on the dead-letter queue as soon as the job is accepted. */
  readonly deadLettered?: boolean;
  /** How long the run goes on when every job has ended, for what late workers may still do. @default 0 */
  readonly lingerSeconds?: number;
  /** Waits until the queue is empty, and not only for all jobs to have ended. */
  readonly emptiesQueue?: boolean;
}

/** What every scenario's stage has. */
export const sharedSettings = {
  leaseSeconds: 3,
  heartbeatSeconds: 1,
  wakeAfterSeconds: 2,
  modelTimeoutSeconds: 4,
  processJobTimeoutSeconds: 14,
  synchronousSeconds: 6,
  jobsPerInvocation: 1,
  maximumConcurrency: 8,
  throttle: { ratePerSecond: 10_000, burst: 10_000 },
  // Jobs take less than their models' typical times here, and more of them than could end in time are welcome.
  onBacklog: 'accept',
} as const satisfies Partial<StageSettings>;
