// Lease and heartbeat around the work on a claimed job.

import type { OpenJob } from '../../domain/jobs/job.ts';
import { releaseLease } from '../../domain/jobs/transitions.ts';
import type { ReceivedMessage } from '../../domain/ports.ts';
import { Heartbeat, type HeartbeatDependencies, JobLost } from '../timing/heartbeat.ts';

/** Pause after a fault, such as an unavailable store, to which jitter is added. */
export const faultPauseSeconds = 10;

/**
 * Works on a claimed job while a heartbeat renews its lease, and the visibility of its message if it has one. After a fault the
 * lease is released: otherwise a fault would cost a whole lease and count as a crash. Throws what the work throws.
 */
export async function withLease<Outcome>(
  dependencies: HeartbeatDependencies,
  job: OpenJob,
  message: Pick<ReceivedMessage, 'hideFor'> | undefined,
  work: (lost: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> {
  const heartbeat = new Heartbeat(dependencies, job, message);
  try {
    return await work(heartbeat.lost);
  } catch (error) {
    if (!(error instanceof JobLost)) await releaseAfterFault(dependencies, job);
    throw error;
  } finally {
    await heartbeat.stop();
  }
}

/** If this fails too, the lease expires. */
async function releaseAfterFault({ jobs, clock, telemetry }: HeartbeatDependencies, job: OpenJob): Promise<void> {
  try {
    await jobs.apply(job.id, releaseLease(job, clock.now() + faultPauseSeconds * 1000));
  } catch (error) {
    telemetry.record('worker_fault', { jobId: job.id, part: 'lease' }, error);
  }
}
