// The work on a job in the function that accepted it, under the same lease and by the same steps as in a worker.

import { isOpen, type Job, type OpenJob } from '../../domain/jobs/job.ts';
import { closeEndedJob } from '../attempt/close-ended-job.ts';
import type { Witness } from '../attempt/witness.ts';
import type { WorkerDependencies } from '../attempt/worker-dependencies.ts';
import { advanceJob, type Pace } from '../process/advance-job.ts';
import { faultPauseSeconds, withLease } from '../process/with-lease.ts';
import { JobLost, type LeaseSettings } from '../timing/heartbeat.ts';
import { withCallerKey } from './with-caller-key.ts';

type WorkDependencies = WorkerDependencies & { readonly settings: LeaseSettings };

/** The times of a synchronous request, in epoch milliseconds. */
export interface SynchronousTime {
  /** When the answer is due at the latest, whether or not the job has ended. */
  readonly answerUntil: number;
  /** When the function has ended for sure: late enough for a request that was begun just before the answer was due. */
  readonly functionEndsAt: number;
}

/** What a synchronous request may have besides its submission. */
export interface SynchronousExtras {
  /**
   * Observes the job being worked on.
   * @default - no witness
   */
  readonly witness?: Witness | undefined;
  /**
   * The key that the request brought for its model's provider. It is held in memory only, and gone with this function.
   * @default - provider requests are made with the stage's keys
   */
  readonly providerKey?: { readonly apiKey: string } | undefined;
}

/**
 * Works on a job in the request that submitted it. Returns the job as it ended by this; undefined if the work is over and the job
 * continues elsewhere. Throws nothing: a job that meets a fault is left to a worker.
 */
export async function workInRequest(
  stage: WorkDependencies,
  job: OpenJob,
  { answerUntil, functionEndsAt }: SynchronousTime,
  { witness, providerKey }: SynchronousExtras,
): Promise<Job | undefined> {
  const dependencies = providerKey ? withCallerKey(stage, job, providerKey.apiKey) : stage;
  const { clock, queue, telemetry } = dependencies;
  const secondsUntil = (at: number) => (at - clock.now()) / 1000;
  const pace: Pace = {
    secondsLeft: () => secondsUntil(functionEndsAt),
    mayStart: () => clock.now() < answerUntil,
    maxBackoffSeconds: () => secondsUntil(answerUntil),
    maxPauseSeconds: () => secondsUntil(answerUntil),
  };
  // Its owner's places among the workers aren't touched: the function has a bound of its own.
  const freePlace = async () => undefined;
  try {
    const carried = await withLease(dependencies, job, undefined, (lost) =>
      advanceJob({ ...dependencies, witness }, job, pace, freePlace, lost),
    );
    return carried.to === 'end' ? carried.job : undefined;
  } catch (error) {
    const fields = { jobId: job.id, hop: job.hop };
    if (error instanceof JobLost) {
      telemetry.record('job_lost', fields);
      if (providerKey) await closeIfEnded(dependencies, job);
      return undefined;
    }
    telemetry.record('worker_fault', fields, error);
    // There is no message that would come again. If this one is lost too, the sweep finds the job.
    await queue.send(fields, job, faultPauseSeconds).catch((fault: unknown) => {
      telemetry.record('worker_fault', { ...fields, part: 'wake_up' }, fault);
    });
    return undefined;
  }
}

/**
 * Calls off what a job that others have ended has running at its provider, as its caller may have cancelled it: no worker has
 * the key for that. Throws nothing: a worker closes the ledger then.
 */
async function closeIfEnded(dependencies: WorkDependencies, { id, hop }: OpenJob): Promise<void> {
  try {
    const latest = await dependencies.jobs.find(id);
    if (latest && !isOpen(latest)) await closeEndedJob(dependencies, latest);
  } catch (error) {
    dependencies.telemetry.record('worker_fault', { jobId: id, hop, part: 'ledger' }, error);
  }
}
