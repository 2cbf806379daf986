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
   * Minutes that one value stands for.
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

/** Whoever looks at an overdue job settles it: these four look, the worker where its lease-holder is lost near the deadline. */
const overdueSettlers = ['sweep-jobs', 'get-job', 'bury-job', 'process-job'] as const satisfies readonly FunctionName[];

/** How many jobs were failed at their deadline, by whichever function. */
export const overdueJobs = (
  functions: Readonly<Record<FunctionName, GatewayFunction>>,
  options: Pick<EventCountOptions, 'minutes'> = {},
): cloudwatch.MathExpression =>
  sumOf(
    overdueSettlers.map((name) => eventCount(functions[name], 'JobsOverdue', options)),
    'Jobs settled at their deadline',
    options,
  );

/** The same count of several functions together. CloudWatch takes ten metrics at most in what an alarm adds up. */
export function sumOf(
  metrics: readonly cloudwatch.IMetric[],
  label: string,
  { minutes = 1 }: Pick<EventCountOptions, 'minutes'> = {},
): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: 'SUM(METRICS())',
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    label,
    period: Duration.minutes(minutes),
  });
}
