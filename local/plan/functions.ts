import { z } from 'zod';
import type { Assembly } from '../assembly.ts';
import type { ResourceReader } from './resource-reader.ts';

/** A function's code: a folder of the assembly, or inline source in the template. */
export type FunctionCode = { readonly directory: string } | { readonly inlineSource: string };

/** A Lambda function. */
export interface FunctionPlan {
  readonly name: string;
  readonly arn: string;
  /** `file.export`, as Lambda writes it. */
  readonly handler: string;
  readonly runtime: string;
  readonly code: FunctionCode;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  /** Its executions at a time at the most; undefined where the template sets none aside for it. */
  readonly reservedConcurrency: number | undefined;
  readonly logFormat: 'Text' | 'JSON';
  readonly logLevel: string | undefined;
}

const functionProperties = z.object({
  Code: z.object({ S3Key: z.string().optional(), ZipFile: z.string().optional() }),
  Handler: z.string().regex(/^[^.]+(\.[^.]+)*\.[^.]+$/, 'the handler must have the form file.export'),
  Runtime: z.string().startsWith('nodejs', 'only Node runtimes are supported'),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  Timeout: z.coerce.number().int().positive().default(3),
  MemorySize: z.coerce.number().int().positive().default(128),
  ReservedConcurrentExecutions: z.coerce.number().int().min(0).optional(),
  LoggingConfig: z
    .object({ LogFormat: z.enum(['Text', 'JSON']).default('Text'), ApplicationLogLevel: z.string().optional() })
    .optional(),
});

/**
 * Reads the functions and finds their code in the assembly. Throws for code that the assembly doesn't hold as a folder.
 */
export function planFunctions(reader: ResourceReader, assembly: Assembly): FunctionPlan[] {
  return reader.each(['AWS::Lambda::Function'], functionProperties).map(({ logicalId, name, properties }) => ({
    name,
    arn: reader.names.attribute(logicalId, 'Arn'),
    handler: properties.Handler,
    runtime: properties.Runtime,
    code: findCode(logicalId, properties.Code, assembly),
    environment: properties.Environment?.Variables ?? {},
    timeoutSeconds: properties.Timeout,
    memoryMegabytes: properties.MemorySize,
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    logFormat: properties.LoggingConfig?.LogFormat ?? 'Text',
    logLevel: properties.LoggingConfig?.ApplicationLogLevel,
  }));
}

function findCode(
  logicalId: string,
  code: { S3Key?: string | undefined; ZipFile?: string | undefined },
  assembly: Assembly,
): FunctionCode {
  if (code.ZipFile !== undefined) return { inlineSource: code.ZipFile };
  const directory = code.S3Key === undefined ? undefined : assembly.codeDirectory(code.S3Key);
  if (directory === undefined) throw new Error(`The code of ${logicalId} is not a folder of this cloud assembly.`);
  return { directory };
}

/** Finds the function with an ARN. Throws an error that names the resource that refers to it. */
export function functionByArn(functions: readonly FunctionPlan[], arn: string, asker: string): FunctionPlan {
  const found = functions.find((candidate) => candidate.arn === arn || candidate.name === arn);
  if (found === undefined) throw new Error(`${asker} refers to ${arn}, which is not a function of this stack.`);
  return found;
}
