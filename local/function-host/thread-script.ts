import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

let made: string | undefined;

/**
 * The code of a function's thread, `worker.ts`, as one script without types. Made once for all threads: what strips
 * types would otherwise be loaded by each of them, which takes as long as all else that a thread does before its
 * function.
 */
export function threadScript(): string {
  made ??= bundleThread();
  return made;
}

function bundleThread(): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
  });
  return outputFiles[0]?.text ?? '';
}
