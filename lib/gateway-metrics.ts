import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
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

/** The same count of several functions together. CloudWatch takes ten metrics at most in what an alarm adds up. */
export function sumOf(metrics: readonly cloudwatch.IMetric[], label: string): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: 'SUM(METRICS())',
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    label,
    period: Duration.minutes(1),
  });
}
