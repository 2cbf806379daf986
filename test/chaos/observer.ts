import { setTimeout as delay } from 'node:timers/promises';
import { itemBytes } from '../support/item-bytes.ts';
import { hasOpenEntry, isEnded, type JobHistory, type SeenRow, seenOf } from './history.ts';
import type { Stores } from './stores.ts';

const everyMilliseconds = 400;

/** Looks at the rows of accepted jobs, past the gateway: for a client's own look may be what ends a job. */
export class Observer {
  private readonly stores: Pick<Stores, 'jobs'>;
  private readonly watched = new Map<string, JobHistory>();
  private stopped = false;
  private readonly running: Promise<void>;

  constructor(stores: Pick<Stores, 'jobs'>, onEnded: (history: JobHistory) => void) {
    this.stores = stores;
    this.running = this.observe(onEnded);
  }

  watch(history: JobHistory): void {
    if (history.id !== undefined) this.watched.set(history.id, history);
  }

  /** Jobs that have not ended, or whose ledger is not closed. */
  get unsettled(): number {
    return this.watched.size;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async observe(onEnded: (history: JobHistory) => void): Promise<void> {
    for (; !this.stopped; await delay(everyMilliseconds)) {
      const at = Date.now();
      for (const row of await this.stores.jobs([...this.watched.keys()])) {
        const history = this.watched.get(row.id);
        if (history === undefined) continue;
        const before = history.sights.at(-1)?.row;
        if (before === undefined || hasMoved(before, row))
          history.sights.push({ at, bytes: itemBytes(row), row: seenOf(row) });
        if (isEnded(row) && (before === undefined || !isEnded(before))) onEnded(history);
        if (isEnded(row) && !hasOpenEntry(row)) this.watched.delete(row.id);
      }
    }
  }
}

const hasMoved = (before: SeenRow, row: SeenRow): boolean =>
  (['status', 'claim', 'hop', 'ledgerVersion', 'deletedAt', 'replays'] as const).some(
    (name) => before[name] !== row[name],
  );
