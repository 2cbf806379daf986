import type { OpenJob } from '../../domain/jobs/job.ts';
import { scheduleNextHop } from '../../domain/jobs/transitions.ts';
import type { Clock, JobQueue, JobStore } from '../../domain/ports.ts';
import { JobLost } from '../timing/heartbeat.ts';

interface RescheduleDependencies {
  readonly jobs: JobStore;
  readonly queue: JobQueue;
  readonly clock: Clock;
}

/** SQS delays a message by no more than this; a job due later is kept until then when it arrives. */
const maxDelaySeconds = 900;

/**
 * The next hop is durable before this one lets go, so that a crash between the two costs a stale message, never the job.
 * No job sleeps past its deadline: then it is to be ended.
 */
export async function reschedule(
  { jobs, queue, clock }: RescheduleDependencies,
  job: OpenJob,
  until: number,
): Promise<void> {
  const dueAt = Math.min(until, Math.max(job.deadlineAt, clock.now()));
  const delaySeconds = Math.min(maxDelaySeconds, Math.max(0, Math.ceil((dueAt - clock.now()) / 1000)));
  await queue.send({ jobId: job.id, hop: job.hop + 1 }, job, delaySeconds);
  const { applied } = await jobs.apply(job.id, scheduleNextHop(job, dueAt));
  if (!applied) throw new JobLost('The job was taken while it was being put to sleep.');
}
