import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { VendorSimulator } from '../../local/vendors/simulator.ts';
import { bundledFunctions } from '../support/bundled-functions.ts';
import { type DarkroomProcess, startDarkroomProcess } from './darkroom-process.ts';
import type { FastStackOptions } from './fast-stack.ts';

const program = fileURLToPath(new URL('fast-stack.ts', import.meta.url));

/** Starts the stack in fast motion on the data in a folder: for `killed` at its port, since the links that it handed out name that. */
export async function startFastStack(
  folder: string,
  simulator: VendorSimulator,
  killed?: DarkroomProcess,
): Promise<DarkroomProcess> {
  const options: FastStackOptions = {
    port: killed ? Number(new URL(killed.origin).port) : 0,
    dataDirectory: join(folder, 'data'),
    simulatorOrigin: simulator.origin,
    bundles: await bundledFunctions(folder),
  };
  return startDarkroomProcess(folder, [JSON.stringify(options)], program);
}
