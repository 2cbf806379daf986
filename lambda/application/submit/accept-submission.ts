import type { Sha256 } from '../../domain/bytes/sha256.ts';
import { GatewayError } from '../../domain/error-code.ts';
import type { FileReads } from '../../domain/files/file-objects.ts';
import type { Job, JobOrder, OpenJob } from '../../domain/jobs/job.ts';
import type { ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import type { Caller } from '../../domain/keys/caller.ts';
import type { Clock, ImageStore, JobQueue, JobStore, Timers } from '../../domain/ports.ts';
import type { LimitsShown } from '../../domain/usage/limits-shown.ts';
import { sleep } from '../timing/sleep.ts';
import { hasKnownAnswer, type KnownAnswerDependencies, unlimited } from './has-known-answer.ts';
import { identify, replay, type SubmissionIdentity } from './idempotency.ts';
import { type PreparedJob, type PrepareJobDependencies, prepareJob } from './prepare-job.ts';
import { type ReserveDependencies, reserveRoom } from './reserve-room.ts';
import { type StoreInputsDependencies, storeInputs } from './store-inputs.ts';
import { rollBackInputs, unavailable, undo } from './undo-submission.ts';

export interface AcceptDependencies
  extends PrepareJobDependencies,
    ReserveDependencies,
    KnownAnswerDependencies,
    StoreInputsDependencies {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly sha256: Sha256;
  readonly jobs: JobStore;
  readonly images: ImageStore;
  readonly fileReads: FileReads;
  readonly queue: JobQueue;
  readonly settings: PrepareJobDependencies['settings'] & ReserveDependencies['settings'];
}

/** The current state of an accepted job, and whether the caller had been told of it before. */
export interface Acceptance {
  readonly job: Job;
  readonly replayed: boolean;
  /** How the caller's limits stand. @default - the caller had the job before, and nothing was counted */
  readonly limits?: LimitsShown;
}

/** In what the ways into the gateway differ: what becomes of a job whose submission is in order. */
export interface Door {
  /** Refuses a job that can't be served now, before anything is stored for it: throws GatewayError. */
  admit(order: JobOrder): void | Promise<void>;
  /** The job as it is born. */
  born(order: JobOrder): OpenJob;
  /** Whatever has to be durable beside the item, at the same time: the wake-up, for one. Undefined: nothing. */
  besides?(order: JobOrder): Promise<void>;
}

/**
 * Accepts an image job.
 * 1. If the caller's idempotency key has a job already, answer with that: before anything is asked that may have changed
 *    since, such as what the key may use.
 * 2. Look at the images, wherever they are, and work out which candidates can serve.
 * 3. Refuse it where the door can't serve it now.
 * 4. Take room for it among what its owner may ask for; one with a known answer counts as open, and is else bound by no limit.
 * 5. Store the inputs below a nonce of this submission's own, files as copies: what becomes of a file doesn't concern its jobs.
 * 6. Write the item, and at the same time what the door needs besides; the job is accepted only when all is durable.
 * 7. If one of them failed, take back what was made, unless a twin of this request has been told of it.
 * Throws GatewayError for what the caller got wrong, `rate_limited` or `budget_exceeded` where a limit of the caller's is reached, and
 * `unavailable` where a store failed.
 */
export async function acceptSubmission(
  dependencies: AcceptDependencies,
  caller: Caller,
  requestId: string,
  received: ReceivedSubmission,
  door: Door,
): Promise<Acceptance> {
  const identity = await identify(dependencies, caller.owner, received);
  const findEarlier = async (): Promise<Acceptance | undefined> => {
    const job = identity.fingerprint === undefined ? undefined : await replay(dependencies, identity);
    return job && { job, replayed: true };
  };
  const earlier = await findEarlier();
  if (earlier) return earlier;
  const prepared = await prepareJob(dependencies, caller, requestId, received, identity);
  await door.admit(prepared.order);
  const isKnown = await hasKnownAnswer(dependencies, prepared.order);
  const order = isKnown ? { ...prepared.order, reserved: 0 } : prepared.order;
  const room = await reserveRoom(dependencies, isKnown ? unlimited(caller) : caller, order);
  if (!room.reserved) {
    const twin = await awaitTwin(dependencies, identity, findEarlier);
    if (twin) return twin;
    throw room.refusal;
  }
  await storeOrRollBack(dependencies, { ...prepared, order });
  const accepted = await accept(dependencies, order, door);
  return accepted.replayed ? accepted : { ...accepted, limits: room.limits };
}

/** Milliseconds before each look for a twin: by the last one it has stored its inputs, or its function is slow. */
const twinPauses = [0, 100, 200, 400, 800];

/**
 * The last room may have gone to a twin of this very request, whose job isn't there yet: the same idempotency key must get the same
 * job, and no refusal.
 */
async function awaitTwin(
  { timers }: Pick<AcceptDependencies, 'timers'>,
  { fingerprint }: SubmissionIdentity,
  findEarlier: () => Promise<Acceptance | undefined>,
): Promise<Acceptance | undefined> {
  if (fingerprint === undefined) return undefined;
  for (const pause of twinPauses) {
    if (pause > 0) await sleep(timers, pause);
    const twin = await findEarlier();
    if (twin) return twin;
  }
  return undefined;
}

async function storeOrRollBack(dependencies: AcceptDependencies, prepared: PreparedJob): Promise<void> {
  try {
    await storeInputs(dependencies, prepared);
  } catch (error) {
    await rollBackInputs(dependencies, prepared.order);
    throw error instanceof GatewayError ? error : unavailable(error);
  }
}

async function accept(
  dependencies: AcceptDependencies,
  order: JobOrder,
  door: Door,
): Promise<Omit<Acceptance, 'limits'>> {
  const { jobs, telemetry } = dependencies;
  const born = door.born(order);
  const [item, besides] = await Promise.allSettled([jobs.create(born), door.besides?.(order)]);
  if (item.status === 'fulfilled' && item.value === 'taken') return yieldToTwin(dependencies, order);
  const failed = [item, besides].find((outcome) => outcome.status === 'rejected');
  if (failed) return undo(dependencies, born, failed.reason);
  const [candidate] = order.candidates;
  telemetry.record('job_accepted', {
    jobId: order.id,
    owner: order.owner,
    operation: order.operation,
    provider: candidate?.provider,
    model: candidate?.model,
    requestId: order.requestId,
  });
  return { job: born, replayed: false };
}

/** Another request with the same key was first; what this one stored is not needed. */
async function yieldToTwin(dependencies: AcceptDependencies, order: JobOrder): Promise<Omit<Acceptance, 'limits'>> {
  await rollBackInputs(dependencies, order);
  const job = await replay(dependencies, order);
  if (job) return { job, replayed: true };
  // The twin has been undone between the two looks. The caller's next try is a fresh one.
  throw unavailable(new Error('The job with the same idempotency key was rolled back meanwhile.'));
}
