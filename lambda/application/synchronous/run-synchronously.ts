import { GatewayError } from '../../domain/error-code.ts';
import { claimedJob, isOpen, type Job, type JobOrder, type OpenJob } from '../../domain/jobs/job.ts';
import type { ReceivedSubmission } from '../../domain/jobs/received-submission.ts';
import type { Caller } from '../../domain/keys/caller.ts';
import { publishAnswer } from '../answers/publish-answer.ts';
import type { WorkerDependencies } from '../attempt/worker-dependencies.ts';
import { failIfOverdue } from '../end/fail-overdue.ts';
import { pollUntil } from '../serve/wait-for-end.ts';
import { type SlotPatience, takeWaitSlot, type WaitSlotDependencies } from '../serve/with-wait-slot.ts';
import { type Acceptance, type AcceptDependencies, acceptSubmission, type Door } from '../submit/accept-submission.ts';
import type { LeaseSettings } from '../timing/heartbeat.ts';
import { within } from '../timing/within.ts';
import { type SynchronousExtras, type SynchronousTime, workInRequest } from './work-in-request.ts';

export type SynchronousDependencies = AcceptDependencies &
  WorkerDependencies &
  WaitSlotDependencies & { readonly settings: LeaseSettings };

/** A synchronous request that was accepted. */
export interface SynchronousRun extends Acceptance {
  /**
   * The job as it ended, or its state when the answer is due: then it is open, and continues. Rejects with what a store throws
   * that is down.
   */
  readonly outcome: Promise<Job>;
  /**
   * To be called when the answer has been sent, or can't be: a caller who is slow to take it holds the function, and so the owner's
   * slot. Settles when nothing is left to be done here, until when the function must live. Never rejects.
   */
  readonly rest: () => Promise<void>;
}

/** When a caller may try again who has all synchronous requests that one owner may have. */
const slotRetrySeconds = 5;

/**
 * Answers an image job in the request that submits it.
 * 1. Accept it like any other, born claimed: no wake-up is sent, for should this function die, its lease runs out and the
 *    sweep wakes the job. Its owner must have a slot left among the synchronous requests of one owner.
 * 2. Carry it as a worker would, but wait in place for backoffs, gates and tickets as long as the answer's time allows.
 * 3. Where it has to wait for longer, or is a twin's, follow it until the answer is due.
 * The limit ends the answer, not the work: what a provider has been asked is seen to its outcome, and then the job goes to
 * the queue; or it is ended, if its requests need a key that only this function has: `caller` and `extras` then come with it.
 * Throws what `acceptSubmission` throws, and `unavailable` where the owner has no slot left.
 */
export async function runSynchronously(
  dependencies: SynchronousDependencies,
  caller: Caller,
  requestId: string,
  received: ReceivedSubmission,
  time: SynchronousTime,
  extras: SynchronousExtras = {},
): Promise<SynchronousRun> {
  const slot = new SynchronousSlot(dependencies, caller.owner, time);
  let born: OpenJob | undefined;
  const door: Door = {
    admit: (order) => slot.take(order),
    born: (order) => {
      born = claimedJob(order, dependencies.clock.now() + dependencies.settings.leaseSeconds * 1000);
      return born;
    },
  };
  try {
    const accepted = await acceptSubmission(dependencies, caller, requestId, received, door);
    const { job } = accepted;
    const isOwn = isOpen(job) && job.submissionNonce === born?.submissionNonce && job.claim === born.claim;
    if (!isOwn) await slot.take(job, job);
    if (!isOpen(job)) return { ...accepted, outcome: Promise.resolve(job), rest: () => slot.leave() };
    const work = isOwn ? workInRequest(dependencies, job, time, extras) : undefined;
    const outcome = outcomeOf(dependencies, job, work, time);
    const settled = Promise.allSettled([work, outcome]);
    const rest = async (): Promise<void> => {
      const [worked] = await settled;
      await slot.leave();
      if (worked.status !== 'fulfilled' || !worked.value) return;
      await publishAnswer(dependencies, worked.value);
      await dependencies.durations.record(worked.value);
    };
    return { ...accepted, outcome, rest };
  } catch (error) {
    await slot.leave();
    throw error;
  }
}

/** One owner's slot of the function (a bulkhead): taken once, however often it is requested. */
class SynchronousSlot {
  readonly #dependencies: WaitSlotDependencies;
  readonly #owner: string;
  readonly #time: SynchronousTime;
  #leave: (() => Promise<void>) | undefined;

  constructor(dependencies: WaitSlotDependencies, owner: string, time: SynchronousTime) {
    this.#dependencies = dependencies;
    this.#owner = owner;
    this.#time = time;
  }

  /** `goingOn` is the job that the caller has already, and may ask after. Throws GatewayError `unavailable`. */
  async take({ id: jobId }: Pick<JobOrder, 'id'>, goingOn?: Job): Promise<void> {
    if (this.#leave) return;
    const { answerUntil: until, functionEndsAt } = this.#time;
    const planned = { owner: this.#owner, jobId, until, functionEndsAt, patience: slotPatience };
    this.#leave = await takeWaitSlot(this.#dependencies, planned);
    if (this.#leave) return;
    throw new GatewayError('unavailable', goingOn ? noSlotToWait(goingOn) : noSlot, {
      retryAfterSeconds: slotRetrySeconds,
      ...(goingOn && { job: goingOn }),
    });
  }

  async leave(): Promise<void> {
    const leave = this.#leave;
    this.#leave = undefined;
    await leave?.();
  }
}

/** Without a slot the request is refused, and one that isn't released is lost for as long as the function might live. */
const slotPatience: SlotPatience = { maxEnterMilliseconds: 10_000, maxLeaveMilliseconds: 10_000 };

const noSlot =
  'This caller has reached its limit of concurrent synchronous requests. Nothing was accepted or charged; try again when one has ended, or submit to the asynchronous route.';
const noSlotToWait = ({ id }: Pick<Job, 'id'>): string =>
  `This caller has reached its limit of concurrent synchronous requests. The job of this Idempotency-Key, ${id}, is not affected; fetch its result here later, or from the asynchronous route.`;

/**
 * What the answer is about: the job at its end, or as it is when the answer is due. A twin's job, on which there is no `work` here, was
 * read just now.
 */
async function outcomeOf(
  dependencies: SynchronousDependencies,
  job: OpenJob,
  work: Promise<Job | undefined> | undefined,
  { answerUntil }: SynchronousTime,
): Promise<Job> {
  const { jobs, clock, timers } = dependencies;
  const ended = work && (await within(timers, Math.max(0, answerUntil - clock.now()), work));
  if (ended) return ended;
  // Where the work is over, the job may have been ended by others, such as a caller who cancels it.
  const latest = (work && (await jobs.find(job.id).catch(() => undefined))) ?? job;
  return failIfOverdue(dependencies, isOpen(latest) ? await pollUntil(dependencies, latest, answerUntil) : latest);
}
