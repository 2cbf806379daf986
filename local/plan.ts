import { z } from 'zod';
import type { Assembly } from './assembly.ts';
import { resolveIntrinsics } from './intrinsics.ts';
import { type FunctionPlan, planFunctions } from './plan/functions.ts';
import { nameResources, type Place, type ResourceNames } from './plan/references.ts';
import type { ResourceReader } from './plan/resource-reader.ts';
import { refuseUnknownResources } from './plan/resource-types.ts';
import { type ApiPlan, planApi } from './plan/rest-api.ts';
import { type BucketPlan, planBuckets, planQueues, planTables, type QueuePlan, type TablePlan } from './plan/stores.ts';
import { planQueueSources, planSchedules, type QueueSourcePlan, type SchedulePlan } from './plan/triggers.ts';
import { type ParameterPlan, planSecrets, planSsmParameters, type SecretPlan } from './plan/values.ts';

/** A template, read once and typed: all that the parts of the runner need to know about the stack. */
export interface StackPlan {
  readonly tables: readonly TablePlan[];
  readonly buckets: readonly BucketPlan[];
  readonly queues: readonly QueuePlan[];
  readonly secrets: readonly SecretPlan[];
  readonly parameters: readonly ParameterPlan[];
  readonly functions: readonly FunctionPlan[];
  readonly queueSources: readonly QueueSourcePlan[];
  readonly schedules: readonly SchedulePlan[];
  /** Undefined for a stack without a REST API. */
  readonly api: ApiPlan | undefined;
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Turns a template into a plan for this machine. Throws for a resource type, a property or an intrinsic it can't
 * honour.
 */
export function planStack(assembly: Assembly, place: Place): StackPlan {
  const { template } = assembly;
  refuseUnknownResources(template.Resources);
  const names = nameResources(template, place);
  const reader = createReader(assembly, names);
  const functions = planFunctions(reader, assembly);
  const queues = planQueues(reader);
  return {
    tables: planTables(reader),
    buckets: planBuckets(reader),
    queues,
    secrets: planSecrets(reader),
    parameters: planSsmParameters(reader),
    functions,
    queueSources: planQueueSources(reader, functions, queues),
    schedules: planSchedules(reader, functions),
    api: planApi(reader, functions),
    outputs: resolveOutputs(assembly, names),
  };
}

function createReader({ template }: Assembly, names: ResourceNames): ResourceReader {
  return {
    names,
    each(types, schema) {
      const found = Object.entries(template.Resources).filter(([, { Type }]) => types.includes(Type));
      return found.map(([logicalId, { Type, Properties, Condition }]) => {
        const label = `${logicalId} (${Type})`;
        if (Condition !== undefined)
          throw new Error(`${label} has a Condition, which the local runner doesn't support.`);
        return {
          logicalId,
          name: names.nameOf(logicalId),
          properties: readProperties(label, Properties, schema, names),
        };
      });
    },
  };
}

function readProperties<Schema extends z.ZodType>(
  label: string,
  properties: unknown,
  schema: Schema,
  names: ResourceNames,
): z.infer<Schema> {
  try {
    return schema.parse(resolveIntrinsics(properties, names));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`The local runner can't run ${label}: ${reason}`, { cause: error });
  }
}

function resolveOutputs({ template }: Assembly, names: ResourceNames): Record<string, string> {
  const resolved = Object.entries(template.Outputs).map(([name, { Value }]) => {
    const value = resolveIntrinsics(Value, names);
    return [name, typeof value === 'string' ? value : JSON.stringify(value)] as const;
  });
  return Object.fromEntries(resolved);
}
