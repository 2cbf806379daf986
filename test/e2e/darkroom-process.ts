import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** `npm start` as a process of its own, for tests that kill it. */
export interface DarkroomProcess {
  readonly origin: string;
  /** The lines that it has printed so far, on both of its streams. */
  printed(): readonly string[];
  /** Ends it as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
}

const localProgram = fileURLToPath(new URL('../../bin/local.ts', import.meta.url));

/**
 * Starts `bin/local.ts`, or another program that says where it runs, with these arguments. What it builds goes below `temporaryDirectory`, since a killed process leaves it
 * there. Throws, with what it printed, if it doesn't run within 60 seconds.
 */
export async function startDarkroomProcess(
  temporaryDirectory: string,
  args: readonly string[],
  program: string = localProgram,
): Promise<DarkroomProcess> {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temporaryDirectory },
  });
  const printed = gather(child);
  const exited = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  try {
    return { origin: await originPrinted(child, printed), printed: () => printed().split('\n'), kill };
  } catch (error) {
    await kill();
    throw error;
  }
}

function gather({ stdout, stderr }: ChildProcess): () => string {
  let text = '';
  for (const stream of [stdout, stderr]) stream?.setEncoding('utf8').on('data', (part: string) => (text += part));
  return () => text;
}

function originPrinted(child: ChildProcess, printed: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const give = (why: string) => reject(new Error(`${why} It printed:\n${printed()}`));
    const timer = setTimeout(give, 60_000, 'The stack did not start in time.');
    child.once('close', (code) => {
      clearTimeout(timer);
      give(`The stack ended with ${code}.`);
    });
    child.stdout?.on('data', () => {
      const origin = /Darkroom runs at\s+(http:\S+)/.exec(printed())?.[1];
      if (origin === undefined) return;
      clearTimeout(timer);
      resolve(origin);
    });
  });
}
