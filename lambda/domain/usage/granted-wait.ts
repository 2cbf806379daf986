/** How long an answer may be held back for its job to end. */
export interface GrantedWait {
  /** Epoch milliseconds. */
  readonly until: number;
  /** From the request's arrival, in whole seconds, as shown to the caller; 0 if the answer comes at once. */
  readonly grantedSeconds: number;
  /** When the function that answers has ended for sure, whatever becomes of it (epoch ms). */
  readonly functionEndsAt: number;
}
