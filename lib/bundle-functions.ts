import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { type FunctionName, functionNames } from '../lambda/contract/environment.ts';
import { httpByRequire } from './http-by-require.ts';
import { wasmBeside } from './wasm-beside.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));

/** Name of esbuild's metafile, beside the bundles: the inputs of each of them. */
export const metafileName = 'metafile.json';

/** CommonJS dependencies call `require`, which an ES module doesn't have by itself. */
const requireBanner =
  "import { createRequire as darkroomCreateRequire } from 'node:module'; const require = darkroomCreateRequire(import.meta.url);";

/** How esbuild makes a function's bundle, whichever function it is and wherever the bundle goes. */
export const bundleSettings = {
  // Paths in the metafile are relative to this, so it reads the same on every machine.
  absWorkingDir: repository,
  bundle: true,
  format: 'esm',
  // What is only imported when it is needed, such as a provider's adapter, is a file of its own beside the bundle.
  splitting: true,
  chunkNames: '[name]-[hash]',
  // So are the decoders of images, which are WebAssembly.
  plugins: [wasmBeside, httpByRequire],
  loader: { '.wasm': 'file' },
  assetNames: '[name]-[hash]',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  minify: true,
  // A stack trace in the log names the functions of the source, for 6 % more bytes. A source map would be twice as
  // large as its bundle, and unused: Node reads it only with a flag in NODE_OPTIONS, and the functions have no
  // variables beyond the contract's.
  keepNames: true,
  banner: { js: requireBanner },
  metafile: true,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** What may differ from how the stack's own functions are bundled. */
export interface BundleOptions {
  /**
   * The folder with one entry file for each function.
   * @default - lambda/handlers
   */
  readonly entryDirectory?: string;
  /**
   * What may change the sources on their way into the bundles.
   * @default [] - they go in as they are
   */
  readonly plugins?: readonly Plugin[];
}

/**
 * Bundles every function into `<outDirectory>/<name>/index.mjs`, and gives each one's folder, which shares no file with
 * another's. The folders are emptied first, and equal sources give equal bytes, so a function is only deployed when its
 * code changed. Throws esbuild's own error where a source can't be bundled.
 */
export async function bundleFunctions(
  outDirectory: string,
  options: BundleOptions = {},
): Promise<Record<FunctionName, string>> {
  const outdir = resolve(outDirectory);
  const entryDirectory = resolve(options.entryDirectory ?? join(repository, 'lambda', 'handlers'));
  const directories = functionNames.map((name) => [name, join(outdir, name)] as const);
  await mkdir(outdir, { recursive: true });
  const metafiles = await Promise.all(
    directories.map(async ([name, directory]) => {
      await rm(directory, { recursive: true, force: true });
      const { metafile } = await build({
        entryPoints: { index: join(entryDirectory, `${name}.ts`) },
        outdir: directory,
        ...bundleSettings,
        plugins: [...bundleSettings.plugins, ...(options.plugins ?? [])],
      });
      return withoutDeadFiles(metafile);
    }),
  );
  await writeFile(join(outdir, metafileName), `${JSON.stringify(joined(metafiles), null, 1)}\n`);
  return Object.fromEntries(directories) as Record<FunctionName, string>;
}

/**
 * Removes the files that nothing leads to: esbuild makes one of every import() that it sees, also of those in code that
 * it then leaves out.
 */
async function withoutDeadFiles(metafile: Metafile): Promise<Metafile> {
  const outputs = Object.entries(metafile.outputs);
  const alive = new Set<string>();
  for (const [path] of outputs.filter(([path]) => path.endsWith('/index.mjs'))) reach(metafile, path, alive);
  await Promise.all(outputs.map(([path]) => (alive.has(path) ? undefined : rm(join(repository, path)))));
  return { ...metafile, outputs: Object.fromEntries(outputs.filter(([path]) => alive.has(path))) };
}

function reach(metafile: Metafile, path: string, alive: Set<string>): void {
  const output = metafile.outputs[path];
  if (output === undefined || alive.has(path)) return;
  alive.add(path);
  for (const each of output.imports) reach(metafile, each.path, alive);
}

/** One metafile for all functions: each one's outputs lie in a folder of its own. */
const joined = (metafiles: readonly Metafile[]): Metafile => ({
  inputs: Object.assign({}, ...metafiles.map(({ inputs }) => inputs)),
  outputs: Object.assign({}, ...metafiles.map(({ outputs }) => outputs)),
});
