import { type GateRequest, type GateState, openGate } from '../domain/gate.ts';
import type { Clock, GateName, GateStore, Timers } from '../domain/ports.ts';
import { chooseKey, inWeightedOrder, type ProviderKey } from '../domain/provider-key.ts';
import { sleep } from './sleep.ts';

export interface GateDependencies {
  readonly gates: GateStore;
  readonly clock: Clock;
  readonly timers: Timers;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** Starts a minute that the stage says a provider allows with one key; undefined where that is to be learned. */
  readonly requestsPerMinute: (provider: string) => number | undefined;
}

/** A key and leave to start with it now, or when to come back. */
export type GatePass =
  | { readonly granted: true; readonly key: ProviderKey }
  | { readonly granted: false; readonly until: number };

/** How often a write to a gate is tried, where other workers write to it too. */
const mostWrites = 8;

/** Who could not write for others is back after this long, and as much again of jitter. */
const crowdedSeconds = 1;

/**
 * Asks the gates of a provider's keys for a start.
 * 1. Read what all gates know.
 * 2. Choose a key by weight among those that open now, or the one that opens first.
 * 3. Write the start, or the place in line, into its gate; where another worker was quicker, begin again.
 * A start is lost where its worker is, and so is one whose write came through unnoticed.
 */
export async function passGate(
  dependencies: GateDependencies,
  provider: string,
  keys: readonly ProviderKey[],
  owner: string,
): Promise<GatePass> {
  return standInLine(dependencies, provider, keys, owner, true);
}

/** When the first of the keys' gates will open for the owner's job, which takes its place in line there. */
export async function whenGateOpens(
  dependencies: GateDependencies,
  provider: string,
  keys: readonly ProviderKey[],
  owner: string,
): Promise<number> {
  const pass = await standInLine(dependencies, provider, keys, owner, false);
  return pass.granted ? dependencies.clock.now() : pass.until;
}

async function standInLine(
  { gates, clock, timers, random, requestsPerMinute }: GateDependencies,
  provider: string,
  keys: readonly ProviderKey[],
  owner: string,
  isToStart: boolean,
): Promise<GatePass> {
  const request: GateRequest = { owner, requestsPerMinute: requestsPerMinute(provider), random: random() };
  const ordered = inWeightedOrder(keys, random);
  for (let tries = 0; tries < mostWrites; tries += 1) {
    const kept = await Promise.all(ordered.map((key) => gates.read(nameOf(provider, key))));
    const gated = ordered.map((key, index) => {
      const seen = kept[index] ?? { state: openGate, version: 0 };
      return { key, seen, gate: seen.state };
    });
    const { chosen, answer } = chooseKey(gated, request, clock.now());
    const pass: GatePass = answer.granted ? { granted: true, key: chosen.key } : answer;
    const isToWrite = isToStart || !answer.granted;
    if (!isToWrite || (await gates.write(nameOf(provider, chosen.key), chosen.seen, answer.state))) return pass;
    await pauseBriefly(timers, tries, random);
  }
  return { granted: false, until: clock.now() + crowdedSeconds * (1 + random()) * 1000 };
}

/**
 * Lets a key's gate know of something, and gives what it knew before. Throws where others wrote to it each time, or its
 * store can't answer.
 */
export async function tellGate(
  { gates, clock, timers, random }: GateDependencies,
  provider: string,
  key: ProviderKey,
  change: (state: GateState, now: number) => GateState,
): Promise<{ readonly before: GateState; readonly after: GateState }> {
  const name = nameOf(provider, key);
  for (let tries = 0; tries < mostWrites; tries += 1) {
    const seen = await gates.read(name);
    const after = change(seen.state, clock.now());
    if (after === seen.state || (await gates.write(name, seen, after))) return { before: seen.state, after };
    await pauseBriefly(timers, tries, random);
  }
  throw new Error(`The gate of ${provider} was written to by others ${mostWrites} times.`);
}

const nameOf = (provider: string, { digest }: ProviderKey): GateName => ({ provider, keyDigest: digest });

/** Longer each time, so that many workers come to stand apart. */
const pauseMilliseconds = 60;

const pauseBriefly = (timers: Timers, tries: number, random: () => number): Promise<boolean> =>
  sleep(timers, random() * (tries + 1) * pauseMilliseconds);
