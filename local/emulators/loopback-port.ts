import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';

/** Listens on 127.0.0.1 and gives the port. A preferred port that is taken falls back to any free one. */
export async function listenOnLoopback(server: Server, preferredPort: number): Promise<number> {
  try {
    return await listen(server, preferredPort);
  } catch (error) {
    if (preferredPort === 0 || !isPortTaken(error)) throw error;
    return listen(server, 0);
  }
}

/** Listens on 127.0.0.1 at exactly this port (0 picks a free one). Throws where it is taken. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The server has no port.'));
      else resolve(address.port);
    });
  });
}

/** Closes a server and the connections it still has. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/**
 * The ports the emulators had in the last run from this data directory. Addresses handed out then (links to objects,
 * the queue addresses in somebody's shell) still hold after a restart, as long as the ports are free.
 */
export function rememberedPorts(dataDirectory: string | undefined): Readonly<Record<string, number>> {
  if (dataDirectory === undefined) return {};
  try {
    const ports: unknown = JSON.parse(readFileSync(join(dataDirectory, 'ports.json'), 'utf8'));
    if (typeof ports !== 'object' || ports === null) return {};
    return Object.fromEntries(Object.entries(ports).filter(([, port]) => Number.isInteger(port)));
  } catch {
    // The file is a convenience: without it, or with a broken one, free ports are picked.
    return {};
  }
}

/** Keeps the ports for the next run. */
export function rememberPorts(dataDirectory: string | undefined, ports: Readonly<Record<string, number>>): void {
  if (dataDirectory !== undefined) writeWhole(join(dataDirectory, 'ports.json'), JSON.stringify(ports));
}

/** Writes a small private file so that a reader finds either the old or the new text, never half of one. */
export function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
