import { GatewayError } from '../../domain/error-code.ts';
import { firstCandidate, type JobOrder } from '../../domain/jobs/job.ts';
import type { Lane } from '../../domain/jobs/lane.ts';
import type { Catalog } from '../../domain/ports.ts';
import { type BacklogWatchDependencies, createBacklogWatch } from './backlog-watch.ts';

export interface AdmissionDependencies extends BacklogWatchDependencies {
  readonly catalog: Pick<Catalog, 'timing'>;
  readonly settings: {
    readonly onBacklog: 'refuse' | 'accept';
    /** Jobs of a lane that all its workers together can be at. */
    readonly workerSlots: Readonly<Record<Lane, number>>;
  };
}

/** Admission control (load shedding). It caches what it has seen of the queues and of submissions: one per container. */
export interface Admission {
  /**
   * Throws GatewayError `unavailable`, with the seconds after which to try again, where so many jobs wait that this one can't
   * end by its deadline. Waits for nothing: where the length of the queue isn't known, the job is admitted.
   */
  admit(order: JobOrder): void;
}

/** The weight of each submission in the mean of what a job takes: some twenty of them tell what the queue holds. */
const weight = 1 / 20;

/** What is polled keeps a worker for its requests alone, all together about so long. */
const polledSlotSeconds = 5;

/** The first spares the queue those who come again at once; and a queue may be worked off sooner than it seems. */
const [minRetrySeconds, maxRetrySeconds] = [5, 300];

/**
 * Assumes that every worker is busy, and the typical times of the requested models, so that it errs on the side of
 * admitting.
 */
export function createAdmission(dependencies: AdmissionDependencies): Admission {
  const { catalog, telemetry, settings } = dependencies;
  if (settings.onBacklog === 'accept') return { admit: () => {} };
  const waits = { shared: createQueueWait(dependencies, 'shared'), alone: createQueueWait(dependencies, 'alone') };
  return {
    admit(order) {
      const { typicalSeconds, timeoutSeconds, isPolled } = catalog.timing(firstCandidate(order));
      // No request takes longer than its timeout.
      const ownSeconds = Math.min(typicalSeconds, timeoutSeconds);
      const { waiting, waitSeconds } = waits[order.lane](
        isPolled ? Math.min(ownSeconds, polledSlotSeconds) : ownSeconds,
      );
      const lateSeconds = waitSeconds + ownSeconds - (order.deadlineAt - order.createdAt) / 1000;
      if (waiting === 0 || lateSeconds <= 0) return;
      const { owner, requestId, lane } = order;
      telemetry.record('submission_refused', { owner, requestId, lane, waiting, waitSeconds: Math.round(waitSeconds) });
      throw new GatewayError('unavailable', tooManyWait, {
        retryAfterSeconds: Math.min(maxRetrySeconds, Math.max(minRetrySeconds, Math.ceil(lateSeconds))),
      });
    },
  };
}

/** Tells how many wake-ups of a lane wait, none where that isn't known, and for how long one more would. */
function createQueueWait(dependencies: AdmissionDependencies, lane: Lane) {
  const watch = createBacklogWatch(dependencies, lane);
  let meanSeconds: number | undefined;
  return (slotSeconds: number): { readonly waiting: number; readonly waitSeconds: number } => {
    meanSeconds = meanSeconds === undefined ? slotSeconds : meanSeconds + weight * (slotSeconds - meanSeconds);
    const waiting = watch.waiting() ?? 0;
    return { waiting, waitSeconds: (waiting * meanSeconds) / dependencies.settings.workerSlots[lane] };
  };
}

const tooManyWait =
  'The queue is too long for a new job to end by its deadline. Nothing was accepted or charged; try again after the time in Retry-After.';
