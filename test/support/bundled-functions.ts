import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import type { FunctionName } from '../../lambda/contract/environment.ts';
import { bundleFunctions } from '../../lib/bundle-functions.ts';

declare module 'vitest' {
  interface ProvidedContext {
    bundles: Readonly<Record<FunctionName, string>>;
  }
}

/** Bundles the functions once for all stacks of a run, as for a deployment; gives what clears them away. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-tests-'));
  project.provide('bundles', await bundleFunctions(folder));
  return () => rm(folder, { recursive: true, force: true });
}

/** Where the functions of this run are, for a stack that would bundle them itself. */
export const bundledFunctions: typeof bundleFunctions = async () => ({ ...inject('bundles') });
