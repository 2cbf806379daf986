/**
 * Where it is kept which callers' waits hold a function at the moment, by owner. A store that can't answer throws; whether
 * the wait was counted is then open.
 */
export interface WaitSlots {
  /**
   * Counts a wait, unless its owner has as many as one owner may have. `until` (epoch ms) is when its function has
   * ended for sure: from then on it counts no more, so that the wait of a lost function takes no slot. A wait that is
   * counted already is counted once.
   */
  enter(owner: string, waitId: string, until: number): Promise<boolean>;
  /** Counts a wait no more. One that isn't counted is no error. */
  leave(owner: string, waitId: string): Promise<void>;
}
