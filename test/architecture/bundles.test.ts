import { globSync } from 'node:fs';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FunctionName } from '../../lambda/contract/environment.ts';
import { bundleSettings } from '../../lib/bundle-functions.ts';
import { bundleWeight, wireCodeIn } from '../../scripts/bundle-weights.ts';

/** Guards of the order of magnitude: what a careless import adds is the AWS SDK's or zod's by the hundred kilobytes. */
const mostKilobytes: Partial<Record<FunctionName, number>> = {
  'submit-job': 800,
  'get-job': 700,
  'process-job': 800,
  'list-models': 500,
  'serve-site': 160,
};

let metafile: Metafile;

beforeAll(async () => {
  const names = Object.keys(mostKilobytes);
  const entryPoints = Object.fromEntries(names.map((name) => [`${name}/index`, `lambda/handlers/${name}.ts`]));
  ({ metafile } = await build({ ...bundleSettings, entryPoints, outdir: 'nowhere', write: false }));
});

describe('the bundle of submit-job', () => {
  it("holds no provider's wire code", () => {
    expect(wireCodeIn(bundleWeight(metafile, 'submit-job'))).toEqual([]);
  });

  it('holds the capability rows of the providers', () => {
    expect(bundleWeight(metafile, 'submit-job').sources).toContain('lambda/providers/openai/models.ts');
  });
});

describe(wireCodeIn, () => {
  it('finds the wire code of every provider in the bundle of process-job', () => {
    const found = wireCodeIn(bundleWeight(metafile, 'process-job'));
    const sources = globSync('lambda/providers/*/{wire,provider}.ts').toSorted();
    expect(sources.length).toBeGreaterThan(1);
    expect(found).toEqual(expect.arrayContaining(sources));
    expect(found).toContain('lambda/providers/shared/http-client.ts');
  });
});

describe(bundleWeight, () => {
  it.each(Object.entries(mostKilobytes))('keeps %s below %i kB', (name, most) => {
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
