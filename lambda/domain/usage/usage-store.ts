import type { KeyLimits } from '../keys/key-limits.ts';
import type { LimitedWindow, LimitRefusal, Reservation, Usage } from './usage.ts';

/** Whether there was room, and how far each rate limit is used with this submission. */
export type ReserveAnswer =
  | { readonly reserved: true; readonly windows: readonly LimitedWindow[] }
  | { readonly reserved: false; readonly refusal: LimitRefusal; readonly windows: readonly LimitedWindow[] };

/**
 * What owners have under way and have used, one item each. Each method but `pages` is exact however many call at once; a store
 * that can't answer throws, and may have written nevertheless.
 */
export interface UsageStore {
  /** Takes room for a submission and counts it, unless a limit is reached. Once for each nonce: who asks again has it already. */
  reserve(owner: string, reservation: Reservation, limits: KeyLimits): Promise<ReserveAnswer>;
  /** Ends a reservation, once: false where there is none of that nonce. */
  release(owner: string, nonce: string): Promise<boolean>;
  /** The same, and counts the submission no more in the windows that are still current at `now` (epoch ms). */
  refund(owner: string, reservation: Pick<Reservation, 'nonce' | 'at'>, now: number): Promise<boolean>;
  find(owner: string): Promise<Usage | undefined>;
  /** Everybody's, page by page; a page may be empty, and may be some seconds behind. */
  pages(): AsyncIterable<readonly Usage[]>;
  /** Drops the counts of an owner's windows that are past at `now` (epoch ms). */
  forgetPast(usage: Usage, now: number): Promise<void>;
  /** Marks an owner for a purge, since `now` (epoch ms); an existing mark stays. Creates the item if there is none. */
  markForPurge(owner: string, now: number): Promise<void>;
  /** Takes that mark away, where there is one. */
  unmark(owner: string): Promise<void>;
  /** Removes an item that is marked and has nothing open: false where it isn't so, or there is none. */
  removePurged(owner: string): Promise<boolean>;
}
