import type { Budget, KeyLimits } from '../keys/key-limits.ts';
import type { Micros } from '../money/micros.ts';
import type { BudgetedWindow, BudgetRefusal } from './budgets.ts';
import type { Spend } from './model-sums.ts';
import type { LimitedWindow, LimitRefusal, Reservation, Usage } from './usage.ts';

/** How far each rate limit and each budget is used, this submission included where it was given room. */
export interface LimitsState {
  readonly windows: readonly LimitedWindow[];
  readonly budgets: readonly BudgetedWindow[];
}

/** Whether there was room. */
export type ReserveAnswer = LimitsState &
  ({ readonly reserved: true } | { readonly reserved: false; readonly refusal: LimitRefusal });

/** Whether a reservation holds as much as was asked for; `gone`: it was ended meanwhile. */
export type RaiseAnswer =
  | { readonly raised: true }
  | { readonly raised: false; readonly refusal: BudgetRefusal | { readonly by: 'gone' } };

/** Names a reservation. `at` is when its job was submitted (epoch ms). */
export type ReservationName = Pick<Reservation, 'nonce' | 'at'>;

/**
 * What owners have under way and have used, one item each. Each method but `pages` is exact however many call at once; a store
 * that can't answer throws, and may have written nevertheless.
 */
export interface UsageStore {
  /** Takes room for a submission and counts it, unless a limit is reached. Once for each nonce: who asks again has it already. */
  reserve(owner: string, reservation: Reservation, limits: KeyLimits): Promise<ReserveAnswer>;
  /** Raises a reservation to at least that much in all, unless a budget has no room for the difference. */
  raise(owner: string, reservation: ReservationName, micros: Micros, budgets: readonly Budget[]): Promise<RaiseAnswer>;
  /**
   * Ends a reservation, once: what its job has spent is committed instead of what was reserved, in the windows of its submission.
   * False where there is none of that nonce.
   */
  settle(owner: string, reservation: ReservationName, spends: readonly Spend[]): Promise<boolean>;
  /**
   * Ends a reservation, once, as if there had been none: all that was reserved is free, and the submission is counted no more in
   * the windows that are still current at `now` (epoch ms).
   */
  refund(owner: string, reservation: ReservationName, now: number): Promise<boolean>;
  find(owner: string): Promise<Usage | undefined>;
  /** Everybody's, page by page; a page may be empty, and may be some seconds behind. */
  pages(): AsyncIterable<readonly Usage[]>;
  /** Drops what `forgettableOf` says of an owner's windows at `now` (epoch ms), or part of it where it is much. */
  forgetPast(usage: Usage, now: number): Promise<void>;
  /** Marks an owner for a purge, since `now` (epoch ms); an existing mark stays. Creates the item if there is none. */
  markForPurge(owner: string, now: number): Promise<void>;
  /** Takes that mark away, where there is one. */
  unmark(owner: string): Promise<void>;
  /** Removes an item that is marked and has nothing open: false where it isn't so, or there is none. */
  removePurged(owner: string): Promise<boolean>;
}
