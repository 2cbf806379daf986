import { hashOf } from './seeded.ts';

const places = 1 << 16;
const threadsAt = 0;
const progressAt = 1;
const firstTotalAt = 2;
const firstStepAt = 256;

/** Numbers that all threads of a run share. */
export class FaultCounters {
  readonly buffer: SharedArrayBuffer;
  private readonly numbers: Int32Array;

  constructor(buffer = new SharedArrayBuffer(4 * (firstStepAt + places))) {
    this.buffer = buffer;
    this.numbers = new Int32Array(buffer);
  }

  /** The next thread's number, from 0. */
  nextThread(): number {
    return Atomics.add(this.numbers, threadsAt, 1);
  }

  /** From now on nothing befalls anybody. */
  stopFaults(): void {
    this.progress = -1;
  }

  /** The part of the run's jobs that have ended, 0 to 1; below 0 once faults have been stopped. */
  get progress(): number {
    return Atomics.load(this.numbers, progressAt) / 10_000;
  }

  set progress(part: number) {
    Atomics.store(this.numbers, progressAt, Math.round(part * 10_000));
  }

  /** Counts one more strike of a rule, unless that would be one too many. */
  takeOf(rule: number, most: number): boolean {
    return this.take(firstTotalAt + rule, most);
  }

  /** The same for a rule at one kind of step. Two kinds may share a place, which costs a few strikes and no more. */
  takeAtStep(rule: number, step: string, most: number): boolean {
    return this.take(firstStepAt + (hashOf(`${rule} ${step}`) % places), most);
  }

  private take(at: number, most: number): boolean {
    const before = Atomics.add(this.numbers, at, 1);
    if (before < most) return true;
    Atomics.sub(this.numbers, at, 1);
    return false;
  }
}
