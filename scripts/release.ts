import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { optionsOrExit } from '../bin/command-line.ts';
import { makeRelease } from './make-release.ts';

const usage = `Releases main: sets the version in CHANGELOG.md and every other file that carries it, commits, and creates an annotated tag.
Pushes nothing. Refuses a dirty tree, another branch, a version that isn't greater than the current one, an empty Unreleased
section, and breaking changes of the API that the version doesn't announce.

  npm run release -- 0.2.0
  npm run release -- 0.2.0 --dry-run            prints what it would do
  npm run release -- 0.2.0 --date 2026-11-28    default: today, in UTC`;

function readOptions(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean', default: false }, date: { type: 'string' } },
  });
  const [version, stray] = positionals;
  if (version === undefined || stray !== undefined) throw new Error('Say which version to release, such as 0.2.0.');
  const date = values.date ?? new Date().toISOString().slice(0, 'YYYY-MM-DD'.length);
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) throw new Error('--date takes a day such as 2026-11-28.');
  return { version, date, dryRun: values['dry-run'] };
}

const order = optionsOrExit(usage, readOptions);
try {
  makeRelease(fileURLToPath(new URL('..', import.meta.url)), order, (line) => process.stdout.write(`${line}\n`));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
