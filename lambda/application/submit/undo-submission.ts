import { GatewayError } from '../../domain/error-code.ts';
import type { Job, JobOrder, OpenJob } from '../../domain/jobs/job.ts';
import { WriteRefused } from '../../domain/jobs/write-refused.ts';
import type { ImageStore, JobQueue, JobStore } from '../../domain/ports.ts';
import { type RefundDependencies, refundReservation } from '../end/end-reservation.ts';
import { inputKeys } from '../inputs/input-keys.ts';

interface RollBackDependencies extends RefundDependencies {
  readonly images: Pick<ImageStore, 'remove'>;
}

interface UndoDependencies extends RollBackDependencies {
  readonly jobs: JobStore;
  readonly queue: JobQueue;
}

/**
 * Rolls back a submission whose item or wake-up failed. If the job can't be rolled back because a worker has
 * it or a twin was told of it, it is accepted after all, as a replay would be: its wake-up may be what failed, and is sent
 * again. Else throws GatewayError `unavailable`, and says that nothing was accepted only where that is certain: where the
 * store has refused the item, or where no late write of it can arrive any more.
 */
export async function undo(
  dependencies: UndoDependencies,
  made: OpenJob,
  cause: unknown,
): Promise<{ readonly job: Job; readonly replayed: boolean }> {
  const standing = cause instanceof WriteRefused ? undefined : await withdraw(dependencies, made, cause);
  if (standing?.submissionNonce === made.submissionNonce) {
    return { job: standing, replayed: standing.replays > 0 };
  }
  // If another job has the id, this one may have had it before: the sweep releases its reservation.
  await (standing ? removeInputs(dependencies, made) : rollBackInputs(dependencies, made));
  dependencies.telemetry.record('submission_undone', fieldsOf(made), cause);
  throw standing ? uncertain(made, cause) : unavailable(cause);
}

/** The job that has the id nevertheless, if there is one. Throws `unavailable` if that can't be read. */
async function withdraw(
  { jobs, queue, telemetry }: UndoDependencies,
  made: OpenJob,
  cause: unknown,
): Promise<Job | undefined> {
  try {
    const undone = await jobs.undo(made);
    if (undone.undone) return undefined;
    const { job } = undone;
    if (job.submissionNonce === made.submissionNonce && job.status === 'pending') {
      await queue.send({ jobId: job.id, hop: job.hop }, job, 0);
    }
    return job;
  } catch (error) {
    telemetry.record('submission_undo_failed', fieldsOf(made), error);
    throw uncertain(made, cause);
  }
}

const fieldsOf = ({ id, owner, requestId }: JobOrder) => ({ jobId: id, owner, requestId });

/** Takes back what a submission took before its job, of which it is certain that it doesn't come to be. Throws nothing. */
export async function rollBackInputs(dependencies: RollBackDependencies, order: JobOrder): Promise<void> {
  await Promise.all([removeInputs(dependencies, order), refundReservation(dependencies, order)]);
}

/** Removes what a submission has stored below its own nonce. What can't be removed, the bucket's lifecycle sweeps. */
async function removeInputs(
  { images, telemetry }: Pick<RollBackDependencies, 'images' | 'telemetry'>,
  order: JobOrder,
): Promise<void> {
  await images.remove(inputKeys(order)).catch((error: unknown) => {
    telemetry.record('cleanup_failed', { jobId: order.id }, error);
  });
}

export const unavailable = (cause: unknown): GatewayError =>
  new GatewayError('unavailable', 'The job could not be stored. Nothing was accepted or charged; try again.', {
    cause,
  });

/** If a job may exist nevertheless, or may still be created. */
export const uncertain = ({ fingerprint }: Pick<JobOrder, 'fingerprint'>, cause: unknown): GatewayError =>
  fingerprint === undefined
    ? new GatewayError('unavailable', mayRunTwice, { cause, mayRetry: false })
    : new GatewayError('unavailable', mayBeRepeated, { cause });

const mayBeRepeated =
  'It is not certain that the job was stored. Try again with the same Idempotency-Key, so that it runs at most once.';

const mayRunTwice =
  'It is not certain that the job was stored: it may still run and be charged. Only a request with an Idempotency-Key can be repeated without that risk.';
