// Concurrency limit per owner: a semaphore kept in the store by optimistic locking.

import type { OpenJob } from '../../domain/jobs/job.ts';
import type { CandidateTiming, Lane } from '../../domain/jobs/lane.ts';
import type { Clock, Timers } from '../../domain/ports.ts';
import type { Telemetry } from '../../domain/telemetry.ts';
import {
  type RunningSlots,
  releaseSlot,
  type SlotPart,
  slotPartsFor,
  takeSlot,
} from '../../domain/usage/running-slots.ts';
import type { SlotStore, SlotsName } from '../../domain/usage/slot-store.ts';
import { maxWrites, pauseBriefly } from '../rate-limiter/gate-access.ts';

export interface SlotDependencies {
  readonly slots: SlotStore;
  readonly clock: Clock;
  readonly timers: Timers;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  readonly telemetry: Telemetry;
  readonly settings: SlotSettings;
}

export interface SlotSettings {
  /** Maximum number of concurrently running jobs of one owner, per lane. */
  readonly maxRunningJobs: Readonly<Record<Lane, number>>;
}

/**
 * A worker's slot of its owner, from its first provider request to its end. Slots are for fairness, not safety: a store that fails
 * stops no job, and the slot of a lost worker expires when its function would have ended.
 */
export class RunningSlot {
  readonly #dependencies: SlotDependencies;
  readonly #job: OpenJob;
  readonly #secondsLeft: () => number;
  #held: SlotsName | undefined;
  #isExempt = false;

  constructor(dependencies: SlotDependencies, job: OpenJob, secondsLeft: () => number) {
    this.#dependencies = dependencies;
    this.#job = job;
    this.#secondsLeft = secondsLeft;
  }

  /**
   * Takes a slot for a request to a candidate with this timing, unless one is held. Undefined if the job may continue; else when
   * to try again (epoch ms), early enough for a last request if possible. Polled tasks occupy no worker and need no slot.
   * Throws nothing.
   */
  async take(timing: CandidateTiming & { readonly timeoutSeconds: number }): Promise<number | undefined> {
    if (this.#held !== undefined || this.#isExempt) return undefined;
    if (timing.isPolled) return undefined;
    const { clock, random, settings, telemetry } = this.#dependencies;
    const { id: jobId, owner, lane } = this.#job;
    try {
      const turns: number[] = [];
      for (const part of slotPartsFor(jobId, settings.maxRunningJobs[lane])) {
        const comeAt = await this.#ask(part, timing.typicalSeconds);
        if (comeAt === undefined) return undefined;
        turns.push(comeAt);
      }
      const until = inTime(
        Math.min(...turns),
        this.#job.deadlineAt - timing.timeoutSeconds * 1000,
        random(),
        clock.now(),
      );
      telemetry.record('slot_awaited', { jobId, owner, lane, seconds: Math.ceil((until - clock.now()) / 1000) });
      return until;
    } catch (error) {
      this.#isExempt = true;
      telemetry.record('slot_not_told', { jobId, owner }, error);
      return undefined;
    }
  }

  /** Releases the slot, if one is held. Throws nothing. */
  async release(): Promise<void> {
    if (this.#held === undefined) return;
    const { clock, telemetry } = this.#dependencies;
    const { id: jobId, claim, owner } = this.#job;
    try {
      await this.#change(this.#held, (state) => releaseSlot(state, jobId, claim, clock.now()));
    } catch (error) {
      telemetry.record('slot_not_told', { jobId, owner }, error);
    }
    this.#held = undefined;
  }

  async #ask({ part, maxSlots }: SlotPart, typicalSeconds: number): Promise<number | undefined> {
    const { clock, random } = this.#dependencies;
    const { id: jobId, claim, owner, lane } = this.#job;
    const name: SlotsName = { owner, lane, part };
    const typicalMilliseconds = typicalSeconds * 1000;
    let comeAt: number | undefined;
    await this.#change(name, (state) => {
      const now = clock.now();
      const until = now + this.#secondsLeft() * 1000;
      const request = { jobId, claim, until, maxSlots, typicalMilliseconds, random: random() };
      const answer = takeSlot(state, request, now);
      comeAt = answer.granted ? undefined : answer.comeAt;
      return answer.state;
    });
    if (comeAt === undefined) this.#held = name;
    return comeAt;
  }

  /** Read, decide, write with optimistic locking. Throws after `maxWrites` lost races. */
  async #change(name: SlotsName, change: (state: RunningSlots) => RunningSlots): Promise<void> {
    const { slots, timers, random } = this.#dependencies;
    for (let tries = 0; tries < maxWrites; tries += 1) {
      const seen = await slots.read(name);
      const next = change(seen.state);
      if (next === seen.state || (await slots.write(name, seen, next))) return;
      await pauseBriefly(timers, tries, random);
    }
    throw new Error(`The slots of ${name.owner} were written to by others ${maxWrites} times.`);
  }
}

/** Moves a turn that is too late for a start to a random time in the second half of what is left, since others move too. */
function inTime(comeAt: number, lastStartAt: number, random: number, now: number): number {
  const left = lastStartAt - now;
  return comeAt <= lastStartAt || left <= 0 ? comeAt : now + left * (0.5 + random / 2);
}
