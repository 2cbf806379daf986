import { type LimitedWindow, limitedWindows, type Usage } from '../usage/usage.ts';
import type { KeyLimits } from './key-limits.ts';

/** What a key has under way and has used, as it counts against its limits. */
export interface KeyUsage {
  /** Jobs that are accepted and have not ended. */
  readonly openJobs: number;
  /** How many it may have: its own limit, or the stage's. */
  readonly maxOpenJobs: number;
  /** How far each rate limit that holds for it is used. */
  readonly windows: readonly LimitedWindow[];
  /** When it last submitted a job, epoch milliseconds. */
  readonly lastUsedAt?: number;
}

/** The usage at that time (epoch ms) under the limits that hold; of an owner who has used nothing yet there is none. */
export const keyUsageOf = (
  usage: Usage | undefined,
  { rateLimits, maxOpenJobs }: KeyLimits,
  now: number,
): KeyUsage => ({
  openJobs: usage?.open.length ?? 0,
  maxOpenJobs,
  windows: limitedWindows(usage?.counts ?? [], rateLimits, now),
  ...(usage?.lastUsedAt === undefined ? {} : { lastUsedAt: usage.lastUsedAt }),
});
