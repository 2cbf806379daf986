import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { withoutSafeguard } from '../chaos/mutations.ts';
import { mutants } from './safeguards.ts';
import type { runWorld } from './world.ts';

/** The simulation of an engine without one of its safeguards. Throws for a name that no safeguard has. */
export async function simulationWithout(name: string): Promise<typeof runWorld> {
  const mutant = mutants[name];
  if (!mutant) throw new Error(`--without takes one of ${Object.keys(mutants).join(', ')}, not ${name}.`);
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-simulation-'));
  try {
    const outfile = join(folder, 'world.mjs');
    await build({
      ...{ entryPoints: [fileURLToPath(new URL('./world.ts', import.meta.url))], outfile },
      ...{ bundle: true, format: 'esm', platform: 'node', target: 'node24', logLevel: 'error' },
      // As the SDK's own modules are, which need no `require`.
      mainFields: ['module', 'main'],
      plugins: [withoutSafeguard(mutant)],
    });
    const { runWorld: run } = (await import(pathToFileURL(outfile).href)) as { runWorld: typeof runWorld };
    return run;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
