import type { OpenJob } from '../../domain/jobs/job.ts';
import { renew } from '../../domain/jobs/transitions.ts';
import type { Clock, JobStore, ReceivedMessage, Timers } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import { sleep } from './sleep.ts';

export interface LeaseSettings {
  /** How long a claim holds without renewal. */
  readonly leaseSeconds: number;
  /** How often it is renewed. */
  readonly heartbeatSeconds: number;
}

export interface HeartbeatDependencies {
  readonly jobs: JobStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly telemetry: Telemetry;
  readonly settings: LeaseSettings;
}

type HiddenMessage = Pick<ReceivedMessage, 'hideFor'>;

/** A message stays hidden a little longer than its worker's lease, so that on redelivery the job can be claimed at once. */
const hiddenBeyondLeaseSeconds = 10;

/** Work stops this long before a lease that could not be renewed ends: a twin may start then. At most an eighth of the lease. */
const stopBeforeLeaseEndsSeconds = 15;

/** Why a heartbeat gave up: the job has ended or another worker has claimed it, or the lease could not be renewed in time. */
export class JobLost extends Error {
  override readonly name = 'JobLost';
}

/** Not shown: without a reason, each stop would create an exception with a stack. */
const stopped = 'The worker has stopped working on the job.';

/**
 * Heartbeat: renews a claimed job's lease, then its message's visibility, as long as the worker lives. `lost` fires when the job
 * must be abandoned. The message has been hidden for the first lease before the claim, by `hideForLease`.
 */
export class Heartbeat {
  readonly #stop = new AbortController();
  readonly #lost = new AbortController();
  readonly #done: Promise<void>;

  /** `message`: the wake-up that the job came by, where it did. */
  constructor(dependencies: HeartbeatDependencies, job: OpenJob, message: HiddenMessage | undefined) {
    this.#done = this.#beat(dependencies, job, message);
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Ends the beating; waits for a beat under way, so that it can't hide a message again that is due. */
  async stop(): Promise<void> {
    this.#stop.abort(stopped);
    await this.#done;
  }

  async #beat(dependencies: HeartbeatDependencies, job: OpenJob, message: HiddenMessage | undefined): Promise<void> {
    const { jobs, clock, timers, telemetry, settings } = dependencies;
    const margin = Math.min(stopBeforeLeaseEndsSeconds, settings.leaseSeconds / 8) * 1000;
    let cancelGiveUp = this.#giveUpIn(timers, job.leaseUntil - margin - clock.now());
    let pause = settings.heartbeatSeconds * 1000;
    while (await sleep(timers, pause, this.#stop.signal)) {
      const now = clock.now();
      try {
        const { applied } = await jobs.apply(job.id, renew(job, now, settings.leaseSeconds));
        if (!applied) {
          this.#lost.abort(new JobLost('The job has ended, or another worker has claimed it.'));
          break;
        }
        cancelGiveUp();
        cancelGiveUp = this.#giveUpIn(timers, now + settings.leaseSeconds * 1000 - margin - clock.now());
        pause = settings.heartbeatSeconds * 1000;
        if (message) await hideForLease({ settings, telemetry }, job.id, message);
      } catch (error) {
        telemetry.record('renewal_failed', { jobId: job.id }, error);
        pause = margin / 3;
      }
    }
    cancelGiveUp();
  }

  /** A timer of its own, since a store that is down may also be slow to say so. */
  #giveUpIn(timers: Timers, milliseconds: number): () => void {
    return timers.after(Math.max(0, milliseconds), () =>
      this.#lost.abort(new JobLost('The lease could not be renewed in time.')),
    );
  }
}

/**
 * Hides a message for a lease. The queue's own visibility is far longer, so that a worker does this before it claims: once
 * it has, it may be lost at any moment. A message that can't be hidden is no reason to stop: its twin meets the lease.
 */
export async function hideForLease(
  { settings, telemetry }: Pick<HeartbeatDependencies, 'settings' | 'telemetry'>,
  jobId: string,
  message: HiddenMessage,
): Promise<void> {
  try {
    await message.hideFor(Math.ceil(settings.leaseSeconds + hiddenBeyondLeaseSeconds));
  } catch (error) {
    telemetry.record('renewal_failed', { jobId, part: 'visibility' }, error);
  }
}
