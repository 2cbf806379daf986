// Revocation: ends a job whose virtual key is no longer valid, before it causes another charge.

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
 * Ends a job without a request in flight if its virtual key is no longer valid, and returns the ended job; else undefined. Checked
 * before each request; a task that a provider is working on, and that is paid for, runs to its end. Throws what the key store
 * throws: the key's state is then unknown, so nothing is started or ended.
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
