import { graceEndsAt } from '../domain/endings.ts';
import { isOpen } from '../domain/job.ts';
import type { OpenJobEntry } from '../domain/open-job-entry.ts';
import type { JobQueue, OpenJobs } from '../domain/ports.ts';
import { wake } from '../domain/transitions.ts';
import { type SettleDependencies, settleOverdue, wakeForLedger } from './settle-overdue.ts';

export interface SweepJobsDependencies extends Omit<SettleDependencies, 'settings'> {
  readonly openJobs: OpenJobs;
  readonly queue: JobQueue;
  readonly settings: { readonly leaseSeconds: number; readonly wakeAfterSeconds: number };
}

/** Jobs dealt with side by side: enough to keep up with a backlog, few enough not to be throttled. */
const sideBySide = 16;

/** What a sweep did, and what it could not do. */
export interface Sweep {
  readonly settled: number;
  readonly woken: number;
  readonly failed: number;
}

/**
 * Looks after open jobs that nobody else does.
 * 1. Fail what is past its deadline. What a worker may be at is looked at again when its grace ends.
 * 2. Send the wake-up again for what has been due for a while and has no worker: its message was lost.
 * It stops when `secondsLeft` runs out; the next sweep goes on. A fault with one job is no reason to leave the others.
 */
export async function sweepJobs(dependencies: SweepJobsDependencies, secondsLeft: () => number): Promise<Sweep> {
  const { openJobs, clock, settings } = dependencies;
  const now = clock.now();
  const overdue = await each(dependencies, openJobs.overdue(now), secondsLeft, (entry) => settle(dependencies, entry));
  const asleep = openJobs.asleep(now, now - settings.wakeAfterSeconds * 1000);
  const woken = await each(dependencies, asleep, secondsLeft, (entry) => wakeAgain(dependencies, entry));
  return { settled: overdue.done, woken: woken.done, failed: overdue.failed + woken.failed };
}

async function settle(dependencies: SweepJobsDependencies, entry: OpenJobEntry): Promise<boolean> {
  const { jobs, queue, clock, settings } = dependencies;
  const job = await jobs.find(entry.id);
  if (!job) return false;
  const settled = await settleOverdue(dependencies, job);
  if (isOpen(settled)) {
    if (settled.deadlineAt > clock.now()) return false;
    // Its worker has a moment of grace left, and may be lost. The next sweep could be too late to end the job in time.
    const restSeconds = (graceEndsAt(settled, settings.leaseSeconds) - clock.now()) / 1000;
    await queue.send({ jobId: settled.id, hop: settled.hop }, settled, Math.max(0, restSeconds));
    return false;
  }
  await wakeForLedger(queue, settled);
  return settled.status !== job.status;
}

/** The permission to send is taken first, so that a sweep that runs late or twice sends no more than one. */
async function wakeAgain(dependencies: SweepJobsDependencies, entry: OpenJobEntry): Promise<boolean> {
  const { jobs, queue, clock, telemetry, settings } = dependencies;
  const { applied } = await jobs.apply(entry.id, wake(entry, clock.now(), settings.wakeAfterSeconds));
  if (!applied) return false;
  await queue.send({ jobId: entry.id, hop: entry.hop }, entry, 0);
  telemetry.record('job_woken', { jobId: entry.id, hop: entry.hop, wakeups: entry.wakeups + 1 });
  return true;
}

async function each(
  { telemetry }: SweepJobsDependencies,
  entries: AsyncIterable<OpenJobEntry>,
  secondsLeft: () => number,
  deal: (entry: OpenJobEntry) => Promise<boolean>,
): Promise<{ readonly done: number; readonly failed: number }> {
  const tally = { done: 0, failed: 0 };
  const running = new Set<Promise<void>>();
  try {
    for await (const entry of entries) {
      if (secondsLeft() < 5) break;
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
      if (running.size >= sideBySide) await Promise.race(running);
    }
  } finally {
    // Also where the index fails half-way: what has been begun is not left to a function that stands still.
    await Promise.all(running);
  }
  return tally;
}
