import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import type { FunctionName } from '../../lambda/contract/environment.ts';
import { bundleFunctions } from '../../lib/bundle-functions.ts';

declare module 'vitest' {
  interface ProvidedContext {
    bundles: Readonly<Record<FunctionName, string>>;
    /** A folder that is cleared away at the end of the run, for what outlives a test file. */
    runFolder: string;
  }
}

/** Bundles the functions once for all stacks of a run, as for a deployment; gives what clears them away. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-tests-'));
  const runFolder = join(folder, 'run');
  await mkdir(runFolder);
  project.provide('runFolder', runFolder);
  project.provide('bundles', await bundleFunctions(join(folder, 'functions')));
  return () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Where the functions of this run are, for a stack that would bundle them itself. */
export const bundledFunctions: typeof bundleFunctions = async () => ({ ...inject('bundles') });
