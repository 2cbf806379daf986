import { inject } from 'vitest';
import { type RunningDarkroom, startDarkroom } from './running-darkroom.ts';

let shared: Promise<RunningDarkroom> | undefined;

/**
 * The stack with default settings that all files of one test process share, since each start, and each thread of a function,
 * takes longer than most tests. For files that neither change settings nor leave anything behind that others would meet: a
 * fault, a provider's cooldown, an open job. Nobody stops it: it ends with its process, and its folders with the run.
 */
export function sharedDarkroom(): Promise<RunningDarkroom> {
  shared ??= startBelow(inject('runFolder'));
  return shared;
}

/** Starts it with its temporary files in this folder. */
async function startBelow(folder: string): Promise<RunningDarkroom> {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    // Files whose tests run side by side wait for more answers at once than one caller may by default.
    return await startDarkroom({ maxSynchronousPerOwner: 20 });
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
