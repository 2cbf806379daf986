import type { LimitIs } from '../../domain/failure.ts';
import type { Candidate } from '../../domain/generation.ts';
import type { GateName, KeptGate } from '../../domain/ports.ts';
import type { GatePair, StartRequest } from '../../domain/rate-limiter/both-gates.ts';
import { countsStarts, withSample } from '../../domain/rate-limiter/gate-sampling.ts';
import {
  chooseKey,
  cooldownUntil,
  type GatedKey,
  inWeightedOrder,
  type ProviderKey,
} from '../../domain/rate-limiter/provider-key.ts';
import type { Granted } from '../../domain/rate-limiter/rate-limiter.ts';
import { crowdedSeconds, type GateDependencies, gateOf, maxWrites, pauseBriefly } from './gate-access.ts';

/** A key and leave to start with it now, or when to come back. */
export type GatePass =
  | {
      readonly granted: true;
      readonly key: ProviderKey;
      /** Those of the key's gates for which this start is the probe, whose outcome is reported to them. */
      readonly probes: readonly LimitIs[];
    }
  | { readonly granted: false; readonly until: number };

/** A key with what was read of its gates. */
interface SeenKey extends GatedKey {
  readonly seen: GatePair<KeptGate>;
}

const bothGates: readonly LimitIs[] = ['key', 'model'];

/**
 * Asks the gates of a provider's keys for a start with a model.
 * 1. Read what the gates of one key know, drawn by weight; those of the others only where that one can't serve now.
 * 2. Choose the first key whose gates are open now, or the one whose gates open first.
 * 3. Write the slot, the probe or the place in line; where another worker was quicker, begin again. What passes an open
 *    gate is only counted, by samples.
 * A slot goes unused where its worker is lost, its write came through unnoticed, the other gate's slot was lost then, or the
 * request is not made after all: the inputs could not be redrawn, or the function has no time left.
 */
export async function passRateLimiter(
  dependencies: GateDependencies,
  candidate: Candidate,
  keys: readonly ProviderKey[],
  owner: string,
): Promise<GatePass> {
  return takeTurn(dependencies, candidate, keys, owner, true);
}

/** When the first of the keys' gates will open for the owner's job, which takes its place in line there. */
export async function whenGateOpens(
  dependencies: GateDependencies,
  candidate: Candidate,
  keys: readonly ProviderKey[],
  owner: string,
): Promise<number> {
  const pass = await takeTurn(dependencies, candidate, keys, owner, false);
  return pass.granted ? dependencies.clock.now() : pass.until;
}

async function takeTurn(
  dependencies: GateDependencies,
  candidate: Candidate,
  keys: readonly ProviderKey[],
  owner: string,
  isToStart: boolean,
): Promise<GatePass> {
  const { gates, clock, timers, random, requestsPerMinute } = dependencies;
  const request = { owner, keyRequestsPerMinute: requestsPerMinute(candidate.provider), random: random() };
  const ordered = inWeightedOrder(keys, random);
  for (let tries = 0; tries < maxWrites; tries += 1) {
    const usable = await lookAt(dependencies, candidate, ordered, request);
    const { chosen, answer } = chooseKey(usable, request, clock.now());
    const nameOf = (limitIs: LimitIs) => gateOf(candidate, chosen.key, limitIs);
    if (!answer.granted) {
      if (await gates.write(nameOf(answer.at), chosen.seen[answer.at], answer.state)) return answer;
    } else {
      const pass: GatePass = { granted: true, key: chosen.key, probes: probesOf(answer) };
      if (!isToStart) return pass;
      if (await takeSlots(dependencies, nameOf, chosen.seen, answer)) {
        for (const limitIs of bothGates) {
          if (answer[limitIs].as === 'open') await count(dependencies, nameOf(limitIs), limitIs, chosen.seen[limitIs]);
        }
        return pass;
      }
    }
    await pauseBriefly(timers, tries, random);
  }
  return { granted: false, until: clock.now() + crowdedSeconds * (1 + random()) * 1000 };
}

/** The gates of the first key, and those of the others where it can't serve now. */
async function lookAt(
  { gates, clock }: GateDependencies,
  candidate: Candidate,
  [first, ...others]: readonly ProviderKey[],
  request: StartRequest,
): Promise<readonly SeenKey[]> {
  const look = async (key: ProviderKey): Promise<SeenKey> => {
    const [own, model] = await Promise.all([
      gates.read(gateOf(candidate, key, 'key')),
      gates.read(gateOf(candidate, key, 'model')),
    ]);
    return { key, seen: { key: own, model }, gates: { key: own.state, model: model.state } };
  };
  if (!first) return [];
  const seen = await look(first);
  const now = clock.now();
  if (cooldownUntil(seen) <= now && chooseKey([seen], request, now).answer.granted) return [seen];
  return [seen, ...(await Promise.all(others.map(look)))];
}

const probesOf = (granted: GatePair<Granted>): readonly LimitIs[] =>
  bothGates.filter((limitIs) => granted[limitIs].as === 'probe');

/** Writes what must be known to all: false where another worker was quicker. The gate that all models pass is the first. */
async function takeSlots(
  { gates }: GateDependencies,
  nameOf: (limitIs: LimitIs) => GateName,
  seen: GatePair<KeptGate>,
  granted: GatePair<Granted>,
): Promise<boolean> {
  for (const limitIs of bothGates) {
    const { as, state } = granted[limitIs];
    if (as !== 'open' && !(await gates.write(nameOf(limitIs), seen[limitIs], state))) return false;
  }
  return true;
}

/** Counts a start at an open gate, by chance; each write that another worker was quicker than makes it less likely. */
async function count(
  { gates, clock, random }: GateDependencies,
  name: GateName,
  limitIs: LimitIs,
  read: KeptGate,
): Promise<void> {
  const draw = random();
  let seen = read;
  for (let lost = 0; lost < maxWrites && countsStarts(seen.state, limitIs, clock.now()); lost += 1) {
    const counted = withSample(seen.state, draw, lost, clock.now());
    if (counted === seen.state || (await gates.write(name, seen, counted))) return;
    seen = await gates.read(name);
  }
}
