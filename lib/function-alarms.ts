import { Duration } from 'aws-cdk-lib';
import { type FunctionName, functionNames } from '../lambda/contract/environment.ts';
import { constructIdOf } from './construct-ids.ts';
import type { AlarmPlan } from './constructs/alarms.ts';
import type { GatewayFunction } from './constructs/gateway-function.ts';
import { isCalled } from './reserved-concurrency.ts';
import type { StageConfig } from './stage-settings.ts';

/** The impact of a function that fails or isn't started: who is affected, and how. */
const impacts: Readonly<Record<FunctionName, string>> = {
  'submit-job': 'Some or all clients can not submit jobs.',
  'run-synchronously':
    'Clients of the synchronous routes get no images. Accepted jobs continue: the sweep wakes them for the workers.',
  'get-job': 'Clients can not fetch their jobs. The jobs themselves continue.',
  'cancel-job': 'Clients can not cancel jobs, which continue and are charged.',
  'delete-job': 'Clients can not delete jobs, whose images stay until they expire.',
  'delete-answer': 'Clients can not delete known answers, which answer equal requests until they expire.',
  'get-image': 'Image links do not work. The images themselves are safe.',
  'process-job':
    'Jobs wait for a worker to start, or for the lease of a crashed worker to expire. After three crashes, or at their deadline, they fail.',
  'handle-dead-letter': 'Dead letters are not processed. Their jobs wait until the sweep wakes or fails them.',
  'sweep-jobs': 'Jobs past their deadline stay open, and jobs whose message was lost are not woken.',
  'list-models': 'Clients can not list models. Jobs are not affected.',
  'list-jobs': 'Callers can not list their jobs. Each job can still be fetched by its id.',
  'show-usage': 'Callers can not see their usage. Their limits and budgets hold.',
  'manage-files': 'Callers can not upload, list or delete files. Submissions that name files work.',
  'manage-keys': 'Admins can not create, block or rotate virtual keys. Existing keys keep working.',
  'serve-site': 'Health, the OpenAPI document, and the 404 and 405 answers fail.',
};

/**
 * Two alarms for each function that is called. One for all functions together would cost the same, since CloudWatch
 * charges for each metric of an alarm; it would not name the function, and could have ten metrics at most.
 */
export const functionAlarms = (
  functions: Readonly<Record<FunctionName, GatewayFunction>>,
  stage: Pick<StageConfig, 'synchronousSeconds'>,
): readonly AlarmPlan[] =>
  functionNames.filter((name) => isCalled(stage, name)).flatMap((name) => alarmsOf(name, functions[name]));

const eachMinute = { period: Duration.minutes(1), statistic: 'Sum' };

const alarmsOf = (name: FunctionName, { function: watched }: GatewayFunction): readonly AlarmPlan[] => [
  {
    id: `${constructIdOf(name)}Errors`,
    metric: watched.metricErrors(eachMinute),
    rings: { from: 1 },
    periods: 2,
    impact: `${name} crashes or runs out of time. ${impacts[name]}`,
    firstSteps:
      "Search the function's log for errors, and for report lines that name memory or a timeout. If there was a deployment just before, roll it back.",
  },
  {
    id: `${constructIdOf(name)}Throttles`,
    metric: watched.metricThrottles(eachMinute),
    rings: { from: 1 },
    periods: 3,
    impact: `Lambda refuses to start ${name}. ${impacts[name]}`,
    firstSteps:
      "Check whether the function has reached its own ceiling (reservedConcurrency). If not, compare the account's concurrent executions with its quota, and find the function that takes them. Ask for a higher quota, or lower maximumConcurrency, which bounds the workers.",
  },
];
