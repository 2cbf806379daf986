import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { optionsOrExit, readNothing } from '../bin/command-line.ts';
import { functionNames } from '../lambda/contract/environment.ts';
import { bundleFunctions, metafileName } from '../lib/bundle-functions.ts';
import { bundleWeight, wireCodeIn } from './bundle-weights.ts';
import { type ImportTime, importTimes } from './import-times.ts';

const usage = `Prints the size of each function's bundle, what it consists of, and how long a process with it takes to start, compared with an
empty handler in the same run.

  npm run sizes`;

const heaviestShown = 5;

async function main(): Promise<void> {
  optionsOrExit(usage, readNothing);
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-sizes-'));
  try {
    const bundles = await bundleFunctions(folder);
    const metafile: Metafile = JSON.parse(await readFile(join(folder, metafileName), 'utf8'));
    const directories = functionNames.map((name) => bundles[name]);
    const [empty, ...times] = await importTimes([await emptyHandler(folder), ...directories]);
    print('function', 'at once', 'later', 'loads in', 'starts in', 'to empty');
    print('(an empty handler)', '', '', ...timeCells(empty, empty));
    for (const [index, name] of functionNames.entries()) {
      const { bytes, laterBytes, parts } = bundleWeight(metafile, name);
      print(name, kilobytes(bytes), kilobytes(laterBytes), ...timeCells(times[index], empty));
      for (const part of parts.slice(0, heaviestShown)) print(`  ${part.name}`, kilobytes(part.bytes));
    }
    const wireCode = wireCodeIn(bundleWeight(metafile, 'submit-job'));
    const said = wireCode.length === 0 ? "holds no provider's wire code" : `holds wire code: ${wireCode.join(', ')}`;
    process.stdout.write(`\nThe bundle of submit-job ${said}.\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What any handler takes at the least: Node's own part of loading a module. */
async function emptyHandler(folder: string): Promise<string> {
  const directory = join(folder, 'empty');
  await mkdir(directory);
  await writeFile(join(directory, 'index.mjs'), 'export const handler = async () => {};\n');
  return directory;
}

/** Loading alone, the whole start with Node's own part in it, and how many times an empty handler's start that is. */
function timeCells(time: ImportTime | undefined, empty: ImportTime | undefined): readonly string[] {
  if (time === undefined || empty === undefined) throw new Error('A bundle was not timed.');
  return [milliseconds(time.loading), milliseconds(time.starting), (time.starting / empty.starting).toFixed(1)];
}

const milliseconds = (time: number): string => `${time.toFixed(1)} ms`;

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;

function print(name: string, ...cells: readonly string[]): void {
  process.stdout.write(`${name.padEnd(34)}${cells.map((cell) => cell.padStart(12)).join('')}\n`);
}

await main();
