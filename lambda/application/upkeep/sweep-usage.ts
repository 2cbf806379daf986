import type { Job } from '../../domain/jobs/job.ts';
import { spendsOf } from '../../domain/jobs/spending.ts';
import type { Clock, JobStore } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { hasForgettable, type Reservation, type Usage } from '../../domain/usage/usage.ts';
import type { UsageStore } from '../../domain/usage/usage-store.ts';
import { maxLateMilliseconds } from '../../domain/usage/windows.ts';
import { hasSpentAll } from '../end/apply-end.ts';
import { dealWithEach, type Tally } from './deal-with-each.ts';

export interface SweepUsageDependencies {
  readonly usage: UsageStore;
  readonly jobs: Pick<JobStore, 'find'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Goes on deleting all that an owner has, for as long as there is time; `isDone` once nothing was left. */
  readonly purge: (owner: string, hasTime: () => boolean) => Promise<{ readonly isDone: boolean }>;
}

/** Each so many minutes a sweep passes over all usage: the table is small, but it is read whole. */
const everyMinutes = 5;

/** From this age on it is looked whether a reservation is still needed: its job's own writes have ended it as a rule. */
const minAgeMilliseconds = 300_000;

/** This long after an owner's mark, no function that has not seen it submits for them, and the index shows all their jobs. */
const purgeMilliseconds = 60_000;

/** Reservations that are looked into side by side. */
const maxSideBySide = 8;

/** Something to do about an owner's usage. `id` tells a fault with it from others: a job's, or the owner's. */
interface Task {
  readonly id: string;
  readonly run: () => Promise<boolean>;
}

/**
 * Keeps usage in order, at the minutes when it is due.
 * 1. End the reservations whose jobs have ended, or never came to be: the function responsible died, or met a fault.
 * 2. Drop the counts of past windows.
 * 3. Go on deleting what owners had who were deleted themselves, and at last their usage.
 * Throws nothing.
 */
export async function sweepUsage(dependencies: SweepUsageDependencies, hasTime: () => boolean): Promise<Tally> {
  const { usage, clock, telemetry } = dependencies;
  const now = clock.now();
  if (Math.floor(now / 60_000) % everyMinutes !== 0) return { done: 0, failed: 0 };
  async function* tasks() {
    for await (const page of usage.pages()) yield page.flatMap((each) => tasksFor(dependencies, each, now, hasTime));
  }
  return dealWithEach(telemetry, tasks(), hasTime, ({ run }) => run(), maxSideBySide);
}

function tasksFor(
  dependencies: SweepUsageDependencies,
  usage: Usage,
  now: number,
  hasTime: () => boolean,
): readonly Task[] {
  const { owner, open, purgeAt } = usage;
  const old = open.filter(({ at }) => at <= now - minAgeMilliseconds);
  const tasks: Task[] = old.map((reservation) => ({
    id: reservation.jobId,
    run: () => endIfOrphaned(dependencies, owner, reservation),
  }));
  if (hasForgettable(usage, now)) tasks.push({ id: owner, run: () => forget(dependencies, usage, now) });
  if (purgeAt !== undefined && purgeAt <= now - purgeMilliseconds) {
    tasks.push({ id: owner, run: () => purge(dependencies, owner, hasTime) });
  }
  return tasks;
}

/**
 * Settles a reservation whose job has ended and has no open entry. Without a job of that submission there never was one, since ended
 * jobs are kept for days: then it no longer counts.
 */
async function endIfOrphaned(
  { usage, jobs, clock, telemetry }: SweepUsageDependencies,
  owner: string,
  reservation: Reservation,
): Promise<boolean> {
  const { nonce, jobId } = reservation;
  const found = await jobs.find(jobId);
  const own: Job | undefined = found?.submissionNonce === nonce ? found : undefined;
  if (own && !hasSpentAll(own)) return false;
  if (own === undefined && reservation.at > clock.now() - maxLateMilliseconds) return false;
  const ended = own
    ? await usage.settle(owner, reservation, spendsOf(own))
    : await usage.refund(owner, reservation, clock.now());
  if (ended) telemetry.record('reservation_orphaned', { jobId, owner, isGivenBack: own === undefined });
  return ended;
}

async function forget({ usage }: SweepUsageDependencies, past: Usage, now: number): Promise<boolean> {
  await usage.forgetPast(past, now);
  return false;
}

async function purge(dependencies: SweepUsageDependencies, owner: string, hasTime: () => boolean): Promise<boolean> {
  const { isDone } = await dependencies.purge(owner, hasTime);
  return isDone && (await dependencies.usage.removePurged(owner));
}
