import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionName } from '../lambda/contract/environment.ts';
import { type MetricDimensions, type MetricName, metricNamespace } from '../lambda/contract/metrics.ts';
import type { GatewayFunction } from './constructs/gateway-function.ts';

/** What is counted, and how finely. */
export interface EventCountOptions {
  /**
   * Counts only what this provider was the cause or the subject of.
   * @default - all of it
   */
  readonly provider?: string;
  /**
   * The period of one value, in minutes.
   * @default 1
   */
  readonly minutes?: number;
}

/** How often a function has recorded an event: a count that it writes itself, into its log. */
export function eventCount(
  source: GatewayFunction,
  metric: MetricName,
  { provider, minutes = 1 }: EventCountOptions = {},
): cloudwatch.Metric {
  const dimensions: MetricDimensions = {
    service: source.name,
    function: source.function.functionName,
    ...(provider === undefined ? {} : { provider }),
  };
  return new cloudwatch.Metric({
    namespace: metricNamespace,
    metricName: metric,
    dimensionsMap: { ...dimensions },
    statistic: 'Sum',
    period: Duration.minutes(minutes),
  });
}

/** The functions that run jobs: a job's provider requests are counted by the function that made them. */
const workingFunctions = ['process-job', 'run-synchronously'] as const satisfies readonly FunctionName[];

/** How often the functions that work on jobs have recorded an event, each by itself. */
export const workingCounts = (
  functions: Readonly<Record<FunctionName, GatewayFunction>>,
  metric: MetricName,
  options: EventCountOptions = {},
): readonly cloudwatch.Metric[] => workingFunctions.map((name) => eventCount(functions[name], metric, options));

/**
 * The functions that fail an overdue job when they read it; the worker does where the lease holder was lost near the
 * deadline.
 */
const overdueSettlers = [
  'sweep-jobs',
  'get-job',
  'handle-dead-letter',
  ...workingFunctions,
] as const satisfies readonly FunctionName[];

/** How many jobs were failed at their deadline, by whichever function. */
export const overdueJobs = (
  functions: Readonly<Record<FunctionName, GatewayFunction>>,
  options: Pick<EventCountOptions, 'minutes'> = {},
): cloudwatch.MathExpression =>
  sumOf(
    'overdue',
    overdueSettlers.map((name) => eventCount(functions[name], 'JobsOverdue', options)),
    'Jobs ended at their deadline',
    options,
  );

/**
 * The same count of several functions together, under an id that nothing else has in its alarm or graph. The metrics
 * are named one by one, for `METRICS()` would be all of a graph. CloudWatch takes ten metrics at most in what an alarm
 * adds up.
 */
export function sumOf(
  id: string,
  metrics: readonly cloudwatch.IMetric[],
  label: string,
  { minutes = 1 }: Pick<EventCountOptions, 'minutes'> = {},
): cloudwatch.MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`${id}${index}`, metric]));
  return new cloudwatch.MathExpression({
    expression: `SUM([${Object.keys(usingMetrics).join(', ')}])`,
    usingMetrics,
    label,
    period: Duration.minutes(minutes),
  });
}
