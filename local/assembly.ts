import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      properties: z.looseObject({ templateFile: z.string().optional(), stackName: z.string().optional() }).optional(),
    }),
  ),
});

const assetsSchema = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Condition: z.string().optional(),
    }),
  ),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
});

/** A CloudFormation template as far as the runner reads it; property values may still hold intrinsic functions. */
export type Template = z.infer<typeof templateSchema>;

/** One stack of a synthesised cloud assembly, with the folders its functions' code lies in. */
export interface Assembly {
  readonly stackName: string;
  /** The region the stack is bound to, or undefined for a stack that can go anywhere. */
  readonly region: string | undefined;
  readonly template: Template;
  /**
   * The absolute code folder of an asset, found by the object key a function names; undefined if the assembly has none.
   */
  codeDirectory(objectKey: string): string | undefined;
}

/**
 * Reads the one stack of a cloud assembly (`cdk.out`). Throws if the folder holds none, several, or files of an unknown
 * shape.
 */
export function readAssembly(directory: string): Assembly {
  const manifest = manifestSchema.parse(readJson(join(directory, 'manifest.json')));
  const stacks = Object.entries(manifest.artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) {
    throw new Error(`The cloud assembly must have exactly one stack; ${directory} has ${stacks.length}.`);
  }
  const [artifactId, { environment, properties }] = stack;
  const region = environment?.split('/').at(-1);
  const codeDirectories = readCodeDirectories(directory, artifactId);
  return {
    stackName: properties?.stackName ?? artifactId,
    region: region === undefined || region === 'unknown-region' ? undefined : region,
    template: templateSchema.parse(
      readJson(join(directory, properties?.templateFile ?? `${artifactId}.template.json`)),
    ),
    codeDirectory: (objectKey) => codeDirectories.get(objectKey),
  };
}

function readCodeDirectories(directory: string, artifactId: string): Map<string, string> {
  const { files } = assetsSchema.parse(readJson(join(directory, `${artifactId}.assets.json`)));
  const found = new Map<string, string>();
  for (const { source, destinations } of Object.values(files)) {
    if (source.path === undefined || source.packaging !== 'zip') continue;
    for (const { objectKey } of Object.values(destinations)) found.set(objectKey, resolve(directory, source.path));
  }
  return found;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
