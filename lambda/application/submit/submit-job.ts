import { acceptedJob } from '../../domain/jobs/job.ts';
import type { ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import type { Caller } from '../../domain/keys/caller.ts';
import { type Acceptance, type AcceptDependencies, acceptSubmission, type Door } from './accept-submission.ts';
import type { Admission } from './admission.ts';

export interface SubmitJobDependencies extends AcceptDependencies {
  readonly admission: Admission;
}

/**
 * Accepts an image job for the workers behind the queue: it is refused where it could not end in time, and accepted when its
 * item and its wake-up are durable. Throws what `acceptSubmission` throws.
 */
export function submitJob(
  dependencies: SubmitJobDependencies,
  caller: Caller,
  requestId: string,
  received: ReceivedSubmission,
): Promise<Acceptance> {
  const door: Door = {
    admit: (order) => dependencies.admission.admit(order),
    born: acceptedJob,
    besides: (order) => dependencies.queue.send({ jobId: order.id, hop: 0 }, order, 0),
  };
  return acceptSubmission(dependencies, caller, requestId, received, door);
}
