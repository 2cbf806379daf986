import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

const module = pathToFileURL('bin/when-asked-to-stop.ts').href;

/** A process that says when it listens, and when it was asked to stop. */
const program = `
  import { whenAskedToStop } from '${module}';
  whenAskedToStop(() => { process.stdout.write('stopped'); process.exit(0); });
  setInterval(() => {}, 1000);
  process.stdout.write('ready ' + process.pid + ' ');
`;
const args = ['--input-type=module-typescript', '--eval', program];

/** The same as the child of another, whose output it shares: what npm is to a command. */
const parentProgram = `
  const { spawn } = require('node:child_process');
  spawn(process.execPath, ${JSON.stringify(args)}, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  setInterval(() => {}, 1000);
`;

const started = (programArgs: readonly string[], byNpm: boolean): ChildProcess => {
  const { npm_lifecycle_event: _, ...env } = process.env;
  return spawn(process.execPath, programArgs, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: byNpm ? { ...env, npm_lifecycle_event: 'start' } : env,
  });
};

/** What was said until these words. */
async function heard({ stdout }: ChildProcess, words: RegExp): Promise<string> {
  let text = '';
  while (!words.test(text)) {
    const [chunk] = (await once(stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    text += chunk.toString();
  }
  return text;
}

describe('whenAskedToStop', { timeout: 60_000 }, () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('stops at %s', async (signal) => {
    const child = started(args, false);
    await heard(child, /ready \d+ /);
    child.kill(signal);
    await heard(child, /stopped/);
  });

  it.each(['SIGKILL', 'SIGHUP'] as const)('stops where the npm that started it has gone by %s', async (signal) => {
    const npm = started(['--eval', parentProgram], true);
    await heard(npm, /ready \d+ /);
    npm.kill(signal);
    await heard(npm, /stopped/);
  });

  it('lets npm pass signals on, with no shell between', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    expect(scripts.start).toMatch(/^exec node /);
  });
});
