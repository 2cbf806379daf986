import type { Lane } from '../../lambda/domain/jobs/lane.ts';
import type { JobQueue, WakeUp } from '../../lambda/domain/ports.ts';

export interface SentWakeUp {
  readonly wakeUp: WakeUp;
  readonly owner: string;
  readonly lane: Lane;
  readonly delaySeconds: number;
}

/** A queue in memory, for tests: it keeps what was sent and delivers nothing by itself. */
export interface MemoryJobQueue extends JobQueue {
  readonly sent: readonly SentWakeUp[];
  /** Hands out what was sent since the last call. */
  take(): readonly SentWakeUp[];
}

export function createMemoryJobQueue(): MemoryJobQueue {
  const sent: SentWakeUp[] = [];
  let taken = 0;
  return {
    sent,
    async send(wakeUp, { owner, lane }, delaySeconds) {
      const whole = Math.max(0, Math.ceil(delaySeconds));
      if (!(whole <= 900)) throw new RangeError(`A wake-up can't be delayed by ${delaySeconds} s.`);
      sent.push({ wakeUp: { jobId: wakeUp.jobId, hop: wakeUp.hop }, owner, lane, delaySeconds: whole });
    },
    take() {
      const fresh = sent.slice(taken);
      taken = sent.length;
      return fresh;
    },
  };
}
