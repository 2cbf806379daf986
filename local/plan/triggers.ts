import { z } from 'zod';
import { type FunctionPlan, functionByArn } from './functions.ts';
import type { ResourceReader } from './resource-reader.ts';
import type { QueuePlan } from './stores.ts';

/** An event source mapping from a queue to a function. */
export interface QueueSourcePlan {
  readonly functionName: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  /** Whether the function answers with the messages that failed, instead of failing as a whole. */
  readonly reportsItemFailures: boolean;
  /** Batches under way at a time; undefined where the template sets no limit. */
  readonly maximumConcurrency: number | undefined;
}

const mappingProperties = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  BatchSize: z.coerce.number().int().min(1).max(10_000).default(10),
  MaximumBatchingWindowInSeconds: z.coerce.number().int().min(0).max(300).default(0),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number().int().min(2).optional() }).optional(),
  Enabled: z.boolean().default(true),
  FilterCriteria: z.undefined({ error: 'event filters are not supported' }).optional(),
});

/**
 * Reads the mappings that are enabled. Lambda's own rule is checked too: a queue may not hide a message for less than
 * the function's timeout.
 */
export function planQueueSources(
  reader: ResourceReader,
  functions: readonly FunctionPlan[],
  queues: readonly QueuePlan[],
): QueueSourcePlan[] {
  const mappings = reader.each(['AWS::Lambda::EventSourceMapping'], mappingProperties);
  return mappings
    .filter(({ properties }) => properties.Enabled)
    .map(({ logicalId, properties }) => {
      const target = functionByArn(functions, properties.FunctionName, logicalId);
      const queue = queues.find(({ arn }) => arn === properties.EventSourceArn);
      if (queue === undefined)
        throw new Error(`${logicalId} reads ${properties.EventSourceArn}, which is not a queue of this stack.`);
      if (Number(queue.attributes.VisibilityTimeout) < target.timeoutSeconds) {
        throw new Error(`${logicalId}: the queue's visibility timeout is shorter than the function's timeout.`);
      }
      return {
        functionName: target.name,
        queueUrl: queue.url,
        queueArn: queue.arn,
        batchSize: properties.BatchSize,
        batchingWindowSeconds: properties.MaximumBatchingWindowInSeconds,
        reportsItemFailures: properties.FunctionResponseTypes.length > 0,
        maximumConcurrency: properties.ScalingConfig?.MaximumConcurrency,
      };
    });
}

/** A function that is called at a steady rate. */
export interface SchedulePlan {
  readonly arn: string;
  readonly functionName: string;
  readonly everyMilliseconds: number;
  /** The JSON text the function gets; undefined for the service's own event. */
  readonly input: string | undefined;
  readonly service: 'events' | 'scheduler';
}

const scheduleState = z.enum(['ENABLED', 'DISABLED']).default('ENABLED');
const scheduleTarget = z.object({ Arn: z.string(), Input: z.string().optional() });

/** Reads the rules and schedules that are enabled. Throws for an expression that isn't a rate. */
export function planSchedules(reader: ResourceReader, functions: readonly FunctionPlan[]): SchedulePlan[] {
  const rules = reader.each(
    ['AWS::Events::Rule'],
    z.object({ ScheduleExpression: z.string(), State: scheduleState, Targets: z.array(scheduleTarget).default([]) }),
  );
  const schedules = reader.each(
    ['AWS::Scheduler::Schedule'],
    z.object({ ScheduleExpression: z.string(), State: scheduleState, Target: scheduleTarget }),
  );
  const all = [
    ...rules.map((rule) => ({ ...rule, service: 'events' as const, targets: rule.properties.Targets })),
    ...schedules.map((one) => ({ ...one, service: 'scheduler' as const, targets: [one.properties.Target] })),
  ];
  return all
    .filter(({ properties }) => properties.State === 'ENABLED')
    .flatMap(({ logicalId, properties, service, targets }) =>
      targets.map((target) => ({
        arn: reader.names.attribute(logicalId, 'Arn'),
        functionName: functionByArn(functions, target.Arn, logicalId).name,
        everyMilliseconds: parseRate(logicalId, properties.ScheduleExpression),
        input: target.Input,
        service,
      })),
    );
}

const unitMilliseconds: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** AWS counts in minutes at the least; seconds are taken too, for stacks that are tried out in fast motion. */
function parseRate(logicalId: string, expression: string): number {
  const [, count, unit] = /^rate\(([1-9]\d*) (second|minute|hour|day)s?\)$/.exec(expression) ?? [];
  const milliseconds = unitMilliseconds[unit ?? ''];
  if (milliseconds === undefined)
    throw new Error(`${logicalId}: only rate(…) schedules are supported, not ${expression}.`);
  return Number(count) * milliseconds;
}
