import { acceptedRecord, type JobRecord, jobOf } from '../../../lambda/adapters/dynamo/jobs/job-record.ts';
import { changed, holds, obstacle, type Transition } from '../../../lambda/domain/jobs/conditions.ts';
import { ItemTooLarge } from '../../../lambda/domain/jobs/item-too-large.ts';
import type { Job, OpenJob } from '../../../lambda/domain/jobs/job.ts';
import { undoable } from '../../../lambda/domain/jobs/transitions.ts';
import type { Applied, Undone } from '../../../lambda/domain/ports.ts';
import { drawsFrom, mix } from '../draws.ts';
import type { Scheduler } from '../scheduler.ts';
import { type ItemSize, sizeAfter, sizeOf } from './item-size.ts';
import type { OpenJobIndex } from './open-job-index.ts';

/** DynamoDB's own limit of an item, in bytes. */
const maxItemBytes = 400 * 1024;

/** Called with each write that changed a row: the row before it (undefined: there was none) and after it (undefined: it is gone). */
export type Watcher = (before: JobRecord | undefined, after: JobRecord | undefined, by: string) => void;

/** A row as the table keeps it. Rows don't change, so that each is measured once, and read as a job once. */
interface Kept {
  readonly row: JobRecord;
  readonly size: ItemSize;
  job: Job | undefined;
}

export interface JobTableOptions {
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly jobNumberOf: (id: string) => number;
  readonly index: OpenJobIndex;
  readonly watch: Watcher;
}

/** The table of jobs, with its TTL, which drops rows at once or days late. */
export class JobTable {
  readonly #rows = new Map<string, Kept>();
  readonly #options: JobTableOptions;
  /** The nonces of submissions that were undone. */
  readonly #undone = new Set<string>();

  constructor(options: JobTableOptions) {
    this.#options = options;
  }

  /** The row, as it is; undefined where there is none, or the TTL has taken it. */
  row(id: string): JobRecord | undefined {
    return this.#keptOf(id)?.row;
  }

  /** The bytes that a row takes; 0 where there is none. */
  bytesOf(id: string): number {
    return this.#rows.get(id)?.size.bytes ?? 0;
  }

  #keptOf(id: string): Kept | undefined {
    const kept = this.#rows.get(id);
    if (kept && this.#isDropped(kept.row)) {
      this.#write(id, kept, undefined, 'ttl');
      return undefined;
    }
    return kept;
  }

  /** Half of the rows go as soon as they may; the others up to two days later. */
  #isDropped(row: JobRecord): boolean {
    const { now } = this.#options.scheduler;
    if (now < row.ttl * 1000) return false;
    const draw = drawsFrom(mix(this.#options.seed, this.#options.jobNumberOf(row.id), row.ttl))();
    const lateSeconds = draw < 0.5 ? 0 : draw * 48 * 3600;
    return now >= (row.ttl + lateSeconds) * 1000;
  }

  #write(id: string, before: Kept | undefined, after: Kept | undefined, by: string): void {
    if (after && after.size.bytes > maxItemBytes) {
      throw new ItemTooLarge('Item size to update has exceeded the maximum allowed size');
    }
    if (after) this.#rows.set(id, after);
    else this.#rows.delete(id);
    this.#options.index.show(id, after?.row);
    this.#options.watch(before?.row, after?.row, by);
  }

  find(id: string): Job | undefined {
    const kept = this.#keptOf(id);
    return kept && jobIn(kept);
  }

  apply(id: string, transition: Transition): Applied {
    const kept = this.#keptOf(id);
    if (!kept) return { applied: false };
    if (obstacle(transition, kept.row)) return { applied: false, job: jobIn(kept) };
    const { name, change } = transition;
    const row = changed(kept.row, change);
    const next: Kept = { row, size: sizeAfter(kept.size, kept.row, row, change), job: undefined };
    this.#write(id, kept, next, name);
    return {
      applied: true,
      // Half of the callers don't look at it.
      get job() {
        return jobIn(next);
      },
    };
  }

  create(made: OpenJob): 'created' | 'taken' {
    const other = this.#keptOf(made.id);
    if (other && other.row.ttl > Math.floor(made.createdAt / 1000)) {
      return other.row.submissionNonce === made.submissionNonce ? 'created' : 'taken';
    }
    if (this.#undone.has(made.submissionNonce)) return 'taken';
    const row = acceptedRecord(made);
    this.#write(made.id, other, { row, size: sizeOf(row), job: undefined }, 'create');
    return 'created';
  }

  /** The mark of an undone submission stands where its row would: as long as nobody else's does. */
  undo(made: OpenJob): Undone {
    const kept = this.#keptOf(made.id);
    const isPast = kept !== undefined && kept.row.ttl <= Math.floor(made.createdAt / 1000);
    if (kept && !isPast && !undoable(made).every((condition) => holds(condition, kept.row))) {
      return { undone: false, job: jobIn(kept) };
    }
    this.#undone.add(made.submissionNonce);
    if (kept) this.#write(made.id, kept, undefined, 'undo');
    return { undone: true };
  }
}

function jobIn(kept: Kept): Job {
  kept.job ??= jobOf(kept.row);
  return kept.job;
}
