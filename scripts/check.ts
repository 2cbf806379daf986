import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { optionsOrExit } from '../bin/command-line.ts';
import { changedFiles, checkOutIndex, stagedFiles } from './changed-files.ts';
import { type CheckStep, checkSteps } from './check-steps.ts';

const usage = `Checks what changed: lint and format of the changed files, all types, and the unit tests that import them.

  npm run check                  changes since the merge base with main, committed or not
  npm run check -- --since REF   changes since the merge base with REF
  npm run check -- --staged      the staged changes alone and no tests, as the commit hook does`;

const root = fileURLToPath(new URL('..', import.meta.url));
const binaries = join(root, 'node_modules', '.bin');

const readOptions = (args: readonly string[]) => {
  const { values } = parseArgs({
    args: [...args],
    options: { since: { type: 'string' }, staged: { type: 'boolean', default: false } },
  });
  if (values.staged && values.since !== undefined) throw new Error('Give --staged or --since, not both.');
  return values;
};

/** Runs one step in a folder, on this terminal, and reports its result and duration. */
function passes({ title, command, args }: CheckStep, folder: string): boolean {
  const startedAt = performance.now();
  const env = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ''}` };
  const { status } = spawnSync(command, args, { cwd: folder, env, stdio: 'inherit' });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${title}: ${status === 0 ? 'passed' : 'FAILED'} in ${seconds} s\n`);
  return status === 0;
}

/** Runs every step even if one fails, so that one run reports everything. */
const allPass = (folder: string, changed: readonly string[], tests: boolean): boolean =>
  checkSteps(
    changed,
    changed.filter((file) => existsSync(join(folder, file))),
    tests,
  )
    .map((step) => passes(step, folder))
    .every(Boolean);

/** Checks a copy of the index: unstaged changes must neither hide a fault nor cause one. */
async function nextCommitPasses(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-check-'));
  try {
    checkOutIndex(root, folder);
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    return allPass(folder, stagedFiles(root), false);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const { staged, since = 'main' } = optionsOrExit(usage, readOptions);
try {
  const passed = staged ? await nextCommitPasses() : allPass(root, changedFiles(root, since), true);
  process.exitCode = passed ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
