// Requeue with delay: the next wake-up (hop) is sent before the lease is released.

import type { OpenJob } from '../../domain/jobs/job.ts';
import { scheduleNextHop } from '../../domain/jobs/transitions.ts';
import type { Clock, JobQueue, JobStore } from '../../domain/ports.ts';
import { sqsLimits } from '../../domain/service-limits.ts';
import { JobLost } from '../timing/heartbeat.ts';

interface RescheduleDependencies {
  readonly jobs: JobStore;
  readonly queue: JobQueue;
  readonly clock: Clock;
}

/**
 * Reschedules a job: sends the next hop with a delay, then releases the lease. In this order a crash between the two leaves a stale
 * message, never a job without one. No job sleeps past its deadline, when it must be ended. Throws JobLost if the job was ended
 * or claimed by another.
 */
export async function reschedule(
  { jobs, queue, clock }: RescheduleDependencies,
  job: OpenJob,
  until: number,
): Promise<void> {
  const dueAt = Math.min(until, Math.max(job.deadlineAt, clock.now()));
  const delaySeconds = Math.min(sqsLimits.delaySeconds, Math.max(0, Math.ceil((dueAt - clock.now()) / 1000)));
  await queue.send({ jobId: job.id, hop: job.hop + 1 }, job, delaySeconds);
  const { applied } = await jobs.apply(job.id, scheduleNextHop(job, dueAt));
  if (!applied) throw new JobLost('The job was taken while it was being rescheduled.');
}
