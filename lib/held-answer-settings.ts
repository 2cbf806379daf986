/** The settings of answers that are held back for their jobs: for how long, how many, and what they take. */
export interface HeldAnswerSettings {
  /**
   * The most seconds that `Prefer: wait` is granted, 0 to 25. Each waiting caller holds one execution of `submit-job` or
   * `get-job` for as long.
   * @default 25
   */
  readonly waitSeconds?: number;
  /**
   * Callers of one owner that wait at a time (`Prefer: wait`), 1 to 200, in `submit-job` and `get-job` together; the answers to
   * further ones come at once. So many, or a third of what either of the two may run at a time, up to 200. Four fifths of that
   * is the most, so that another owner always finds room.
   * @default 'one_third'
   */
  readonly maxWaitsPerOwner?: 'one_third' | number;
  /**
   * Seconds within which a synchronous request is answered, 0 to 270; a job that takes longer goes on, and its caller is told where.
   * Each such request holds an execution of `run-synchronously` until its provider has answered. 0 turns the synchronous
   * routes off.
   * @default 270
   */
  readonly synchronousSeconds?: number;
  /**
   * Synchronous requests that one owner may have under way, 1 to 200; further ones are a 503. So many, or a third of what
   * `run-synchronously` may run at a time, up to 200. Four fifths of that is the most, so that another owner always finds room.
   * @default 'one_third'
   */
  readonly maxSynchronousPerOwner?: 'one_third' | number;
  /**
   * Memory of `run-synchronously` in MB, 128 to 10,240; its share of a processor grows with it. One job at a time runs there,
   * while a worker's memory (`processJobMemoryMegabytes`) is shared by several.
   * @default 1024
   */
  readonly synchronousMemoryMegabytes?: number;
}
