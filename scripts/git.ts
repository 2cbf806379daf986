import { spawnSync } from 'node:child_process';

/** Runs git in a folder and gives what it prints. Throws git's error message if it fails. */
export function git(folder: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status === 0) return stdout;
  throw error ?? new Error(`git ${args[0]}: ${stderr.trim()}`);
}
