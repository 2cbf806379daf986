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

/** The alarms about the outcomes of jobs, and about their queues. */
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
    impact: `At least half of the jobs fail, and at least ${minFailures} in five minutes.`,
    firstSteps:
      "Group the job_failed lines in the logs of process-job and run-synchronously by failureCode and provider. provider_auth: renew the provider's key. provider_error or provider_timeout: check the provider's status page. content_refused or invalid_request: the requests of one caller; find the owner.",
  },
  {
    id: 'OverdueJobs',
    metric: overdueJobs(functions),
    rings: { from: 1 },
    periods: 1,
    impact: 'A job was still open at its deadline and failed with deadline_exceeded. This should never happen.',
    firstSteps:
      "Take the jobId from the job_overdue line and search process-job's log for it. No line at all: the queue was behind, see its alarms. Lines, but no end: workers were lost, or the provider was slow.",
  },
  {
    id: 'AbandonedAttempts',
    metric: eventCount(functions['process-job'], 'AttemptsAbandoned'),
    rings: { from: 1 },
    periods: 1,
    impact:
      'A worker was lost during a provider request. The provider may have charged for an image that no caller gets.',
    firstSteps:
      "Search process-job's log before the attempt_abandoned line for a report line that names memory or a timeout. Compare the attempt with the provider's own bill.",
  },
  {
    id: 'StoreFailures',
    metric: sumOf(
      'failures',
      (['ResultsNotStored', 'InputsNotRead'] as const).flatMap((metric) => workingCounts(functions, metric)),
      'Requests of jobs that failed at the bucket',
    ),
    rings: { from: 1 },
    periods: 1,
    impact:
      'The bucket does not store results or does not return inputs. Images that could not be stored are paid for, and their jobs wait for the bucket; the provider is not the cause.',
    firstSteps:
      "The cause of the results_not_stored or inputs_not_read line, in the log of process-job or run-synchronously, is S3's own answer. AccessDenied: check the bucket policy, the encryption key, and the function's role. SlowDown, 503 or a timeout: check AWS's status page.",
  },
  {
    id: 'RestedKeys',
    metric: sumOf('rested', workingCounts(functions, 'KeysInCooldown'), 'Keys in cooldown: refused, or out of credit'),
    rings: { from: 1 },
    periods: 1,
    impact: "A provider refused a key, or its account is out of credit. Without another key that provider's jobs fail.",
    firstSteps:
      "The key_in_cooldown line, in the log of process-job or run-synchronously, names the provider, the kind, and the first digits of the key's SHA-256. auth: renew the key in the parameter store. billing: top up the account.",
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
      "A job's wake-up was received ten times without success. The job is late; handle-dead-letter has sent it again or failed the job.",
    firstSteps:
      "Take the jobId from the wake_up_dead_lettered line and search process-job's log for it: throttles, an unavailable store and crashes all count as receives.",
  },
  {
    id: 'DeadLetters',
    metric: queue.deadLetters.metricApproximateNumberOfMessagesVisible({ period: minute, statistic: 'Maximum' }),
    rings: { from: 1 },
    periods: 3,
    impact:
      'Dead letters wait, although handle-dead-letter normally takes them within seconds. Their jobs wait for the sweep.',
    firstSteps:
      "Check whether handle-dead-letter fails or is throttled, and whether its trigger is enabled. Read the jobId of a message and search handle-dead-letter's log for it.",
  },
  {
    id: 'SweepSilent',
    metric: functions['sweep-jobs'].function.metricInvocations({ period: minute, statistic: 'Sum' }),
    rings: { below: 1 },
    periods: 5,
    impact:
      'No sweep has run for five minutes. Jobs past their deadline stay open until they are fetched, and jobs whose message was lost are not woken.',
    firstSteps:
      "Check whether the schedule's rule is enabled and may invoke sweep-jobs, and whether the function is throttled. On a new stack the alarm fires once and clears with the first sweeps.",
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
    impact: 'Jobs wait for a worker for a third of their deadline or more; the last of them will miss it.',
    firstSteps:
      'Check whether process-job is throttled or failing, and whether a provider is slow or rate limits. If not, raise maximumConcurrency, or slowConcurrency if the slow queue is behind.',
  },
  {
    id: 'TableThrottles',
    metric: sumOf('throttles', jobs.throttles(minute), 'Throttled reads and writes of the jobs table'),
    rings: { from: 1 },
    periods: 3,
    impact:
      'DynamoDB throttles reads or writes of jobs. Requests and jobs are slow, and fail once their retries are exhausted.',
    firstSteps:
      "Find out from the table's metrics whether it is the table or an index. The table scales by itself when traffic doubles within half an hour; a faster rise passes with time. Lasting throttles mean an account quota, or one owner's jobs all in one partition of byOwner.",
  },
  {
    id: 'ApiServerErrors',
    // The average of this metric is the share of requests that were answered with a 5xx.
    metric: api.metricServerError({ period: minute, statistic: 'Average' }),
    rings: { from: 0.05 },
    periods: 3,
    impact: 'At least one request in twenty fails with a 5xx, so clients can not submit jobs or fetch results.',
    firstSteps:
      "Group the access log by route, status and gatewayAnswer, then follow a requestId into the log of that function. submission_refused in submit-job's log: the queue is behind, see OldWakeUps.",
  },
];
