/** Settings of responses that are held back until their job has ended: for how long, how many, with how much memory. */
export interface HeldAnswerSettings {
  /**
   * Upper bound for `Prefer: wait` in seconds. Each waiting caller occupies one execution of `submit-job` or `get-job`.
   * @default 25
   */
  readonly waitSeconds?: number;
  /**
   * Concurrent waits (`Prefer: wait`) of one owner, up to 200; further requests are answered at once. `one_third`: a third of what
   * `submit-job` or `get-job` may run concurrently. Four fifths of that is the maximum, so that other owners always find room.
   * @default 'one_third'
   */
  readonly maxWaitsPerOwner?: 'one_third' | number;
  /**
   * Seconds within which a synchronous request is answered. A job that takes longer continues, and the 504 names it.
   * Each request occupies an execution of `run-synchronously` until its provider has answered. 0 removes the
   * synchronous routes.
   * @default 270
   */
  readonly synchronousSeconds?: number;
  /**
   * Concurrent synchronous requests of one owner, up to 200; further ones are a 503. `one_third`: a third of what
   * `run-synchronously` may run concurrently. Four fifths of that is the maximum, so that other owners always find room.
   * @default 'one_third'
   */
  readonly maxSynchronousPerOwner?: 'one_third' | number;
  /**
   * Memory of `run-synchronously` in MB; its share of a CPU grows with it. It runs one job at a time.
   * @default 1024
   */
  readonly synchronousMemoryMegabytes?: number;
}
