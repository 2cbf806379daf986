import type { Lane } from '../../domain/jobs/lane.ts';
import type { Backlog, Clock } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';

export interface BacklogWatchDependencies {
  readonly backlog: Backlog;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** What is known of a lane's backlog without waiting for it. */
export interface BacklogWatch {
  /**
   * Wake-ups that waited when the queue was last asked; undefined where that is too long ago, or it has not answered yet. Has
   * the queue asked again where that is due: the answer serves later calls. Throws nothing.
   */
  waiting(): number | undefined;
}

const refreshSeconds = 5;

/** A backlog worth refusing for takes many minutes to be worked off, so that a minute changes little. */
const maxAgeSeconds = 60;

/** Asks the queue beside other work. What it says counts from when it was asked, since a function may stand still meanwhile. */
export function createBacklogWatch({ backlog, clock, telemetry }: BacklogWatchDependencies, lane: Lane): BacklogWatch {
  let known: { readonly waiting: number; readonly askedAt: number } | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  async function ask(now: number): Promise<void> {
    askedAt = now;
    try {
      const waiting = await backlog.waiting(lane);
      if (known === undefined || known.askedAt < now) known = { waiting, askedAt: now };
    } catch (error) {
      telemetry.record('backlog_unknown', { lane }, error);
    }
  }
  return {
    waiting() {
      const now = clock.now();
      if (now - askedAt >= refreshSeconds * 1000) void ask(now);
      return known && now - known.askedAt <= maxAgeSeconds * 1000 ? known.waiting : undefined;
    },
  };
}
