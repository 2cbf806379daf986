import { stop } from '../../domain/jobs/endings.ts';
import type { Job, OpenJob } from '../../domain/jobs/job.ts';
import { isAdminOwner } from '../../domain/keys/caller.ts';
import type { KeyStore } from '../../domain/keys/key-store.ts';
import { standingOf } from '../../domain/keys/virtual-key.ts';
import type { Clock } from '../../domain/ports.ts';
import { applyEnd, type EndDependencies } from '../end/apply-end.ts';
import { JobLost } from '../timing/heartbeat.ts';

export interface StopDependencies extends EndDependencies {
  readonly virtualKeys: Pick<KeyStore, 'find'>;
  readonly clock: Clock;
}

/**
 * Ends a job of which no request is under way if its virtual key is good no more, and gives it as it ended; else undefined. Asked before each request,
 * while work that a provider has in hand, and that is paid for, goes on to its end. Throws what the store of keys throws:
 * whether the key is good isn't known then, so nothing is started and nothing is ended.
 */
export async function stopBlocked(dependencies: StopDependencies, job: OpenJob): Promise<Job | undefined> {
  const { virtualKeys, clock, telemetry } = dependencies;
  if (isAdminOwner(job.owner)) return undefined;
  const standing = standingOf(await virtualKeys.find(job.owner), clock.now());
  if (standing === 'active') return undefined;
  const stopped = await applyEnd(dependencies, job, stop(job, clock.now()));
  if (!stopped.applied) throw new JobLost('The job was taken while it was being stopped.');
  const { id: jobId, owner, operation, attempts } = job;
  telemetry.record('job_stopped', { jobId, owner, operation, standing, attempts: attempts.length });
  return stopped.job;
}
