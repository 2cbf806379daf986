import type { Telemetry } from '../../domain/telemetry.ts';

/** How many entries were dealt with to some effect, and how many met a fault. `unread` is why the rest could not be read. */
export interface Tally {
  readonly done: number;
  readonly failed: number;
  readonly unread?: unknown;
}

/** Entries of one shard dealt with side by side: one that hangs doesn't hold up the rest, and the table isn't flooded. */
const entriesSideBySide = 2;

/**
 * Deals with entries of jobs, page by page, for as long as there is time; `deal` says whether it has done anything.
 * Ends only when all that was begun has ended: nothing is left to a function that is frozen. Throws nothing.
 */
export async function dealWithEach<Entry extends { readonly id: string }>(
  telemetry: Telemetry,
  pages: AsyncIterable<readonly Entry[]>,
  hasTime: () => boolean,
  deal: (entry: Entry) => Promise<boolean>,
  maxSideBySide: number = entriesSideBySide,
): Promise<Tally> {
  const tally: { done: number; failed: number; unread?: unknown } = { done: 0, failed: 0 };
  const running = new Set<Promise<void>>();
  function begin(entry: Entry): void {
    const work = deal(entry).then(
      (done) => {
        if (done) tally.done += 1;
      },
      (error: unknown) => {
        tally.failed += 1;
        telemetry.record('worker_fault', { jobId: entry.id }, error);
      },
    );
    running.add(work);
    void work.then(() => running.delete(work));
  }
  try {
    // A page may be empty, for the index filters what it has read: time passes all the same.
    for await (const page of pages) {
      for (const entry of page) {
        if (!hasTime()) break;
        begin(entry);
        if (running.size >= maxSideBySide) await Promise.race(running);
      }
      if (!hasTime()) break;
    }
  } catch (error) {
    tally.unread = error;
    telemetry.record('worker_fault', { part: 'index' }, error);
  }
  await Promise.all(running);
  return tally;
}
