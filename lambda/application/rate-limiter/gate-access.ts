import type { LimitIs } from '../../domain/failure.ts';
import type { Candidate } from '../../domain/generation.ts';
import type { Clock, GateName, GateStore, Timers } from '../../domain/ports.ts';
import type { GateState } from '../../domain/rate-limiter/gate-state.ts';
import type { ProviderKey } from '../../domain/rate-limiter/provider-key.ts';
import { sleep } from '../timing/sleep.ts';

export interface GateDependencies {
  readonly gates: GateStore;
  readonly clock: Clock;
  readonly timers: Timers;
  /** 0 to 1, for jitter and sampling. */
  readonly random: () => number;
  /** Starts a minute that the stage says a provider allows with one key, over all models; undefined where that is to be learned. */
  readonly requestsPerMinute: (provider: string) => number | undefined;
  /** The longest that a gate stays closed without a probe: see `maxClosedSecondsOf`. */
  readonly maxClosedSeconds: number;
}

/** How often a write to a gate is tried, where other workers write to it too. */
export const maxWrites = 8;

/** Who could not write for others is back after this long, and as much again of jitter. */
export const crowdedSeconds = 1;

/** The gate of a key, or that of the model with it. */
export const gateOf = ({ provider, model }: Candidate, { digest }: ProviderKey, limitIs: LimitIs): GateName => ({
  provider,
  keyDigest: digest,
  ...(limitIs === 'model' ? { model } : {}),
});

/** What events say of a gate: whose it is, and for which model that was found out. */
export const gateFields = ({ provider, model }: Candidate, { digest }: ProviderKey, limitIs: LimitIs) => ({
  ...{ provider, model, limitIs },
  key: digest,
});

/**
 * Lets a gate know of something, and gives what it knew before. Throws where others wrote to it each time, or its store
 * can't answer.
 */
export async function reportToGate(
  { gates, clock, timers, random }: GateDependencies,
  name: GateName,
  change: (state: GateState, now: number) => GateState,
): Promise<{ readonly before: GateState; readonly after: GateState }> {
  for (let tries = 0; tries < maxWrites; tries += 1) {
    const seen = await gates.read(name);
    const after = change(seen.state, clock.now());
    if (after === seen.state || (await gates.write(name, seen, after))) return { before: seen.state, after };
    await pauseBriefly(timers, tries, random);
  }
  throw new Error(`A gate of ${name.provider} lost ${maxWrites} conditional writes in a row to concurrent ones.`);
}

/** Longer each time, so that many workers come to stand apart. */
const pauseMilliseconds = 60;

export const pauseBriefly = (timers: Timers, tries: number, random: () => number): Promise<boolean> =>
  sleep(timers, random() * (tries + 1) * pauseMilliseconds);
