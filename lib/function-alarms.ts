import { Duration } from 'aws-cdk-lib';
import { type FunctionName, functionNames } from '../lambda/contract/environment.ts';
import { constructIdOf } from './construct-ids.ts';
import type { AlarmPlan } from './constructs/alarms.ts';
import type { GatewayFunction } from './constructs/gateway-function.ts';
import { isCalled } from './reserved-concurrency.ts';
import type { StageConfig } from './stage-settings.ts';

/** Who suffers, and how, where a function fails or isn't started. */
const impacts: Readonly<Record<FunctionName, string>> = {
  'submit-job': 'Clients can not submit jobs, or only some of them.',
  'run-synchronously':
    'Clients of the synchronous routes get no images. Jobs that were accepted go on: the sweep wakes them for the workers.',
  'get-job': 'Clients can not fetch their jobs. The jobs themselves go on.',
  'cancel-job': 'Clients can not cancel jobs, which go on and are paid for.',
  'delete-job': 'Clients can not delete jobs, whose images stay until they expire.',
  'get-image': 'The links of results lead nowhere. The images themselves are safe.',
  'process-job':
    "Jobs wait: for a worker to start, or for a crashed worker's lease to end. After three crashes, or at their deadline, they fail.",
  'handle-dead-letter': 'Dead letters are not dealt with. Their jobs wait for the sweep to wake or to fail them.',
  'sweep-jobs': 'Jobs that are past their deadline stay open, and jobs whose message was lost are not woken.',
  'list-models': 'Clients can not see which models there are. Jobs are not affected.',
  'manage-keys': 'Admins can not make, block or rotate virtual keys. Those that there are go on working.',
  'serve-site': 'Health, the OpenAPI document, and the 404 and 405 answers fail.',
};

/**
 * Two alarms for each function that somebody calls. One for all functions together would cost the same, since CloudWatch charges for each
 * metric that an alarm looks at; it would not say which function it is, and couldn't look at more than ten.
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
      "Search the function's log for errors, and for the report lines that name memory or a timeout. If a deployment came just before, roll it back.",
  },
  {
    id: `${constructIdOf(name)}Throttles`,
    metric: watched.metricThrottles(eachMinute),
    rings: { from: 1 },
    periods: 3,
    impact: `Lambda refuses to start ${name}. ${impacts[name]}`,
    firstSteps:
      "See whether the function has reached its own ceiling (reservedConcurrency). If not, compare the account's concurrent executions with its quota, and see which function takes them. Ask for a higher quota, or lower maximumConcurrency, which bounds the workers.",
  },
];
