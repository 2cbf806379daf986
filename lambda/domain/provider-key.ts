import { type Attempt, isKeyRefused, type Ledger } from './attempt.ts';
import { askGate, type GateAnswer, type GateRequest, type GateState } from './gate.ts';

/** One of the stage's own credentials for a provider. */
export interface ProviderKey {
  /** The credential itself; empty for a provider that needs none. */
  readonly apiKey: string;
  /** The first 12 hexadecimal digits of its SHA-256: the only name it has in the store, the ledger and the log. */
  readonly digest: string;
  /** Its share of the requests, beside those of the provider's other keys: 1 to 100. */
  readonly weight: number;
}

/** The keys in the order in which they should serve a request: each comes first as often as its weight says. */
export const inWeightedOrder = (keys: readonly ProviderKey[], random: () => number): readonly ProviderKey[] =>
  keys
    .map((key) => ({ key, rank: random() ** (1 / key.weight) }))
    .toSorted((one, other) => other.rank - one.rank)
    .map(({ key }) => key);

/** The key that made a request. If it is gone, any other may still open the same account. */
export const keyOf = (keys: readonly ProviderKey[], attempt: Pick<Attempt, 'keyDigest'>): ProviderKey | undefined =>
  keys.find(({ digest }) => digest === attempt.keyDigest) ?? keys[0];

/** Those keys with which this candidate of a job has not been refused yet. */
export function keysLeft(keys: readonly ProviderKey[], ledger: Ledger, candidate: number): readonly ProviderKey[] {
  const refused = ledger
    .filter((each) => each.candidate === candidate && isKeyRefused(each.outcome))
    .map(({ keyDigest }) => keyDigest);
  return keys.filter(({ digest }) => !refused.includes(digest));
}

/** A key with what its gate knows. */
export interface GatedKey {
  readonly key: ProviderKey;
  readonly gate: GateState;
}

/**
 * The first key whose gate opens now, or else the one whose gate will open first. Those that rest are asked only where all
 * do, the one that has rested longest first: a refused request costs nothing, and an account may have been topped up.
 * Throws where there is no key at all.
 */
export function chooseKey<Gated extends GatedKey>(
  keys: readonly Gated[],
  request: GateRequest,
  now: number,
): { readonly chosen: Gated; readonly answer: GateAnswer } {
  const awake = keys.filter(({ gate }) => gate.restsUntil <= now);
  const usable = awake.length > 0 ? awake : keys.toSorted((one, other) => one.gate.restsUntil - other.gate.restsUntil);
  const answers = usable.map((chosen) => ({ chosen, answer: askGate(chosen.gate, request, now) }));
  const [best] = answers.toSorted((one, other) => opensAt(one.answer) - opensAt(other.answer));
  if (!best) throw new Error('There is no key to choose from.');
  return best;
}

const opensAt = (answer: GateAnswer): number => (answer.granted ? 0 : answer.until);
