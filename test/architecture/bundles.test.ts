import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FunctionName, functionNames, functionVariables } from '../../lambda/contract/environment.ts';
import { bundleFunctions, metafileName } from '../../lib/bundle-functions.ts';
import { bundleWeight, wireCodeIn } from '../../scripts/bundle-weights.ts';

/** Guards of the order of magnitude: what a careless import adds is the AWS SDK's or zod's by the hundred kilobytes. */
const maxKilobytes: Partial<Record<FunctionName, number>> = {
  'submit-job': 780,
  'run-synchronously': 1050,
  'get-job': 640,
  'process-job': 780,
  'list-models': 400,
  'serve-site': 200,
};

let metafile: Metafile;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-bundles-'));
  await bundleFunctions(folder);
  metafile = JSON.parse(await readFile(join(folder, metafileName), 'utf8'));
  await rm(folder, { recursive: true });
});

describe('the bundle of submit-job', () => {
  it("holds no provider's wire code", () => {
    expect(wireCodeIn(bundleWeight(metafile, 'submit-job'))).toEqual([]);
  });

  it('holds the capability rows of the providers', () => {
    expect(bundleWeight(metafile, 'submit-job').sources).toContain('lambda/providers/openai/models.ts');
  });
});

describe('every bundle', () => {
  it("takes Node's HTTP modules without importing them, for that would load undici with them", () => {
    const imported = Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.filter(({ kind, path }) => kind !== 'require-call' && /^(node:)?https?$/.test(path)),
    );
    expect(imported).toEqual([]);
  });
});

/** The functions that ask providers. */
const working: readonly FunctionName[] = ['process-job', 'run-synchronously'];

describe.each(working)('the bundle of %s', (name) => {
  it('holds the adapter of every provider, and loads none before it knows which the stage has', () => {
    const { sources, sourcesAtOnce } = bundleWeight(metafile, name);
    const adapters = globSync('lambda/providers/*/provider.ts').toSorted();
    expect(adapters.length).toBeGreaterThan(9);
    expect(sources).toEqual(expect.arrayContaining(adapters));
    expect(sourcesAtOnce.filter((path) => adapters.includes(path))).toEqual([]);
  });
});

describe('what proves tokens', () => {
  it('lies beside the bundles that tell who calls, and is loaded with the first token', () => {
    const names = functionNames.filter((name) => (functionVariables[name] as readonly string[]).includes('TOKENS'));
    expect(names.length).toBeGreaterThan(4);
    const proving = ['lambda/handlers/composition/stage-token-verifier.ts', 'lambda/adapters/tokens/token-verifier.ts'];
    for (const { sources, sourcesAtOnce } of names.map((name) => bundleWeight(metafile, name))) {
      expect(sources).toEqual(expect.arrayContaining(proving));
      expect(sourcesAtOnce.filter((path) => proving.includes(path) || path.includes('/jose/'))).toEqual([]);
    }
  });
});

describe('the decoders of images', () => {
  const filesOf = (name: FunctionName): string[] =>
    Object.keys(metafile.outputs).filter((path) => path.includes(`/${name}/`));
  const wasm = (name: FunctionName) => filesOf(name).filter((path) => path.endsWith('.wasm'));

  it.each(working)('lie beside the bundle of %s, and are loaded when an image needs them', (name) => {
    const { sources, sourcesAtOnce } = bundleWeight(metafile, name);
    const decoding = globSync('lambda/adapters/pixels/*.ts').filter((path) => !path.endsWith('raster.ts'));
    expect(decoding.length).toBeGreaterThan(3);
    expect(sources).toEqual(expect.arrayContaining(decoding));
    expect(sourcesAtOnce.filter((path) => decoding.includes(path))).toEqual([]);
    expect(wasm(name)).toHaveLength(3);
  });

  it('are in no other bundle', () => {
    const others = functionNames.filter((name) => !working.includes(name));
    expect(others.flatMap(wasm)).toEqual([]);
  });
});

describe(wireCodeIn, () => {
  it('finds the wire code of every provider in the bundle of process-job', () => {
    const found = wireCodeIn(bundleWeight(metafile, 'process-job'));
    const sources = globSync('lambda/providers/*/{wire,provider}.ts').toSorted();
    expect(sources.length).toBeGreaterThan(1);
    expect(found).toEqual(expect.arrayContaining(sources));
    expect(found).toContain('lambda/adapters/outgoing/http-client.ts');
  });
});

describe(bundleWeight, () => {
  it.each(Object.entries(maxKilobytes))('keeps %s below %i kB', (name, most) => {
    expect(bundleWeight(metafile, name as FunctionName).bytes).toBeLessThan(most * 1000);
  });

  it('counts a file to its npm package, or to its own folder', () => {
    const names = bundleWeight(metafile, 'submit-job').parts.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['@aws-sdk/client-s3', 'busboy', 'lambda/handlers']));
  });

  it('refuses a bundle that the metafile does not have', () => {
    expect(() => bundleWeight({ outputs: {} }, 'submit-job')).toThrow('submit-job');
  });
});
