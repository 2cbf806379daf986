/**
 * What can befall one request of a function.
 *
 * - `kill_before`, `kill_after`: the thread ends at once, with all that it has in hand, before the request leaves or when
 *   the head of its answer has arrived.
 * - `freeze`: the whole thread stands still before the request leaves, and then goes on as if nothing had been.
 * - `throttle`: the store refuses, as AWS does where it is asked too much; `seconds` is how long it takes to say so.
 * - `slow`: the request leaves late.
 * - `cut`: the connection breaks after the request went out.
 * - `lose`: a message is confirmed, and is nowhere.
 * - `late`: a message comes later than it was sent for.
 * - `twice`: a message comes twice, the second time after `seconds`.
 */
export const faultKinds = [
  'kill_before',
  'kill_after',
  'freeze',
  'throttle',
  'slow',
  'cut',
  'lose',
  'late',
  'twice',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** Which steps a fault strikes, and how often. */
export interface FaultRule {
  readonly fault: FaultKind;
  /** A regular expression for the step's name, such as `^process-job DynamoDB UpdateItem complete$`. */
  readonly steps: string;
  /** How likely it is at each of these steps, 0 to 1. */
  readonly chance: number;
  /** How often at the most, in all. @default without end */
  readonly most?: number;
  /**
   * How often at each kind of step, spread evenly over the run: no more than this times the part of the jobs that have
   * ended. @default without end
   */
  readonly perStep?: number;
  /** Where a fault lasts: for how long. @default 0 */
  readonly seconds?: number;
  /** Whether it strikes all tries of a request that the SDK makes again. @default false */
  readonly everyTry?: boolean;
}

/** What each thread of a run is told. */
export interface FaultPlan {
  readonly seed: number;
  readonly rules: readonly FaultRule[];
  /** The file to which threads add their steps. */
  readonly stepLog: string;
  /** Where the server that refuses and swallows listens. */
  readonly faultOrigin: string;
  readonly counters: SharedArrayBuffer;
}

/** What a thread reports of a step; where nothing befell it, `fault` is absent. */
export interface StepReport {
  readonly step: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The number of the thread, from 0. */
  readonly thread: number;
  /** The first object that a request to the bucket is about: the submission's nonce stands in its key. */
  readonly object?: string;
  readonly fault?: FaultKind;
  /** The job that the step is about, where that can be told. */
  readonly jobId?: string;
  /** Of a message that is sent. */
  readonly hop?: number;
  /** Names the request; the SDK's further tries of it have the same. */
  readonly invocation?: string;
}
