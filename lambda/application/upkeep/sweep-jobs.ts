import { openAttempt } from '../../domain/jobs/attempt.ts';
import { graceEndsAt } from '../../domain/jobs/endings.ts';
import { isOpen, type Job } from '../../domain/jobs/job.ts';
import type { OpenJobEntry } from '../../domain/jobs/open-job-entry.ts';
import { unwoken, wake, wakeEnded } from '../../domain/jobs/transitions.ts';
import type { JobQueue, OpenJobs } from '../../domain/ports.ts';
import { type FailOverdueDependencies, failIfOverdue, wakeForLedger } from '../end/fail-overdue.ts';
import { dealWithEach, type Tally } from './deal-with-each.ts';
import { type SweepUsageDependencies, sweepUsage } from './sweep-usage.ts';
import { type WakePatience, type WakePatienceDependencies, wakePatience } from './wake-patience.ts';

export interface SweepJobsDependencies
  extends Omit<FailOverdueDependencies, 'settings' | 'usage'>,
    SweepUsageDependencies,
    WakePatienceDependencies {
  readonly jobs: FailOverdueDependencies['jobs'];
  readonly openJobs: OpenJobs;
  readonly queue: JobQueue;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  readonly settings: { readonly leaseSeconds: number; readonly wakeAfterSeconds: number };
}

/** What a sweep did, and what it could not do. */
export interface Sweep {
  readonly ended: number;
  readonly woken: number;
  /** Reservations that were no longer needed, and owners that nothing is left of. */
  readonly released: number;
  readonly failed: number;
}

/** The last seconds of the function are for ending what has been begun. */
const secondsToEndIn = 5;

/** However many jobs are overdue, this part of a sweep's time is left for those that are asleep. */
const shareForSleepers = 1 / 3;

/**
 * The reaper of open jobs whose message or worker was lost, in all shards of the index in parallel.
 * 1. Fail what is past its deadline. A job that a worker may hold is checked again when its grace period ends.
 * 2. Redeliver the wake-up of a job that has been due for a while and has no worker: its message was lost.
 * Beside that, keep in order what owners have reserved.
 * It stops when `secondsLeft` runs out; the next sweep continues. A fault with one job or one shard is no reason to leave the
 * others. Throws in the end where a shard or the usage could not be read, so that its function is seen to fail.
 */
export async function sweepJobs(dependencies: SweepJobsDependencies, secondsLeft: () => number): Promise<Sweep> {
  const { openJobs, clock, random, settings, telemetry } = dependencies;
  const now = clock.now();
  const patience = wakePatience(dependencies);
  const secondsForSleepers = Math.max(secondsToEndIn, secondsLeft() * shareForSleepers);
  const isTimeFor = (seconds: number) => () => secondsLeft() >= seconds;
  const usage = sweepUsage(dependencies, isTimeFor(secondsToEndIn));
  const swept = startingAnywhere(openJobs.shards, random()).map(async (shard) => ({
    overdue: await dealWithEach(telemetry, openJobs.overdue(shard, now), isTimeFor(secondsForSleepers), (entry) =>
      sweepOverdue(dependencies, entry),
    ),
    asleep: await dealWithEach(
      telemetry,
      openJobs.asleep(shard, now, now - settings.wakeAfterSeconds * 1000),
      isTimeFor(secondsToEndIn),
      async (entry) => wakeAgain(dependencies, entry, await patience),
    ),
  }));
  return sumOf(await Promise.all(swept), await usage);
}

/** Where time is short, it is not always the same shards that are left out. */
function startingAnywhere(shards: readonly string[], random: number): readonly string[] {
  const start = Math.floor(random * shards.length);
  return [...shards.slice(start), ...shards.slice(0, start)];
}

function sumOf(shards: readonly { readonly overdue: Tally; readonly asleep: Tally }[], usage: Tally): Sweep {
  const sweep = { ended: 0, woken: 0, released: usage.done, failed: usage.failed };
  for (const { overdue, asleep } of shards) {
    sweep.ended += overdue.done;
    sweep.woken += asleep.done;
    sweep.failed += overdue.failed + asleep.failed;
  }
  const unread = shards.filter(({ overdue, asleep }) => overdue.unread ?? asleep.unread);
  const [first] = unread;
  if (!first && usage.unread === undefined) return sweep;
  if (!first) throw new Error('The usage of the owners could not be read.', { cause: usage.unread });
  throw new Error(`Of ${shards.length} shards of the index of open jobs, ${unread.length} could not be read.`, {
    cause: first.overdue.unread ?? first.asleep.unread,
  });
}

async function sweepOverdue(dependencies: SweepJobsDependencies, entry: OpenJobEntry): Promise<boolean> {
  const { jobs, queue, clock, settings } = dependencies;
  const job = await jobs.find(entry.id);
  if (!job) return false;
  const latest = await failIfOverdue(dependencies, job);
  if (isOpen(latest)) {
    if (latest.deadlineAt > clock.now()) return false;
    // Its worker has a moment of grace left, and may be lost. The next sweep could be too late to end the job in time.
    const restSeconds = (graceEndsAt(latest, settings.leaseSeconds) - clock.now()) / 1000;
    await queue.send({ jobId: latest.id, hop: latest.hop }, latest, Math.max(0, restSeconds));
    return false;
  }
  const hasJustEnded = latest.status !== job.status;
  await wakeEndedAgain(dependencies, latest, hasJustEnded ? { ...entry, ...unwoken } : entry);
  return hasJustEnded;
}

/** Likewise of a job that has ended, once at a time: its messages must not pile up where workers are behind. */
async function wakeEndedAgain(dependencies: SweepJobsDependencies, job: Job, entry: OpenJobEntry): Promise<void> {
  const { jobs, queue, clock, settings } = dependencies;
  const now = clock.now();
  if (!openAttempt(job.attempts) || entry.wakeAt > now) return;
  const { applied } = await jobs.apply(job.id, wakeEnded(entry, now, settings.wakeAfterSeconds));
  if (applied) await wakeForLedger(queue, job);
}

/** The permission to send is taken first, so that a sweep that runs late or twice sends no more than one. */
async function wakeAgain(
  dependencies: SweepJobsDependencies,
  entry: OpenJobEntry,
  patience: WakePatience,
): Promise<boolean> {
  const { jobs, queue, clock, telemetry } = dependencies;
  const now = clock.now();
  const patienceSeconds = patience(entry);
  if (entry.dueAt > now - patienceSeconds * 1000) return false;
  const { applied } = await jobs.apply(entry.id, wake(entry, now, patienceSeconds));
  if (!applied) return false;
  await queue.send({ jobId: entry.id, hop: entry.hop }, entry, 0);
  telemetry.record('job_woken', { jobId: entry.id, hop: entry.hop, wakeups: entry.wakeups + 1 });
  return true;
}
