import { Duration } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionName } from '../lambda/contract/environment.ts';
import type { MetricName } from '../lambda/contract/metrics.ts';
import type { AlarmPlan } from './constructs/alarms.ts';
import type { GatewayFunction } from './constructs/gateway-function.ts';
import type { JobQueues } from './constructs/job-queue.ts';
import type { JobTable } from './constructs/job-table.ts';
import { eventCount, overdueJobs, sumOf, workingCounts } from './gateway-metrics.ts';

/** What is watched besides the functions themselves. */
export interface WatchedParts {
  readonly functions: Readonly<Record<FunctionName, GatewayFunction>>;
  readonly jobs: JobTable;
  readonly queue: JobQueues;
  readonly api: apigateway.RestApi;
  /** Seconds a job may take; a wake-up that waits for a third of that is late. */
  readonly deadlineSeconds: number;
}

/** The alarms about what becomes of jobs, and of what carries them. */
export const jobAlarms = (parts: WatchedParts): readonly AlarmPlan[] => [
  ...outcomeAlarms(parts.functions),
  ...safetyNetAlarms(parts),
  ...carrierAlarms(parts),
];

const minute = Duration.minutes(1);

/** Fewer failures than this are some caller's prompt, not a state of the gateway. */
const minFailures = 5;

const outcomeAlarms = (functions: WatchedParts['functions']): readonly AlarmPlan[] => [
  {
    id: 'FailedJobs',
    metric: shareOfFailed(functions),
    rings: { from: 0.5 },
    periods: 2,
    impact: `Half of the jobs and more fail, ${minFailures} in five minutes at least.`,
    firstSteps:
      "Group the job_failed lines in the logs of process-job and run-synchronously by failureCode and provider. provider_auth: renew the provider's key. provider_error or provider_timeout: see the provider's status page. content_refused or invalid_request: a caller's own requests, see whose.",
  },
  {
    id: 'OverdueJobs',
    metric: overdueJobs(functions),
    rings: { from: 1 },
    periods: 1,
    impact: 'A job had not ended by its deadline and was failed with deadline_exceeded. There should be none.',
    firstSteps:
      "Take the jobId from the job_overdue line and search process-job's log for it. No line at all: the queue was behind, see the alarms on it. Lines, but no end: workers were lost, or the provider was slow.",
  },
  {
    id: 'AbandonedAttempts',
    metric: eventCount(functions['process-job'], 'AttemptsAbandoned'),
    rings: { from: 1 },
    periods: 1,
    impact:
      'A worker was lost in the middle of a provider request. The provider may have charged for an image that nobody gets.',
    firstSteps:
      "Search process-job's log before the attempt_abandoned line for a report that names memory or a timeout. Compare the attempt with the provider's own bill.",
  },
  {
    id: 'StoreFailures',
    metric: sumOf(
      'failures',
      (['ResultsNotStored', 'InputsNotRead'] as const).flatMap((metric) => workingCounts(functions, metric)),
      "Jobs' requests that the bucket failed",
    ),
    rings: { from: 1 },
    periods: 1,
    impact:
      'The bucket takes no results, or gives no inputs. Images that could not be stored are paid for, and their jobs wait for the bucket; no provider is to blame.',
    firstSteps:
      "The cause of the results_not_stored or inputs_not_read line, in the log of process-job or run-synchronously, is S3's own answer. AccessDenied: see the bucket's policy, its encryption key, and the function's role. SlowDown, 503 or a timeout: see AWS's status page.",
  },
  {
    id: 'RestedKeys',
    metric: sumOf('rested', workingCounts(functions, 'KeysInCooldown'), 'Keys that were refused, or out of credit'),
    rings: { from: 1 },
    periods: 1,
    impact: "A provider refused a key, or its account is out of credit. Without another key that provider's jobs fail.",
    firstSteps:
      'The key_in_cooldown line, in the log of process-job or run-synchronously, names the provider, the kind, and the key by the first digits of its SHA-256. auth: renew the key in the parameter store. billing: top the account up.',
  },
];

/** Of all jobs that were worked on, whichever function did it. */
const shareOfFailed = (functions: WatchedParts['functions']): cloudwatch.IMetric => {
  const minutes = 5;
  const sum = (id: string, metric: MetricName) =>
    sumOf(id, workingCounts(functions, metric, { minutes }), metric, { minutes });
  return new cloudwatch.MathExpression({
    expression: `IF(failed >= ${minFailures}, failed / (failed + FILL(completed, 0)), 0)`,
    usingMetrics: { failed: sum('failedBy', 'JobsFailed'), completed: sum('completedBy', 'JobsCompleted') },
    label: 'Share of jobs that failed',
    period: Duration.minutes(minutes),
  });
};

const safetyNetAlarms = ({ functions, queue }: WatchedParts): readonly AlarmPlan[] => [
  {
    id: 'DeadLetteredMessages',
    metric: eventCount(functions['handle-dead-letter'], 'DeadLetteredMessages'),
    rings: { from: 1 },
    periods: 1,
    impact:
      "A job's wake-up was received ten times and never done with. The job is late; handle-dead-letter has sent it again or failed it.",
    firstSteps:
      "Take the jobId from the wake_up_dead_lettered line and search process-job's log for it: throttles, a store that is down and crashes all count as receives.",
  },
  {
    id: 'DeadLetters',
    metric: queue.deadLetters.metricApproximateNumberOfMessagesVisible({ period: minute, statistic: 'Maximum' }),
    rings: { from: 1 },
    periods: 3,
    impact: 'Dead letters wait, though handle-dead-letter takes them within seconds. Their jobs wait for the sweep.',
    firstSteps:
      "See whether handle-dead-letter fails or is throttled, and whether its trigger is enabled. Read a message's jobId and search handle-dead-letter's log for it.",
  },
  {
    id: 'SweepSilent',
    metric: functions['sweep-jobs'].function.metricInvocations({ period: minute, statistic: 'Sum' }),
    rings: { below: 1 },
    periods: 5,
    impact:
      'No sweep has run for five minutes. Jobs past their deadline stay open until they are fetched, and jobs whose message was lost are not woken.',
    firstSteps:
      'See whether the rule of the schedule is enabled and may call sweep-jobs, and whether the function is throttled. On a new stack it rings once, and is over with the first sweeps.',
  },
];

const carrierAlarms = ({ jobs, queue, api, deadlineSeconds }: WatchedParts): readonly AlarmPlan[] => [
  {
    id: 'OldWakeUps',
    metric: new cloudwatch.MathExpression({
      expression: 'MAX(METRICS())',
      usingMetrics: {
        shared: queue.queue.metricApproximateAgeOfOldestMessage({ period: minute, statistic: 'Maximum' }),
        alone: queue.slow.metricApproximateAgeOfOldestMessage({ period: minute, statistic: 'Maximum' }),
      },
      label: 'Age of the oldest wake-up',
      period: minute,
    }),
    rings: { from: Math.ceil(deadlineSeconds / 3) },
    periods: 3,
    impact: 'Jobs wait for a worker for a third of their time and more; the last of them will miss their deadline.',
    firstSteps:
      'See whether process-job is throttled or failing, and whether a provider is slow or limits the rate. If all is well, raise maximumConcurrency, or slowConcurrency where the slow queue is behind.',
  },
  {
    id: 'TableThrottles',
    metric: sumOf('throttles', jobs.throttles(minute), 'Throttled reads and writes of the jobs table'),
    rings: { from: 1 },
    periods: 3,
    impact:
      'DynamoDB refuses reads or writes of jobs. Requests and jobs are slow; where retries do not help, they fail.',
    firstSteps:
      "See in the table's metrics whether it is the table or an index. The table grows by itself when traffic doubles within half an hour; a faster rise passes with time. A lasting one is a quota of the account, or one owner's jobs all in one partition of byOwner.",
  },
  {
    id: 'ApiServerErrors',
    // The average of this metric is the share of requests that were answered with a 5xx.
    metric: api.metricServerError({ period: minute, statistic: 'Average' }),
    rings: { from: 0.05 },
    periods: 3,
    impact: 'One request in twenty or more fails with a 5xx, so clients can not submit jobs or fetch results.',
    firstSteps:
      "Group the access log by route, status and gatewayAnswer, then follow a requestId into the log of that function. submission_refused in submit-job's log: the queue is behind, see OldWakeUps.",
  },
];
