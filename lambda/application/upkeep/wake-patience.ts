import { type Lane, lanes } from '../../domain/jobs/lane.ts';
import type { OpenJobEntry } from '../../domain/jobs/open-job-entry.ts';
import type { Backlog, Timers } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { within } from '../timing/within.ts';

/** How long a job may have been due before its wake-up is taken for lost, in seconds. */
export type WakePatience = (entry: OpenJobEntry) => number;

export interface WakePatienceDependencies {
  readonly backlog: Backlog;
  readonly timers: Timers;
  readonly telemetry: Telemetry;
  readonly settings: { readonly wakeAfterSeconds: number };
}

/** A queue that says nothing for so long is one that nothing is known of. */
const timeoutSeconds = 10;

/**
 * While wake-ups wait for workers, a job that was never claimed is most likely waiting, too: a copy of its wake-up would take
 * the slot of another's job, and make the queue longer. So as many of these jobs as their queue holds wake-ups are left alone
 * for this part of the time from when they were due to their deadline. Then they are woken nevertheless: the rest must do
 * for the copy to wait its turn.
 */
const shareOfTime = 1 / 3;

/** For one sweep. Where a queue doesn't say how many wait, or not soon, every job is woken as if none did. Throws nothing. */
export async function wakePatience(dependencies: WakePatienceDependencies): Promise<WakePatience> {
  const { wakeAfterSeconds } = dependencies.settings;
  const waiting = lanes.map(async (lane) => [lane, await waitingWakeUps(dependencies, lane)] as const);
  /** Wake-ups that wait and that no sleeping job has been found for yet. */
  const unaccounted = new Map<Lane, number>(await Promise.all(waiting));
  return ({ lane, claim, dueAt, deadlineAt }) => {
    const left = unaccounted.get(lane) ?? 0;
    if (claim > 0 || left <= 0) return wakeAfterSeconds;
    unaccounted.set(lane, left - 1);
    return Math.max(wakeAfterSeconds, ((deadlineAt - dueAt) / 1000) * shareOfTime);
  };
}

async function waitingWakeUps({ backlog, timers, telemetry }: WakePatienceDependencies, lane: Lane): Promise<number> {
  const unknown = (error: unknown): number => {
    telemetry.record('backlog_unknown', { lane }, error);
    return 0;
  };
  const asked = backlog.waiting(lane).catch(unknown);
  const late = new Error(`The queue did not answer within ${timeoutSeconds} seconds.`);
  return (await within(timers, timeoutSeconds * 1000, asked)) ?? unknown(late);
}
