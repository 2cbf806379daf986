import type { FaultRule } from '../faults/fault-rule.ts';
import type { Random } from '../faults/seeded.ts';
import type { JobPlan } from '../job-plan.ts';
import { type Scenario, sharedSettings } from '../scenario.ts';

/** A job without any of chance's whims, that nobody asks for before the run is over. */
const plain = (token: string, changes: Partial<JobPlan> = {}): JobPlan => ({
  token,
  model: 'studio/dall-e-2',
  operation: 'generation',
  prompt: `${token} [plain]`,
  n: 1,
  size: '256x256',
  fallbacks: [],
  twins: 0,
  insists: false,
  raw: false,
  polls: false,
  synchronous: false,
  ...changes,
});

const always = (rules: readonly FaultRule[]) => () => rules;
const slowly = (seconds: number) => (_: Random, token: string) =>
  plain(token, { prompt: `${token} [plain] [slow:${seconds}]` });

/** A lease that outlasts every request here, so that only what a scenario does can take a job from its worker. */
const longLease = {
  ...sharedSettings,
  leaseSeconds: 12,
  heartbeatSeconds: 4,
  wakeAfterSeconds: 30,
  modelTimeoutSeconds: 20,
  processJobTimeoutSeconds: 30,
  deadlineSeconds: 90,
};

export const duplicates: Scenario = {
  name: 'duplicates',
  about:
    'Every message comes twice, at once or three seconds later, and nothing else goes wrong: nothing is done twice.',
  settings: longLease,
  sweepSeconds: 2,
  rules: always([
    { fault: 'twice', steps: 'SQS SendMessage$', chance: 0.5, seconds: 3 },
    { fault: 'twice', steps: 'SQS SendMessage$', chance: 1 },
  ]),
  jobs: 12,
  plan: (random, token) =>
    random() < 0.5
      ? plain(token, { model: 'bfl/flux-2-klein-4b', prompt: `${token} [plain] [slow:8]` })
      : slowly(2)(random, token),
  calm: true,
  emptiesQueue: true,
};

export const loneMessages: Scenario = {
  name: 'lone-messages',
  about:
    'Each wake-up meets a lease that its own sender has not given back yet: kept, it does its work a little later.',
  settings: longLease,
  sweepSeconds: 2,
  rules: always([{ fault: 'slow', steps: 'UpdateItem scheduleNextHop$', chance: 1, seconds: 3.5 }]),
  jobs: 6,
  plan: (_, token) => plain(token, { model: 'bfl/flux-2-klein-4b' }),
  calm: true,
  emptiesQueue: true,
};

export const lostMessages: Scenario = {
  name: 'lost-messages',
  about: 'Half of the messages are confirmed and lost, and nobody asks after the jobs.',
  settings: { ...sharedSettings, modelTimeoutSeconds: 6, processJobTimeoutSeconds: 8, deadlineSeconds: 24 },
  sweepSeconds: 1,
  rules: always([{ fault: 'lose', steps: '^(submit|process)-job SQS SendMessage$', chance: 0.5 }]),
  jobs: 10,
  plan: (random, token) => plain(token, random() < 0.3 ? { model: 'bfl/flux-2-klein-4b' } : {}),
};

export const killedWhileAsking: Scenario = {
  name: 'killed-while-asking',
  about: 'Workers die when the answer of the provider has begun: what was paid for is on record.',
  settings: { ...sharedSettings, deadlineSeconds: 40 },
  sweepSeconds: 1,
  rules: always([{ fault: 'kill_after', steps: '^process-job Provider request$', chance: 1, most: 6 }]),
  jobs: 6,
  plan: (_, token) => plain(token),
};

const neverAskedAgain: Scenario = {
  ...killedWhileAsking,
  name: 'never-asked-again',
  about: 'The same where the stage wants no further request after an outcome that nobody knows.',
  settings: { ...killedWhileAsking.settings, onUnknownOutcome: 'fail' },
};

export const killedBeforeTheEnd: Scenario = {
  name: 'killed-before-the-end',
  about: 'Workers die when all images are stored, and the job is about to say so: nothing is paid for twice.',
  settings: { ...sharedSettings, deadlineSeconds: 40 },
  sweepSeconds: 1,
  rules: always([{ fault: 'kill_before', steps: 'UpdateItem complete$', chance: 1, most: 6 }]),
  jobs: 6,
  plan: (_, token) => plain(token),
  paidOnce: true,
};

export const standstill: Scenario = {
  name: 'standstill',
  about:
    'Workers stand still for longer than their lease, about to record a request, and wake up beside their successors.',
  settings: { ...sharedSettings, modelTimeoutSeconds: 12, processJobTimeoutSeconds: 30, deadlineSeconds: 50 },
  sweepSeconds: 1,
  rules: always([{ fault: 'freeze', steps: 'UpdateItem startAttempt$', chance: 1, most: 4, seconds: 13 }]),
  jobs: 4,
  plan: slowly(8),
};

export const twins: Scenario = {
  name: 'twins',
  about: 'Two submissions under one key, of which one can not write its item: it takes back what is its own alone.',
  settings: { ...sharedSettings, deadlineSeconds: 25 },
  sweepSeconds: 2,
  rules: always([
    { fault: 'throttle', steps: '^submit-job DynamoDB PutItem$', chance: 0.5, everyTry: true, seconds: 0.5 },
    { fault: 'slow', steps: '^submit-job DynamoDB PutItem$', chance: 1, seconds: 0.4 },
    { fault: 'late', steps: '^submit-job SQS SendMessage$', chance: 1, seconds: 4 },
  ]),
  jobs: 16,
  plan: (_, token) => plain(token, { twins: 2 }),
};

const deadLettered: Scenario = {
  name: 'deadLettered',
  about:
    'No message of a submission arrives but on the dead-letter queue: its function wakes the job before any sweep.',
  settings: longLease,
  sweepSeconds: 2,
  rules: always([{ fault: 'lose', steps: '^submit-job SQS SendMessage$', chance: 1 }]),
  jobs: 6,
  plan: (_, token) => plain(token),
  calm: true,
  deadLettered: true,
  emptiesQueue: true,
};

export const standstillStoring: Scenario = {
  name: 'standstill-storing',
  about:
    'Workers stand still for longer than their lease, about to fetch the images of a ticket, and store them when others have completed the jobs.',
  settings: { ...sharedSettings, modelTimeoutSeconds: 12, processJobTimeoutSeconds: 30, deadlineSeconds: 50 },
  sweepSeconds: 1,
  rules: always([
    { fault: 'freeze', steps: '^process-job Provider fetch$', chance: 1, most: 4, seconds: 17 },
    // Time for the late worker to learn that its lease is gone while it uploads.
    { fault: 'slow', steps: '^process-job S3 PUT results$', chance: 1, seconds: 1.5 },
  ]),
  jobs: 4,
  plan: (_, token) => plain(token, { model: 'bfl/flux-2-klein-4b' }),
  paidOnce: true,
  lingerSeconds: 12,
};

export const directed: readonly Scenario[] = [
  duplicates,
  loneMessages,
  lostMessages,
  killedWhileAsking,
  neverAskedAgain,
  killedBeforeTheEnd,
  standstill,
  standstillStoring,
  twins,
  deadLettered,
];
