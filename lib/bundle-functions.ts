import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { type FunctionName, functionNames } from '../lambda/contract/environment.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));

/** Name of the file, beside the bundles, that tells what went into each: esbuild's metafile. */
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
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  minify: true,
  // A stack trace in the log names the functions of the source, for 6 % more bytes. A source map would weigh twice as
  // much as its bundle, and nobody would read it: Node does so only by a flag in NODE_OPTIONS, and the functions have
  // no variables beyond the contract's.
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
}

/**
 * Bundles every function into `<outDirectory>/<name>/index.mjs`, in one run of esbuild, and gives each one's folder. The
 * folders are emptied first, and equal sources give equal bytes, so a function is only deployed when its code changed.
 * Throws esbuild's own error where a source can't be bundled.
 */
export async function bundleFunctions(
  outDirectory: string,
  options: BundleOptions = {},
): Promise<Record<FunctionName, string>> {
  const outdir = resolve(outDirectory);
  const entryDirectory = resolve(options.entryDirectory ?? join(repository, 'lambda', 'handlers'));
  const entries = functionNames.map((name) => [`${name}/index`, join(entryDirectory, `${name}.ts`)] as const);
  const directories = functionNames.map((name) => [name, join(outdir, name)] as const);
  await mkdir(outdir, { recursive: true });
  await Promise.all(directories.map(([, directory]) => rm(directory, { recursive: true, force: true })));
  const { metafile } = await build({
    entryPoints: Object.fromEntries(entries),
    outdir,
    ...bundleSettings,
  });
  await writeFile(join(outdir, metafileName), `${JSON.stringify(metafile, null, 1)}\n`);
  return Object.fromEntries(directories) as Record<FunctionName, string>;
}
