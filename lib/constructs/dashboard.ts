import { Duration } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { FunctionName } from '../../lambda/contract/environment.ts';
import type { MetricName } from '../../lambda/contract/metrics.ts';
import { eventCount, overdueJobs, sumOf, workingCounts } from '../gateway-metrics.ts';
import type { GatewayFunction } from './gateway-function.ts';
import type { JobQueues } from './job-queue.ts';

/** What the dashboard shows. */
export interface DashboardProps {
  readonly functions: Readonly<Record<FunctionName, GatewayFunction>>;
  readonly queue: JobQueues;
  readonly api: apigateway.RestApi;
  /** The stage's providers by name. */
  readonly providers: readonly string[];
  /** 0 for a stage without synchronous routes, of which nothing is shown then. */
  readonly synchronousSeconds: number;
}

const minutes = 5;
const period = Duration.minutes(minutes);

/**
 * One page with the gateway's health: jobs in and out, provider failures, waiting times. It is free within CloudWatch's
 * three free dashboards per account.
 */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    new cloudwatch.Dashboard(this, 'Page', {
      defaultInterval: Duration.hours(3),
      widgets: [
        [jobs(props), providerFailures(props)],
        [waiting(props), workers(props), answers(props)],
        ...(props.synchronousSeconds === 0 ? [] : [[synchronousAnswers(props), synchronousTime(props)]]),
      ],
    });
  }
}

const named = (metric: cloudwatch.Metric): cloudwatch.Metric => metric.with({ label: metric.metricName });

function jobs({ functions }: DashboardProps): cloudwatch.GraphWidget {
  const count = (name: FunctionName, metric: MetricName) => named(eventCount(functions[name], metric, { minutes }));
  const accepted = (['submit-job', 'run-synchronously'] as const).map((name) => count(name, 'JobsAccepted'));
  const worked = (id: string, metric: MetricName) =>
    sumOf(id, workingCounts(functions, metric, { minutes }), metric, { minutes });
  return new cloudwatch.GraphWidget({
    title: 'Jobs',
    width: 12,
    left: [
      sumOf('accepted', accepted, 'JobsAccepted', { minutes }),
      count('submit-job', 'SubmissionsRefused'),
      worked('completed', 'JobsCompleted'),
      worked('failed', 'JobsFailed'),
      count('cancel-job', 'JobsCancelled'),
      count('sweep-jobs', 'JobsWoken'),
      overdueJobs(functions, { minutes }).with({ label: 'JobsOverdue' }),
    ],
  });
}

const providerFailures = ({ functions, providers }: DashboardProps): cloudwatch.GraphWidget =>
  new cloudwatch.GraphWidget({
    title: 'Failed provider requests',
    width: 12,
    left: providers.map((provider, index) =>
      sumOf(`provider${index}by`, workingCounts(functions, 'ProviderFailures', { provider, minutes }), provider, {
        minutes,
      }),
    ),
  });

const waiting = ({ queue }: DashboardProps): cloudwatch.GraphWidget =>
  new cloudwatch.GraphWidget({
    title: 'Waiting wake-ups',
    width: 8,
    left: [
      queue.queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum', label: 'oldest, seconds' }),
      queue.slow.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum', label: 'oldest slow, seconds' }),
    ],
    right: [
      queue.queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum', label: 'waiting' }),
      queue.slow.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum', label: 'waiting slow' }),
      queue.deadLetters.metricApproximateNumberOfMessagesVisible({
        period,
        statistic: 'Maximum',
        label: 'dead letters',
      }),
    ],
  });

function workers({ functions }: DashboardProps): cloudwatch.GraphWidget {
  const worker = functions['process-job'].function;
  return new cloudwatch.GraphWidget({
    title: 'Workers',
    width: 8,
    left: ['p50', 'p99'].map((statistic) => worker.metricDuration({ period, statistic, label: `${statistic}, ms` })),
    right: [
      worker.metric('ConcurrentExecutions', { period, statistic: 'Maximum', label: 'at a time' }),
      worker.metricErrors({ period, statistic: 'Sum', label: 'errors' }),
    ],
  });
}

const answers = ({ api }: DashboardProps): cloudwatch.GraphWidget =>
  new cloudwatch.GraphWidget({
    title: 'API',
    width: 8,
    left: ['p50', 'p99'].map((statistic) => api.metricLatency({ period, statistic, label: `${statistic}, ms` })),
    right: [
      api.metricCount({ period, statistic: 'Sum', label: 'requests' }),
      api.metricClientError({ period, statistic: 'Sum', label: '4xx' }),
      api.metricServerError({ period, statistic: 'Sum', label: '5xx' }),
    ],
  });

/**
 * What callers of the synchronous routes got: a result, a failure, a 504 at the limit, or no slot, as their owner has
 * them all.
 */
function synchronousAnswers({ functions }: DashboardProps): cloudwatch.GraphWidget {
  const counted = [
    'SynchronousResults',
    'SynchronousFailures',
    'SynchronousLimits',
    'WaitsRefused',
    'RequestFaults',
  ] as const;
  return new cloudwatch.GraphWidget({
    title: 'Synchronous answers',
    width: 12,
    left: counted.map((metric) => named(eventCount(functions['run-synchronously'], metric, { minutes }))),
  });
}

function synchronousTime({ functions }: DashboardProps): cloudwatch.GraphWidget {
  const { function: watched } = functions['run-synchronously'];
  return new cloudwatch.GraphWidget({
    title: 'Synchronous requests',
    width: 12,
    left: ['p50', 'p99'].map((statistic) => watched.metricDuration({ period, statistic, label: `${statistic}, ms` })),
    right: [
      watched.metric('ConcurrentExecutions', { period, statistic: 'Maximum', label: 'at a time' }),
      watched.metricThrottles({ period, statistic: 'Sum', label: 'throttles' }),
      watched.metricErrors({ period, statistic: 'Sum', label: 'errors' }),
    ],
  });
}
