import { between, drawsFrom, mix } from './draws.ts';
import { drawFate, drawLatency, type Fate, type MessageFate, type Weather } from './faults.ts';
import type { Invocation, Scheduler } from './scheduler.ts';
import type { Trace } from './trace.ts';

/** What a fault did to whom, for those who judge how late something may be. */
export interface Mishap {
  readonly at: number;
  readonly fate: Fate | `message ${MessageFate}` | 'timeout';
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
  constructor(message: string, isUnknown: boolean) {
    super(message);
    this.name = isUnknown ? 'TimeoutError' : 'ThrottlingException';
    this.isUnknown = isUnknown;
  }
}

/** Seconds after which a client gives a request up. */
const givenUpSeconds = 3;

/** What a lease and its margins come to: whoever stands still for longer has lost it. */
const frozenSeconds = [100, 330] as const;

export interface NetworkOptions {
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly weather: Weather;
  /** Fates that are left out, to find out which a story needs. */
  readonly without: ReadonlySet<Fate>;
}

/** Everything that a function asks of the outside goes through here: it takes time, and things befall it. */
export class Network {
  readonly faults = new Map<string, number>();
  /** What befell each job, and under -1 all calls that are about none. */
  readonly mishaps = new Map<number, Mishap[]>();
  /** Jobs of which something was done whose author was dead before it heard so: nobody may ever take it back. */
  readonly unheard = new Set<number>();
  readonly #calls = new Map<number, number>();
  readonly #options: NetworkOptions;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** Carries out `work` where it arrives, and gives what it gives, unless something comes between. */
  ask<Answer>(call: Call, work: () => Answer): Promise<Answer> {
    const { scheduler, trace } = this.#options;
    const { invocation, label, job } = call;
    const { fate, draw } = this.#fateOf(call);
    const milliseconds = drawLatency(draw, fate);
    return new Promise((resolve, reject) => {
      /** The answer comes to whoever is still there for it, and as soon as he can hear it. */
      const answer = (tell: () => void): void => {
        if (invocation.isDead) {
          this.unheard.add(job);
          return;
        }
        if (invocation.frozenUntil > scheduler.now) this.#tellLater(invocation, job, tell);
        else tell();
      };
      const carryOut = (): void => {
        let given: Answer;
        try {
          given = work();
        } catch (error) {
          answer(() => reject(error as Error));
          return;
        }
        if (fate === 'killed_after') invocation.kill();
        else if (fate === 'answer_lost') {
          const lost = new StoreFault(`The answer to ${label} was lost.`, true);
          scheduler.after(between(draw, 1, givenUpSeconds) * 1000, invocation, () => reject(lost));
        } else answer(() => resolve(given));
      };
      // A request that has left arrives, whatever becomes of who sent it.
      scheduler.after(milliseconds, undefined, () => {
        trace.note(scheduler.now, fate === 'fine' || fate === 'slow' ? label : `${label} (${fate})`, job);
        switch (fate) {
          case 'killed_before':
            return invocation.kill();
          case 'refused':
            return answer(() => reject(new StoreFault(`${label} was refused.`, false)));
          case 'late':
            answer(() => reject(new StoreFault(`${label} was given up.`, true)));
            scheduler.after(between(draw, 20, 4000), undefined, () => {
              trace.note(scheduler.now, `${label} lands late`, job);
              try {
                work();
              } catch {
                // Nobody is left to hear of it.
              }
            });
            return;
          case 'frozen':
            this.#freezeSoon(invocation, draw);
            return carryOut();
          default:
            return carryOut();
        }
      });
    });
  }

  /** Time that passes in a function, such as for a provider to answer. */
  pass(invocation: Invocation, milliseconds: number, run: () => void): () => void {
    return this.#options.scheduler.after(milliseconds, invocation, run);
  }

  /** Whoever stands still hears an answer when he goes on; many are ended by their function's timeout before. */
  #tellLater(invocation: Invocation, job: number, tell: () => void): void {
    const { scheduler } = this.#options;
    scheduler.after(invocation.frozenUntil - scheduler.now, undefined, () => {
      if (invocation.isDead) this.unheard.add(job);
      else scheduler.after(0, invocation, tell);
    });
  }

  /** At once, or while the function waits for what comes next. */
  #freezeSoon(invocation: Invocation, draw: () => number): void {
    const { scheduler } = this.#options;
    const freeze = (): void => {
      invocation.wasFrozen = true;
      invocation.frozenUntil = scheduler.now + between(draw, ...frozenSeconds) * 1000;
    };
    if (draw() < 0.5) freeze();
    else scheduler.after(between(draw, 0, 8000), invocation, freeze);
  }

  /** Notes that something happened to a job, or to what looks after all of them (-1). */
  mishap(job: number, fate: Mishap['fate']): void {
    const at = this.#options.scheduler.now;
    const known = this.mishaps.get(job);
    if (known) known.push({ at, fate });
    else this.mishaps.set(job, [{ at, fate }]);
    this.faults.set(fate, (this.faults.get(fate) ?? 0) + 1);
  }

  #fateOf({ job, to, invocation }: Call): { readonly fate: Fate | 'fine'; readonly draw: () => number } {
    const { seed, weather, without } = this.#options;
    const count = (this.#calls.get(job) ?? 0) + 1;
    this.#calls.set(job, count);
    const draw = drawsFrom(mix(seed, job, count));
    const drawn = drawFate(draw, weather);
    if (drawn === 'fine' || without.has(drawn)) return { fate: 'fine', draw };
    if (to === 'vendor' && !drawn.startsWith('killed') && drawn !== 'frozen') return { fate: 'fine', draw };
    if (invocation.isDead) return { fate: 'fine', draw };
    if (drawn !== 'slow') {
      if ((this.mishaps.get(job)?.length ?? 0) >= weather.maxFaultsPerJob) return { fate: 'fine', draw };
      this.mishap(job, drawn);
    }
    return { fate: drawn, draw };
  }
}
