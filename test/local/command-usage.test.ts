import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** The commands that are programs of our own, and how each is started. */
const commands = Object.entries(scripts).flatMap(([name, line]) => {
  const [, args] = /^(?:exec )?node (.+)$/.exec(line) ?? [];
  return args === undefined ? [] : [[name === 'start' ? 'npm start' : `npm run ${name}`, args.split(' ')] as const];
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const run = (args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(process.execPath, [...args], { timeout: 100_000 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });

describe('optionsOrExit', { timeout: 240_000 }, () => {
  it.each(commands)('%s tells how it is used, and does nothing else', async (name, args) => {
    const asked = await run([...args, '--help']);
    expect(asked).toMatchObject({ code: 0, err: '' });
    const usageLine = asked.out.split('\n').find((line) => line.includes(name));
    expect(usageLine, asked.out).toBeDefined();
    const mistaken = await run([...args, '--no-such-option']);
    expect(mistaken).toEqual({ code: 2, out: '', err: 'Unknown option --no-such-option.\n--help shows the usage.\n' });
  });
});
