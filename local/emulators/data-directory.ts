import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Makes a data directory where it is missing, and takes it for this stack alone; gives the way to let go of it. Throws
 * where another stack has it, and where it can't be made or written. The lock is the operating system's, on a database
 * file, so that it goes with a killed process.
 */
export function takeDataDirectory(directory: string): () => void {
  const lock = openLock(directory);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new Error(`Another local stack uses the data directory ${directory}.`, { cause });
  }
  return () => lock.close();
}

function openLock(directory: string): DatabaseSync {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return new DatabaseSync(join(directory, 'lock.db'));
  } catch (cause) {
    throw new Error(`The data directory ${directory} can't be used: ${String(cause)}`, { cause });
  }
}

/**
 * The emulators' ports in the last run from this data directory. URLs from that run (links to objects, queue URLs in a
 * shell) stay valid after a restart, as long as the ports are free.
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
