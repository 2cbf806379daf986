import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionPlan } from '../plan/functions.ts';

/** A function's code as it lies on the disk. */
export interface UnpackedCode {
  readonly directory: string;
  readonly modulePath: string;
  readonly exportName: string;
  /** Removes what was written for it; a folder of the assembly stays. */
  dispose(): void;
}

/** Finds the module and the export that a handler names. Throws where the code holds no such module. */
export function unpackCode(plan: FunctionPlan): UnpackedCode {
  const dot = plan.handler.lastIndexOf('.');
  const exportName = plan.handler.slice(dot + 1);
  if ('directory' in plan.code) {
    const { directory } = plan.code;
    const base = join(directory, plan.handler.slice(0, dot));
    const modulePath = ['.mjs', '.js', '.cjs'].map((extension) => base + extension).find((path) => existsSync(path));
    if (modulePath === undefined) throw new Error(`The code of ${plan.name} has no module for ${plan.handler}.`);
    return { directory, modulePath, exportName, dispose() {} };
  }
  const directory = mkdtempSync(join(tmpdir(), 'darkroom-function-'));
  // Lambda writes source text from a template into index.js.
  const modulePath = join(directory, 'index.js');
  writeFileSync(modulePath, plan.code.inlineSource);
  return { directory, modulePath, exportName, dispose: () => rmSync(directory, { recursive: true, force: true }) };
}
