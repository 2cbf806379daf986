import { between, type Draw, drawsFrom, mix } from './draws.ts';
import { type CallFault, drawFault, drawLatency, type MessageFault, type Weather } from './faults.ts';
import type { Invocation, Scheduler, Timer } from './scheduler.ts';
import type { Trace } from './trace.ts';

/** What a fault did to whom, for those who judge how late something may be. */
export interface Mishap {
  readonly at: number;
  readonly fault: CallFault | `message ${MessageFault}` | 'timeout';
}

/** A call to the outside. */
export interface Call {
  readonly invocation: Invocation;
  /** Such as `jobs.claim`. */
  readonly label: string;
  /** The number of the job that it is about; -1 for none. */
  readonly job: number;
  /** A vendor's own faults are in its script; here only its caller can be killed or frozen. */
  readonly to: 'store' | 'vendor';
}

/** A store that was asked and did nothing, or nobody knows what. */
export class StoreFault extends Error {
  /** Whether the request may still have been, or be, carried out. */
  readonly isUnknown: boolean;
  /** Whether it was carried out, and only its answer got lost. */
  readonly wasDone: boolean;
  constructor(message: string, isUnknown: boolean, wasDone = false) {
    super(message);
    this.name = isUnknown ? 'TimeoutError' : 'ThrottlingException';
    this.isUnknown = isUnknown;
    this.wasDone = wasDone;
  }
}

/** Calls that move an image, or say that all are there. */
const moving: ReadonlySet<string> = new Set(['vendor.fetch', 'bucket.save', 'bucket.putManifest']);

/** Seconds after which a client gives a request up. */
const givenUpSeconds = 3;

/** What a lease and its margins come to: whoever stands still for longer has lost it. */
const frozenSeconds = [100, 330] as const;

/** A call on its way, and what is to befall it. */
interface Request<Answer> {
  readonly call: Call;
  readonly work: () => Answer;
  readonly draw: Draw;
  readonly fault: CallFault | 'fine';
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

export interface NetworkOptions {
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly weather: Weather;
  /** Faults that are left out, to find out which a story needs. */
  readonly without: ReadonlySet<CallFault>;
}

/** Everything that a function asks of the outside goes through here: it takes time, and things befall it. */
export class Network {
  readonly faults = new Map<string, number>();
  /** What befell each job, and under -1 all calls that are about none. */
  readonly mishaps = new Map<number, Mishap[]>();
  /** What befell sweeps over one job's calls: whoever stands still over one job looks after none. */
  readonly sweepMishaps: Mishap[] = [];
  /** Jobs of which something was done, or was to be taken back, whose author was dead before: nobody may ever take it back. */
  readonly unheard = new Set<number>();
  readonly #calls = new Map<number, number>();
  readonly #options: NetworkOptions;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** Carries out `work` where it arrives, and gives what it gives, unless something comes between. */
  ask<Answer>(call: Call, work: () => Answer): Promise<Answer> {
    const draw = this.#drawFor(call.job);
    const fault = this.#faultOf(call, draw);
    const milliseconds = drawLatency(draw, fault);
    return new Promise((resolve, reject) => {
      const request: Request<Answer> = { call, work, draw, fault, resolve, reject };
      // A request that has left arrives, whatever becomes of who sent it.
      this.#options.scheduler.after(milliseconds, undefined, () => this.#arrive(request));
    });
  }

  #arrive<Answer>(request: Request<Answer>): void {
    const { scheduler, trace } = this.#options;
    const { fault, draw, reject } = request;
    const { invocation, label, job } = request.call;
    trace.note(scheduler.now, fault === 'fine' || fault === 'slow' ? label : `${label} (${fault})`, job);
    if (fault === 'killed_before') invocation.kill();
    else if (fault === 'refused')
      this.#answer(request.call, () => reject(new StoreFault(`${label} was refused.`, false)));
    else if (fault === 'late') {
      this.#answer(request.call, () => reject(new StoreFault(`${label} was given up.`, true)));
      scheduler.after(between(draw, 20, 4000), undefined, () => this.#landLate(request));
    } else {
      const hasLeft = fault !== 'frozen' || !this.#freezesBefore(invocation, draw);
      // What has not left yet leaves when its function goes on, if ever.
      if (hasLeft) this.#carryOut(request);
      else this.#whenItGoesOn(request.call, () => this.#carryOut(request));
    }
  }

  #carryOut<Answer>({ call, work, draw, fault, resolve, reject }: Request<Answer>): void {
    const { invocation, label } = call;
    let given: Answer;
    try {
      given = work();
    } catch (error) {
      this.#answer(call, () => reject(error));
      return;
    }
    if (fault === 'killed_after') invocation.kill();
    else if (fault === 'answer_lost') {
      const lost = new StoreFault(`The answer to ${label} was lost.`, true, true);
      this.#options.scheduler.after(between(draw, 1, givenUpSeconds) * 1000, invocation, () => reject(lost));
    } else this.#answer(call, () => resolve(given));
  }

  #landLate({ call, work }: Pick<Request<unknown>, 'call' | 'work'>): void {
    const { scheduler, trace } = this.#options;
    trace.note(scheduler.now, `${call.label} lands late`, call.job);
    try {
      work();
    } catch {
      // Nobody is left to hear of it.
    }
  }

  /** The answer comes to whoever is still there for it, and as soon as he can hear it. */
  #answer({ invocation, job }: Call, tell: () => void): void {
    if (invocation.isDead) this.unheard.add(job);
    else if (invocation.frozenUntil > this.#options.scheduler.now) this.#whenItGoesOn({ invocation, job }, tell);
    else tell();
  }

  /** Time that passes in a function, such as for a provider to answer. */
  pass(invocation: Invocation, milliseconds: number, run: () => void): Timer {
    return this.#options.scheduler.after(milliseconds, invocation, run);
  }

  /** Time goes by until the answer is there, the client gives up or is no more. */
  during(invocation: Invocation, seconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const hangUp = (): void => {
        passing.cancel();
        reject(signal.reason as Error);
      };
      const passing = this.pass(invocation, seconds * 1000, () => {
        signal.removeEventListener('abort', hangUp);
        resolve();
      });
      signal.addEventListener('abort', hangUp, { once: true });
    });
  }

  /** Whoever stands still hears and does nothing until he goes on; many are ended by their function's timeout before. */
  #whenItGoesOn(call: Pick<Call, 'invocation' | 'job'>, run: () => void): void {
    const { scheduler } = this.#options;
    const { invocation, job } = call;
    scheduler.after(invocation.frozenUntil - scheduler.now, undefined, () => {
      if (invocation.isDead) this.unheard.add(job);
      else if (invocation.frozenUntil > scheduler.now) this.#whenItGoesOn(call, run);
      else run();
    });
  }

  /** At once, before or after a request has left, or while the function waits for what comes next. Gives whether before. */
  #freezesBefore(invocation: Invocation, draw: () => number): boolean {
    const { scheduler } = this.#options;
    const freeze = (): void => {
      invocation.wasFrozen = true;
      invocation.frozenUntil = scheduler.now + between(draw, ...frozenSeconds) * 1000;
    };
    const drawn = draw();
    if (drawn < 0.6) freeze();
    else scheduler.after(between(draw, 0, 8000), invocation, freeze);
    return drawn < 0.3;
  }

  /** Notes that something happened to a job, or to what looks after all of them (-1). */
  mishap(job: number, fault: Mishap['fault']): void {
    const at = this.#options.scheduler.now;
    const known = this.mishaps.get(job);
    if (known) known.push({ at, fault });
    else this.mishaps.set(job, [{ at, fault }]);
    this.count(fault);
  }

  /** Counts a fault that excuses nobody. */
  count(fault: string): void {
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
  }

  /** What befalls a job's calls is drawn by their count, so that it is the same whatever befalls others. */
  #drawFor(job: number): Draw {
    const count = (this.#calls.get(job) ?? 0) + 1;
    this.#calls.set(job, count);
    return drawsFrom(mix(this.#options.seed, job, count));
  }

  #faultOf({ job, to, invocation, label }: Call, draw: Draw): CallFault | 'fine' {
    const { weather, without } = this.#options;
    const drawn = drawFault(draw, weather, moving.has(label));
    if (drawn === 'fine' || without.has(drawn)) return 'fine';
    if (to === 'vendor' && !drawn.startsWith('killed') && drawn !== 'frozen') return 'fine';
    if (invocation.isDead) return 'fine';
    if (drawn !== 'slow') {
      if ((this.mishaps.get(job)?.length ?? 0) >= weather.maxFaultsPerJob) return 'fine';
      this.mishap(job, drawn);
      if (invocation.name === 'sweep-jobs') this.sweepMishaps.push({ at: this.#options.scheduler.now, fault: drawn });
    }
    return drawn;
  }
}
