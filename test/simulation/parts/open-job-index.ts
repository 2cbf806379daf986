import { type JobRecord, openShardOf } from '../../../lambda/adapters/dynamo/jobs/job-record.ts';
import type { OpenJobEntry } from '../../../lambda/domain/jobs/open-job-entry.ts';
import { clockSkewSeconds } from '../../../lambda/domain/jobs/transitions.ts';
import type { OpenJobs } from '../../../lambda/domain/ports.ts';
import { drawsFrom, mix } from '../draws.ts';
import type { Call, Network } from '../network.ts';
import type { Invocation, Scheduler } from '../scheduler.ts';

/** A row as the index showed it from a time on. */
interface Shown {
  readonly from: number;
  /** Undefined where the index shows nothing of it. */
  readonly row: JobRecord | undefined;
}

export interface OpenJobIndexOptions {
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly network: Network;
  /** By how much the index may be behind the table. */
  readonly lagSeconds: number;
}

/** The index of open jobs, which is behind. */
export class OpenJobIndex {
  /** By shard, and then by job. */
  readonly #shards = new Map<string, Map<string, Shown[]>>();
  readonly #shardOfJob = new Map<string, Map<string, Shown[]>>();
  readonly #options: OpenJobIndexOptions;
  /** Jobs whose latest row is to be shown. */
  readonly #open = new Set<string>();
  #writes = 0;

  constructor(options: OpenJobIndexOptions) {
    this.#options = options;
  }

  /** Lets the index show a row as it is now, once it gets there. */
  show(id: string, row: JobRecord | undefined): void {
    const { scheduler, seed, lagSeconds } = this.#options;
    this.#writes += 1;
    const draw = drawsFrom(mix(seed, 0x1de, this.#writes));
    const lag = draw() < 0.9 ? 20 * draw() : lagSeconds * 1000 * draw();
    const shard = this.#shardOf(id);
    const history = shard.get(id) ?? [];
    const from = Math.max(scheduler.now + lag, history.at(-1)?.from ?? 0);
    while (history.length > 1 && (history[1] as Shown).from <= scheduler.now) history.shift();
    if (row?.openShard === undefined) this.#open.delete(id);
    else this.#open.add(id);
    history.push({ from, row: this.#open.has(id) ? row : undefined });
    shard.set(id, history);
  }

  /** The index as one invocation reads it. */
  indexFor(invocation: Invocation): OpenJobs {
    const matching = (label: string, shard: string, filter: (row: JobRecord) => boolean) =>
      this.#matching({ invocation, label, job: -1, to: 'store' }, shard, filter);
    return {
      // To look into the others costs steps and shows nothing.
      shards: [...this.#shards.keys()].filter((shard) => this.#rowsOf(shard).length > 0),
      overdue: (shard, now) => matching('index.overdue', shard, ({ deadlineAt }) => deadlineAt <= now),
      asleep: (shard, now, dueBefore) =>
        matching(
          'index.asleep',
          shard,
          ({ deadlineAt, dueAt, leaseUntil, wakeAt }) =>
            deadlineAt > now && dueAt <= dueBefore && leaseUntil <= now - clockSkewSeconds * 1000 && wakeAt <= now,
        ),
    };
  }

  async *#matching(call: Call, shard: string, filter: (row: JobRecord) => boolean) {
    yield await this.#options.network.ask(call, () => this.#rowsOf(shard).filter(filter).map(entryOf));
  }

  #shardOf(id: string): Map<string, Shown[]> {
    const known = this.#shardOfJob.get(id);
    if (known) return known;
    const name = openShardOf(id);
    const shard = this.#shards.get(name) ?? new Map<string, Shown[]>();
    this.#shards.set(name, shard);
    this.#shardOfJob.set(id, shard);
    return shard;
  }

  /** What a shard shows now. What shows nothing any more is forgotten. */
  #rowsOf(name: string): JobRecord[] {
    const { now } = this.#options.scheduler;
    const rows: JobRecord[] = [];
    const shard = this.#shards.get(name);
    for (const [id, history] of shard ?? []) {
      const shown = history.findLast(({ from }) => from <= now);
      if (shown?.row) rows.push(shown.row);
      else if (history.length === 1 && shown) shard?.delete(id);
    }
    return rows;
  }

  /** Whether the index shows anything, or is about to. */
  hasOpen(): boolean {
    if (this.#open.size > 0) return true;
    const { now } = this.#options.scheduler;
    for (const shard of this.#shards.values()) {
      for (const history of shard.values()) if (history.some(({ from, row }) => row && from > now)) return true;
    }
    return [...this.#shards.keys()].some((shard) => this.#rowsOf(shard).length > 0);
  }
}

function entryOf(row: JobRecord): OpenJobEntry {
  const { id, owner, lane, deadlineAt, hop, claim, dueAt, leaseUntil, wakeAt, wakeups } = row;
  return { id, owner, lane, deadlineAt, hop, claim, dueAt, leaseUntil, wakeAt, wakeups };
}
