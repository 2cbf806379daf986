import type { Caller } from '../domain/caller.ts';
import type { JsonValue } from '../domain/generation.ts';
import { type InputImage, mediaTypeOf } from '../domain/image.ts';
import { acceptedJob, type Job, type JobOrder } from '../domain/job.ts';
import type { Clock, ImageStore, JobQueue, JobStore } from '../domain/ports.ts';
import type { ReceivedImage, ReceivedSubmission } from '../domain/received-submission.ts';
import type { RateLimitStatus } from '../domain/usage.ts';
import type { Admission } from './admission.ts';
import { identify, replay } from './idempotency.ts';
import { type OrderJobDependencies, orderJob } from './order-job.ts';
import { type ReserveDependencies, reserveRoom } from './reserve-room.ts';
import { takeBack, unavailable, undo } from './undo-submission.ts';

export interface SubmitJobDependencies extends OrderJobDependencies, ReserveDependencies {
  readonly clock: Clock;
  /** Lower-case hex SHA-256. */
  readonly sha256: (bytes: Uint8Array) => string;
  readonly jobs: JobStore;
  readonly images: ImageStore;
  readonly queue: JobQueue;
  readonly admission: Admission;
  readonly settings: OrderJobDependencies['settings'] & ReserveDependencies['settings'];
}

/** An accepted job as it stands, and whether the caller had been told of it before. */
export interface Acceptance {
  readonly job: Job;
  readonly replayed: boolean;
  /** How the caller's rate limits stand; none where the caller had the job before. */
  readonly rateLimits: readonly RateLimitStatus[];
}

/**
 * Accepts an image job.
 * 1. If the caller's idempotency key has a job already, answer with that: before anything is asked that may have changed
 *    since, such as what the key may use.
 * 2. Look at the images, and work out which candidates can serve.
 * 3. Refuse it where it could not end in time.
 * 4. Take room for it among what its owner may ask for.
 * 5. Store the inputs below a nonce of this submission's own.
 * 6. Write the item and send the wake-up at the same time; the job is accepted only when both are durable.
 * 7. If one of them failed, take back what was made, unless a twin of this request has been told of it.
 * Throws GatewayError for what the caller got wrong, `rate_limited` where a limit of the caller's is reached, and `unavailable`
 * where a store failed or too many jobs wait.
 */
export async function submitJob(
  dependencies: SubmitJobDependencies,
  caller: Caller,
  requestId: string,
  received: ReceivedSubmission,
): Promise<Acceptance> {
  const identity = await identify(dependencies, caller.owner, received);
  const findEarlier = async (): Promise<Acceptance | undefined> => {
    const job = identity.fingerprint === undefined ? undefined : await replay(dependencies, identity);
    return job && { job, replayed: true, rateLimits: [] };
  };
  const earlier = await findEarlier();
  if (earlier) return earlier;
  const order = orderJob(dependencies, caller, requestId, received, identity);
  dependencies.admission.admit(order);
  const room = await reserveRoom(dependencies, caller, order);
  if (!room.reserved) {
    // The last room may have gone to a twin of this very request.
    const twin = await findEarlier();
    if (twin) return twin;
    throw room.refusal;
  }
  await storeInputs(dependencies, order, received);
  const accepted = await accept(dependencies, order);
  return { ...accepted, rateLimits: accepted.replayed ? [] : room.rateLimits };
}

async function storeInputs(
  dependencies: SubmitJobDependencies,
  order: JobOrder,
  received: ReceivedSubmission,
): Promise<void> {
  const { images } = dependencies;
  const put = (image: InputImage | undefined, from: ReceivedImage | undefined) =>
    image && from ? images.put(image.key, from.bytes, mediaTypeOf(image.type)) : undefined;
  const outcomes = await Promise.allSettled([
    ...order.images.map((image, at) => put(image, received.images[at])),
    put(order.mask, received.mask),
    order.submission.in === 'bucket'
      ? images.putJson(order.submission.key, received.submission as unknown as JsonValue)
      : undefined,
  ]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (!failed) return;
  await takeBack(dependencies, order);
  throw unavailable(failed.reason);
}

async function accept(dependencies: SubmitJobDependencies, order: JobOrder): Promise<Omit<Acceptance, 'rateLimits'>> {
  const { jobs, queue, telemetry } = dependencies;
  const [item, message] = await Promise.allSettled([
    jobs.create(order),
    queue.send({ jobId: order.id, hop: 0 }, order, 0),
  ]);
  if (item.status === 'fulfilled' && item.value === 'taken') return yieldToTwin(dependencies, order);
  const failed = [item, message].find((outcome) => outcome.status === 'rejected');
  if (failed) return undo(dependencies, order, failed.reason);
  const [candidate] = order.candidates;
  telemetry.record('job_accepted', {
    jobId: order.id,
    owner: order.owner,
    operation: order.operation,
    provider: candidate?.provider,
    model: candidate?.model,
    requestId: order.requestId,
  });
  return { job: acceptedJob(order), replayed: false };
}

/** Another request with the same key was first; what this one stored is not needed. */
async function yieldToTwin(
  dependencies: SubmitJobDependencies,
  order: JobOrder,
): Promise<Omit<Acceptance, 'rateLimits'>> {
  await takeBack(dependencies, order);
  const job = await replay(dependencies, order);
  if (job) return { job, replayed: true };
  // The twin has been undone between the two looks. The caller's next try is a fresh one.
  throw unavailable(new Error('The job of the same key was undone meanwhile.'));
}
