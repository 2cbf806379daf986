import { type Draw, drawsFrom, mix } from './draws.ts';
import { Heap } from './heap.ts';

/** One run of a function: what happens to it happens to all that it has begun. */
export class Invocation {
  readonly name: string;
  /** Counts invocations up. */
  readonly number: number;
  /** How far its clock is ahead of the world's, in milliseconds. */
  readonly skew: number;
  /** How many messages it was given. */
  batchSize = 0;
  /** Killed: nothing of it ever goes on. */
  isDead = false;
  /** Has done all that it was started for. */
  hasEnded = false;
  /** Stands still until then, and goes on as if nothing had been. */
  frozenUntil = 0;
  /** Has stood still once: what it does since may be late. */
  wasFrozen = false;
  /** When the answer of a synchronous request is due, in epoch milliseconds; undefined for any other function. */
  answerDueAt: number | undefined;
  /** Told once, when it is killed. */
  onKilled: () => void = nothing;
  /** Whether it holds one of its owner's places, as far as it knows. */
  isCounted = false;
  /** Its function's timeout, which nobody waits for any longer once it has ended. */
  timeout: Timer | undefined;

  constructor(name: string, number: number, skew: number) {
    this.name = name;
    this.number = number;
    this.skew = skew;
  }

  kill(): void {
    if (this.isDead) return;
    this.isDead = true;
    const { onKilled } = this;
    this.#releaseAfterFault();
    onKilled();
  }

  /** Has done all that it was started for, if not for what it has left running. */
  end(): void {
    this.hasEnded = true;
    this.#releaseAfterFault();
  }

  /** Likewise, and is frozen by Lambda: what it has left running never goes on. */
  finish(): void {
    if (this.isDead) return;
    this.kill();
    this.hasEnded = true;
  }

  /** Has been killed before its end, or has stood still. */
  get hasFailed(): boolean {
    return this.wasFrozen || (this.isDead && !this.hasEnded);
  }

  /** Vendors and the judge remember an invocation as long as its world lasts: it keeps nothing alive that it needs no more. */
  #releaseAfterFault(): void {
    this.timeout?.cancel();
    this.timeout = undefined;
    this.onKilled = nothing;
  }
}

const nothing = (): void => {};

/** A step to come, which can be taken off again. */
export interface Timer {
  cancel(): void;
}

class Entry implements Timer {
  readonly order: number;
  /** Whose step it is: dropped with it, and put off while it stands still. Undefined for what goes on by itself. */
  readonly invocation: Invocation | undefined;
  run: (() => void) | undefined;

  constructor(order: number, invocation: Invocation | undefined, run: () => void) {
    this.order = order;
    this.invocation = invocation;
    this.run = run;
  }

  cancel(): void {
    this.run = undefined;
  }
}

/**
 * Decides the order of every step by a seed. Time stands still while anything can work, and then jumps to the next entry.
 * After each entry the microtasks are drained: from a microtask, `process.nextTick` runs only when all of them are done,
 * however long their chains. Whatever needs the event loop itself (streams, zlib, real timers) would break this.
 */
export class Scheduler {
  now: number;
  readonly #heap = new Heap<Entry>();
  readonly #draw: Draw;

  constructor(seed: number, start: number) {
    this.now = start;
    this.#draw = drawsFrom(mix(seed, 0x5c4ed));
  }

  /** Runs something that many milliseconds from now. */
  after(milliseconds: number, invocation: Invocation | undefined, run: () => void): Timer {
    // Steps that are due at the same time come in an order of chance.
    const entry = new Entry(this.#draw(), invocation, run);
    this.#heap.push(this.now + Math.max(0, milliseconds), entry.order, entry);
    return entry;
  }

  /** Runs until nothing is left to do. `settled` is called whenever a step has had all its consequences; a throw ends the run. */
  run(settled: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const drained = (): void => process.nextTick(step);
      const step = (): void => {
        try {
          settled();
          const run = this.#next();
          if (!run) {
            resolve();
            return;
          }
          run();
        } catch (error) {
          reject(error);
          return;
        }
        void settledPromise.then(drained);
      };
      process.nextTick(step);
    });
  }

  /** The next entry that is still to be run; its time is now. */
  #next(): (() => void) | undefined {
    const heap = this.#heap;
    for (let at = heap.firstAt; ; at = heap.firstAt) {
      const entry = heap.pop();
      if (!entry) return undefined;
      const { invocation, run } = entry;
      if (!run || invocation?.isDead) continue;
      if (invocation && invocation.frozenUntil > at) heap.push(invocation.frozenUntil, entry.order, entry);
      else {
        this.now = at;
        return run;
      }
    }
  }
}

const settledPromise = Promise.resolve();
