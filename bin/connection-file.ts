import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalStack } from '../local/start.ts';

/** How commands reach a local stack that runs in another process: its outputs, and its stores past the gateway. */
export type Connection = Pick<LocalStack, 'origin' | 'outputs' | 'awsEnvironment'>;

/** Path of the connection file of the local stack with this port, which exists while the stack runs. */
export const connectionPath = (port: number): string => join(tmpdir(), `darkroom-local-${port}.json`);

/**
 * Writes the connection of a running stack, readable by this user alone; returns a function that removes it. A file
 * left by a killed stack is replaced by a new one, so that nothing is ever written through another user's file or a
 * link.
 */
export async function writeConnection({ origin, outputs, awsEnvironment }: Connection): Promise<() => Promise<void>> {
  const path = connectionPath(Number(new URL(origin).port));
  await rm(path, { force: true });
  await writeFile(path, JSON.stringify({ origin, outputs, awsEnvironment }), { mode: 0o600, flag: 'wx' });
  return () => rm(path, { force: true });
}

/** The connection of the local stack with this port. Throws a sentence for people where none runs there. */
export async function readConnection(port: number): Promise<Connection> {
  const text = await readFile(connectionPath(port), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const connection = text === undefined ? undefined : (JSON.parse(text) as Connection);
  if (connection === undefined || !(await answers(connection.origin))) {
    throw new Error(`No local Darkroom runs on port ${port}: start it with npm start, or choose another --port.`);
  }
  return connection;
}

/** A stack that was killed has left its file behind. */
async function answers(origin: string): Promise<boolean> {
  const answer = await fetch(`${origin}/health`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok ?? false;
}
