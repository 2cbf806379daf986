import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../../', import.meta.url));

/** The TypeScript compilers that outsiders have, by version. */
export const compilers = {
  '5.9': 'node_modules/darkroom-typescript-5/node_modules/typescript',
  '7': 'node_modules/typescript',
} as const;

/** A project somewhere else, that has installed the package and no other. */
export interface ForeignProject {
  /** The folder of the installed package. */
  readonly packageFolder: string;
  /** Compiles the given files, by name, with strict options besides these. Gives what the compiler says: nothing where all is well. */
  compile(
    compiler: keyof typeof compilers,
    options: Readonly<Record<string, unknown>>,
    files: Readonly<Record<string, string>>,
  ): Promise<string>;
  remove(): Promise<void>;
}

/** Packs the package as for a registry, and unpacks it into a project in a folder for temporary files. */
export async function createForeignProject(): Promise<ForeignProject> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-foreign-'));
  const packageFolder = join(folder, 'node_modules/darkroom');
  await mkdir(packageFolder, { recursive: true });
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: repository });
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  await run('tar', ['-xzf', join(folder, tarball), '-C', packageFolder, '--strip-components=1']);
  return {
    packageFolder,
    async compile(compiler, options, files) {
      const project = await mkdtemp(join(folder, 'project-'));
      for (const [name, text] of Object.entries({
        'package.json': JSON.stringify({ type: 'module' }),
        'tsconfig.json': JSON.stringify({ compilerOptions: { ...strictest, ...options }, files: Object.keys(files) }),
        ...files,
      })) {
        await mkdir(dirname(join(project, name)), { recursive: true });
        await writeFile(join(project, name), text);
      }
      return outputOf(join(repository, compilers[compiler], 'bin/tsc'), project);
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

const strictest = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  target: 'es2022',
  lib: ['es2022'],
  types: [],
};

/** A compiler that has something to say ends with an error. */
async function outputOf(tsc: string, project: string): Promise<string> {
  try {
    return (await run(process.execPath, [tsc, '--project', project])).stdout;
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
