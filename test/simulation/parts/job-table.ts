import { acceptedRecord, type JobRecord, jobOf, openShardOf } from '../../../lambda/adapters/job-record.ts';
import { changed, holds, obstacle } from '../../../lambda/domain/conditions.ts';
import { ItemTooLarge } from '../../../lambda/domain/item-too-large.ts';
import type { Job, JobOrder } from '../../../lambda/domain/job.ts';
import type { OpenJobEntry } from '../../../lambda/domain/open-job-entry.ts';
import type { JobStore, OpenJobs, Undone } from '../../../lambda/domain/ports.ts';
import { clockSkewSeconds, undoable } from '../../../lambda/domain/transitions.ts';
import { WriteRefused } from '../../../lambda/domain/write-refused.ts';
import { drawsFrom, mix } from '../draws.ts';
import { type Network, StoreFault } from '../network.ts';
import type { Invocation, Scheduler } from '../scheduler.ts';
import { sizeOf } from './item-size.ts';

/** DynamoDB's own limit of an item, in bytes. */
const maxItemBytes = 400 * 1024;

/** Writes that change numbers alone, and are most of all: their size is that of the row before. */
export const growsNothing: ReadonlySet<string> = new Set([
  'claim',
  'renew',
  'release',
  'giveBack',
  'wake',
  'countReplay',
]);

/** Called with each write that changed a row: the row before it (undefined: there was none) and after it (undefined: it is gone). */
export type Watcher = (before: JobRecord | undefined, after: JobRecord | undefined, by: string) => void;

/** A row as the index showed it from a time on. */
interface Shown {
  readonly from: number;
  readonly entry: OpenJobEntry | undefined;
}

export interface JobTableOptions {
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly jobNumberOf: (id: string) => number;
  readonly indexLagSeconds: number;
  readonly watch: Watcher;
  /** Told when a worker sets about to complete a job, whether or not it gets there. */
  readonly onCompleting: (id: string) => void;
}

/** The table of jobs, with its index of open jobs, which is behind, and its TTL, which drops rows at once or days late. */
export class JobTable {
  readonly #rows = new Map<string, JobRecord>();
  /** By shard, and then by job. */
  readonly #index = new Map<string, Map<string, Shown[]>>();
  readonly #options: JobTableOptions;
  readonly #jobs = new WeakMap<JobRecord, Job>();
  /** The nonces of submissions that were undone. */
  readonly #undone = new Set<string>();
  #writes = 0;

  constructor(options: JobTableOptions) {
    this.#options = options;
  }

  /** The row, as it is; undefined where there is none, or the TTL has taken it. */
  row(id: string): JobRecord | undefined {
    const row = this.#rows.get(id);
    if (row && this.#isDropped(row)) {
      this.#write(id, row, undefined, 'ttl');
      return undefined;
    }
    return row;
  }

  /** Rows don't change, so that each is read as a job once. */
  #jobOf(row: JobRecord): Job {
    const known = this.#jobs.get(row) ?? jobOf(row);
    this.#jobs.set(row, known);
    return known;
  }

  /** Half of the rows go as soon as they may; the others up to two days later. */
  #isDropped(row: JobRecord): boolean {
    const draw = drawsFrom(mix(this.#options.seed, this.#options.jobNumberOf(row.id), row.ttl))();
    const lateSeconds = draw < 0.5 ? 0 : draw * 48 * 3600;
    return this.#options.scheduler.now >= (row.ttl + lateSeconds) * 1000;
  }

  #write(id: string, before: JobRecord | undefined, after: JobRecord | undefined, by: string): void {
    if (after && !growsNothing.has(by) && sizeOf(after) > maxItemBytes) {
      throw new ItemTooLarge('Item size to update has exceeded the maximum allowed size');
    }
    if (after) this.#rows.set(id, after);
    else this.#rows.delete(id);
    const { scheduler, seed, indexLagSeconds, watch } = this.#options;
    this.#writes += 1;
    const draw = drawsFrom(mix(seed, 0x1de, this.#writes));
    const lag = draw() < 0.9 ? 20 * draw() : indexLagSeconds * 1000 * draw();
    const shard = this.#shardOf(id);
    const history = shard.get(id) ?? [];
    const from = Math.max(scheduler.now + lag, history.at(-1)?.from ?? 0);
    while (history.length > 1 && (history[1] as Shown).from <= scheduler.now) history.shift();
    history.push({ from, entry: after?.openShard === undefined ? undefined : entryOf(after) });
    shard.set(id, history);
    watch(before, after, by);
  }

  /** The table as one invocation reaches it. */
  storeFor(invocation: Invocation): JobStore {
    const { network, jobNumberOf } = this.#options;
    const ask = <Answer>(label: string, id: string, work: () => Answer): Promise<Answer> =>
      network.ask({ invocation, label: `jobs.${label}`, job: jobNumberOf(id), to: 'store' }, work);
    return {
      create: (order) =>
        ask('create', order.id, () => this.#create(order)).catch((error: unknown) => {
          const isSure = error instanceof StoreFault && !error.isUnknown;
          throw isSure ? new WriteRefused(error.message, { cause: error }) : error;
        }),
      undo: (order) => ask('undo', order.id, () => this.#undo(order)),
      find: (id) =>
        ask('find', id, () => {
          const row = this.row(id);
          return row && this.#jobOf(row);
        }),
      apply: (id, transition) => {
        if (transition.name === 'complete' && !invocation.wasFrozen) this.#options.onCompleting(id);
        return ask(transition.name, id, () => {
          const row = this.row(id);
          if (!row) return { applied: false };
          if (obstacle(transition, row)) return { applied: false, job: this.#jobOf(row) };
          const next = changed(row, transition.change);
          this.#write(id, row, next, transition.name);
          return { applied: true, job: this.#jobOf(next) };
        });
      },
    };
  }

  #create(order: JobOrder): 'created' | 'taken' {
    const other = this.row(order.id);
    if (other && other.ttl > Math.floor(order.createdAt / 1000)) {
      return other.submissionNonce === order.submissionNonce ? 'created' : 'taken';
    }
    if (this.#undone.has(order.submissionNonce)) return 'taken';
    this.#write(order.id, other, acceptedRecord(order), 'create');
    return 'created';
  }

  /** The mark of an undone submission stands where its row would: as long as nobody else's does. */
  #undo(order: JobOrder): Undone {
    const row = this.row(order.id);
    const isPast = row !== undefined && row.ttl <= Math.floor(order.createdAt / 1000);
    if (row && !isPast && !undoable(order).every((condition) => holds(condition, row))) {
      return { undone: false, job: this.#jobOf(row) };
    }
    this.#undone.add(order.submissionNonce);
    if (row) this.#write(order.id, row, undefined, 'undo');
    return { undone: true };
  }

  /** The index as one invocation reads it. */
  indexFor(invocation: Invocation): OpenJobs {
    const { network, scheduler } = this.#options;
    const shards = (): readonly string[] => this.#shards();
    const matching = async function* (
      this: JobTable,
      label: string,
      shard: string,
      filter: (entry: OpenJobEntry) => boolean,
    ) {
      yield await network.ask({ invocation, label: `index.${label}`, job: -1, to: 'store' }, () =>
        this.#shown(shard, scheduler.now).filter(filter),
      );
    }.bind(this);
    return {
      get shards() {
        return shards();
      },
      overdue: (shard, now) => matching('overdue', shard, ({ deadlineAt }) => deadlineAt <= now),
      asleep: (shard, now, dueBefore) =>
        matching(
          'asleep',
          shard,
          ({ deadlineAt, dueAt, leaseUntil, wakeAt }) =>
            deadlineAt > now && dueAt <= dueBefore && leaseUntil <= now - clockSkewSeconds * 1000 && wakeAt <= now,
        ),
    };
  }

  #shardOf(id: string): Map<string, Shown[]> {
    const name = openShardOf(id);
    const known = this.#index.get(name) ?? new Map<string, Shown[]>();
    this.#index.set(name, known);
    return known;
  }

  /** The shards that show anything: to look into the others costs steps and shows nothing. */
  #shards(): readonly string[] {
    return [...this.#index.keys()].filter((shard) => this.#shown(shard, this.#options.scheduler.now).length > 0);
  }

  #shown(name: string, now: number): OpenJobEntry[] {
    const entries: OpenJobEntry[] = [];
    const shard = this.#index.get(name);
    for (const [id, history] of shard ?? []) {
      const shown = history.findLast(({ from }) => from <= now);
      if (shown?.entry) entries.push(shown.entry);
      else if (history.length === 1 && shown) shard?.delete(id);
    }
    return entries;
  }

  /** Whether the index shows anything, or is about to. */
  hasOpen(): boolean {
    const { now } = this.#options.scheduler;
    for (const shard of this.#index.values()) {
      for (const history of shard.values()) {
        if (history.some(({ from, entry }, at) => entry && (at === history.length - 1 || from > now))) return true;
      }
    }
    return this.#shards().length > 0;
  }
}

function entryOf(row: JobRecord): OpenJobEntry {
  const { id, owner, lane, deadlineAt, hop, claim, dueAt, leaseUntil, wakeAt, wakeups } = row;
  return { id, owner, lane, deadlineAt, hop, claim, dueAt, leaseUntil, wakeAt, wakeups };
}
