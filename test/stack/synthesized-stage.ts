import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { createApp } from '../../lib/app.ts';
import type { StageSettings } from '../../lib/stage-settings.ts';

/** The settings without a default, and nothing else. */
export const plainStage: StageSettings = {
  name: 'test',
  providers: { openai: {} },
  maximumConcurrency: 2,
  dataRetention: 'retain',
};

// biome-ignore lint/suspicious/noExplicitAny: a template's properties have as many shapes as AWS has resources.
type Properties = Record<string, any>;

export interface Resource {
  readonly Type: string;
  readonly Properties: Properties;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: readonly string[];
}

export interface SynthesizedStage {
  readonly text: string;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs: Readonly<Record<string, { readonly Value: unknown }>>;
  readonly stack: Stack;
  /** All resources of a type, by logical id. */
  ofType(type: string): [logicalId: string, properties: Properties][];
  /** The only resource whose logical id starts so. */
  one(type: string, idStart: string): Properties;
}

/** Synthesises a stage with inline code into a folder that is gone afterwards. */
export function synthesizeStage(settings: Partial<StageSettings> = {}): SynthesizedStage {
  const outdir = mkdtempSync(join(tmpdir(), 'darkroom-stack-'));
  try {
    const codeFor = () => Code.fromInline('exports.handler = async () => {};');
    const app = createApp({ stage: { ...plainStage, ...settings }, codeFor, outdir });
    const [artifact] = app.synth().stacks;
    if (artifact === undefined) throw new Error('The app has no stack.');
    const { Resources: resources, Outputs: outputs } = artifact.template;
    const ofType = (type: string) =>
      Object.entries<Resource>(resources)
        .filter(([, resource]) => resource.Type === type)
        .map(([id, resource]): [string, Properties] => [id, resource.Properties]);
    return {
      text: JSON.stringify(artifact.template),
      resources,
      outputs,
      stack: app.node.findChild(artifact.id) as Stack,
      ofType,
      one(type, idStart) {
        const [found, ...others] = ofType(type).filter(([id]) => id.startsWith(idStart));
        if (found === undefined || others.length > 0) throw new Error(`${idStart}: ${others.length} others of ${type}`);
        return found[1];
      },
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The construct name under which a function's resources stand. */
export const constructName = (functionName: string): string =>
  functionName.replaceAll(/(^|-)([a-z])/g, (_, _hyphen, letter: string) => letter.toUpperCase());

/** A template value as one readable line: `<Logical.Attribute>` for references, hashes left out. */
export function readable(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  const intrinsics = value as { Ref?: string; 'Fn::GetAtt'?: string[]; 'Fn::Join'?: [string, unknown[]] };
  if (intrinsics.Ref !== undefined) return `<${withoutHash(intrinsics.Ref)}>`;
  const [resource = '', attribute] = intrinsics['Fn::GetAtt'] ?? [];
  if (attribute !== undefined) return `<${withoutHash(resource)}.${attribute}>`;
  const [separator, parts] = intrinsics['Fn::Join'] ?? [];
  if (parts !== undefined) return parts.map(readable).join(separator);
  throw new Error(`No reading for ${JSON.stringify(value)}`);
}

const withoutHash = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');
