import { GatewayError } from '../domain/error-code.ts';
import type { Job, JobOrder } from '../domain/job.ts';
import type { ImageStore, JobQueue, JobStore } from '../domain/ports.ts';
import type { Telemetry } from '../domain/telemetry.ts';
import { undoable } from '../domain/transitions.ts';

interface UndoDependencies {
  readonly jobs: JobStore;
  readonly images: Pick<ImageStore, 'remove'>;
  readonly queue: JobQueue;
  readonly telemetry: Telemetry;
}

/**
 * Takes back a submission of which the item or the wake-up failed. If the job can't be taken back because a worker has
 * it or a twin was told of it, it is accepted after all, as a replay would be: its wake-up may be what failed, and is sent
 * again. Else throws GatewayError `unavailable`.
 */
export async function undo(
  dependencies: UndoDependencies,
  order: JobOrder,
  cause: unknown,
): Promise<{ readonly job: Job; readonly replayed: boolean }> {
  const { jobs, queue, telemetry } = dependencies;
  const fields = { jobId: order.id, owner: order.owner, requestId: order.requestId };
  let standing: Job | undefined;
  try {
    const removed = await jobs.remove(order.id, undoable(order));
    standing = removed ? undefined : await jobs.find(order.id);
    if (standing?.submissionNonce === order.submissionNonce && standing.status === 'pending') {
      await queue.send({ jobId: standing.id, hop: standing.hop }, standing, 0);
    }
  } catch (error) {
    telemetry.record('submission_undo_failed', fields, error);
    throw new GatewayError('unavailable', uncertain, { cause });
  }
  if (standing?.submissionNonce === order.submissionNonce) {
    return { job: standing, replayed: standing.replays > 0 };
  }
  await removeInputs(dependencies, order);
  telemetry.record('submission_undone', fields, cause);
  throw unavailable(cause);
}

/** Removes what a submission has stored below its own nonce. What can't be removed, the bucket's lifecycle sweeps. */
export async function removeInputs(
  { images, telemetry }: Pick<UndoDependencies, 'images' | 'telemetry'>,
  order: JobOrder,
): Promise<void> {
  await images.remove(inputKeys(order)).catch((error: unknown) => {
    telemetry.record('cleanup_failed', { jobId: order.id }, error);
  });
}

/** Every object that a submission has written. */
export const inputKeys = (order: Pick<JobOrder, 'images' | 'mask' | 'submission'>): readonly string[] => [
  ...order.images.map((image) => image.key),
  ...(order.mask ? [order.mask.key] : []),
  ...(order.submission.in === 'bucket' ? [order.submission.key] : []),
];

export const unavailable = (cause: unknown): GatewayError =>
  new GatewayError('unavailable', 'The job could not be stored. Nothing was accepted or charged; please try again.', {
    cause,
  });

const uncertain =
  'The job could not be stored for certain. Try again with the same Idempotency-Key, so that it runs no more than once.';
