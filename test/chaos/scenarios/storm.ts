import type { FaultRule } from '../faults/fault-rule.ts';
import { planJob } from '../job-plan.ts';
import { type Scenario, sharedSettings } from '../scenario.ts';

/** How often each kind of step is to be struck by each kind of kill, for a run of so many jobs: a crash costs a cold start. */
const killsPerStep = (jobs: number): number => Math.min(50, Math.ceil(jobs / 50));

const stores = ' (DynamoDB|S3|SQS|SSM|Secrets) ';
const kills = ['kill_before', 'kill_after'] as const;

/**
 * Workers die at every step, and so do the functions of synchronous requests; the other functions too, a little less often. Stores refuse and dawdle, answers get lost,
 * messages come twice and late, and threads stand still for longer than a lease.
 */
const rules = (jobs: number): readonly FaultRule[] => [
  ...kills.flatMap((fault) => [
    { fault, steps: '^(process-job|run-synchronously) ', chance: 0.12, perStep: killsPerStep(jobs) },
    { fault, steps: '^(submit|get|cancel|delete|sweep|deadLetter)-', chance: 0.05, perStep: killsPerStep(jobs) / 4 },
  ]),
  { fault: 'throttle', steps: stores, chance: 0.02 },
  { fault: 'throttle', steps: stores, chance: 0.001, everyTry: true },
  { fault: 'cut', steps: ' Provider ', chance: 0.02 },
  { fault: 'cut', steps: '^(process-job|run-synchronously) ', chance: 0.005 },
  { fault: 'slow', steps: '.', chance: 0.02, seconds: 0.5 },
  { fault: 'freeze', steps: '^(process-job|run-synchronously) ', chance: 0.002, seconds: 9.5 },
  { fault: 'late', steps: 'SQS SendMessage$', chance: 0.01, seconds: 5 },
  { fault: 'twice', steps: 'SQS SendMessage$', chance: 0.19 },
  { fault: 'twice', steps: 'SQS SendMessage$', chance: 0.01, seconds: 20 },
  { fault: 'lose', steps: 'SQS SendMessage$', chance: 0.005 },
];

export const storm: Scenario = {
  name: 'storm',
  about: 'Everything at once.',
  settings: {
    ...sharedSettings,
    deadlineSeconds: 90,
    jobsPerInvocation: 2,
    maximumConcurrency: 12,
    wakeAfterSeconds: 8,
    // Less than some jobs take: those are answered, and go on.
    synchronousSeconds: 3,
  },
  sweepSeconds: 2,
  rules,
  jobs: 60,
  plan: planJob,
  atATime: 80,
  lingerSeconds: 10,
  emptiesQueue: true,
};
