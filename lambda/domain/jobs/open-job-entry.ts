import type { Lane } from './lane.ts';

/** What the index of open jobs shows of a job; it may be a moment old. Times are epoch milliseconds. */
export interface OpenJobEntry {
  readonly id: string;
  readonly owner: string;
  readonly lane: Lane;
  readonly deadlineAt: number;
  readonly hop: number;
  readonly dueAt: number;
  /** How often it has been claimed; 0 where no worker has had it yet. */
  readonly claim: number;
  readonly leaseUntil: number;
  readonly wakeAt: number;
  /** How often the sweep has sent its wake-up again. */
  readonly wakeups: number;
}
