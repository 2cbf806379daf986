import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { optionsOrExit } from '../bin/command-line.ts';
import { makeRelease } from './make-release.ts';

const usage = `Makes a release of what is on main: a version in CHANGELOG.md and wherever it stands, a commit and an annotated tag. Pushes
nothing. Refuses what isn't committed, another branch, a version that doesn't come after the last, an empty Unreleased, and
changes of the API that break clients where the version doesn't say so.

  npm run release -- 0.2.0
  npm run release -- 0.2.0 --dry-run            tells what it would do
  npm run release -- 0.2.0 --date 2026-11-28    today's date, in UTC, if absent`;

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
