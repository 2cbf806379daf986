import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionNames } from '../../lambda/contract/environment.ts';
import { bundleFunctions, metafileName } from '../../lib/bundle-functions.ts';

let folder: string;
let entryDirectory: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-bundle-'));
  entryDirectory = join(folder, 'handlers');
  await mkdir(entryDirectory);
  // What only CommonJS can do, in a source that also needs its types stripped.
  const legacy = "module.exports = () => require('node:path').sep;";
  await writeFile(join(folder, 'legacy.cjs'), legacy);
  for (const name of functionNames) {
    const source = `import legacy from '../legacy.cjs';
export const handler = async (): Promise<string> => '${name}' + legacy();
function failLoudly(): string { return String(new Error().stack); }
class QueueOfFaults { readonly stack: string; constructor() { this.stack = failLoudly(); } }
export const fault = (): string => new QueueOfFaults().stack;
`;
    await writeFile(join(entryDirectory, `${name}.ts`), source);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe(bundleFunctions, () => {
  it('makes an ES module for each function that runs, CommonJS dependencies and all', async () => {
    const bundles = await bundleFunctions(join(folder, 'runs'), { entryDirectory });
    expect(Object.keys(bundles)).toEqual([...functionNames]);
    for (const name of functionNames) {
      const { handler } = await import(pathToFileURL(join(bundles[name], 'index.mjs')).href);
      expect(await handler()).toBe(`${name}/`);
    }
  });

  it('keeps the names of the source in a stack trace, though it makes the code small', async () => {
    const { 'serve-site': directory } = await bundleFunctions(join(folder, 'names'), { entryDirectory });
    const path = join(directory, 'index.mjs');
    const { fault } = await import(pathToFileURL(path).href);
    expect(fault()).toMatch(/at failLoudly .*\n.*at new QueueOfFaults /);
    expect(await readFile(path, 'utf8')).not.toContain('function failLoudly');
  });

  it('gives the same bytes twice, and clears away what an earlier run left', async () => {
    const out = join(folder, 'twice');
    const first = await bundleFunctions(out, { entryDirectory });
    const bytes = await readFile(join(first['get-job'], 'index.mjs'));
    await writeFile(join(first['get-job'], 'left-over.txt'), 'old');
    const second = await bundleFunctions(out, { entryDirectory });
    expect(await readFile(join(second['get-job'], 'index.mjs'))).toEqual(bytes);
    expect(await readdir(second['get-job'])).toEqual(['index.mjs']);
  });

  it('writes down what went into each bundle', async () => {
    await bundleFunctions(join(folder, 'meta'), { entryDirectory });
    const { outputs } = JSON.parse(await readFile(join(folder, 'meta', metafileName), 'utf8'));
    expect(Object.keys(outputs).filter((path) => path.endsWith('index.mjs'))).toHaveLength(functionNames.length);
  });

  it('lets plugins change the sources on their way in, and leaves them as they are', async () => {
    const path = join(entryDirectory, 'serve-site.ts');
    const before = await readFile(path, 'utf8');
    const shout: Plugin = {
      name: 'shout',
      setup: ({ onLoad }) =>
        onLoad({ filter: /serve-site\.ts$/ }, () => ({
          contents: before.replace("'serve-site'", "'LOUD'"),
          loader: 'ts',
        })),
    };
    const out = join(folder, 'plugins');
    const { 'serve-site': directory } = await bundleFunctions(out, { entryDirectory, plugins: [shout] });
    const { handler } = await import(pathToFileURL(join(directory, 'index.mjs')).href);
    expect(await handler()).toBe('LOUD/');
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('fails where a source can not be bundled', async () => {
    await expect(bundleFunctions(join(folder, 'none'), { entryDirectory: join(folder, 'nowhere') })).rejects.toThrow();
  });
});
