import { type Attempt, isKeyRefused, type Ledger } from '../jobs/attempt.ts';
import { askGates, type GatePair, type GatesAnswer, type StartRequest } from './both-gates.ts';
import type { GateState } from './gate-state.ts';

/** A credential for a provider: one of the stage's own, or one that came with a request. */
export interface ProviderKey {
  /** The credential itself; empty for a provider that needs none. */
  readonly apiKey: string;
  /**
   * The first 12 hexadecimal digits of its SHA-256: the only name it has in the store, the ledger and the log. Of a key that
   * came with a request not even that is kept: `callerKeyDigest`.
   */
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

/** Stands for the digest of a key that came with a request. */
export const callerKeyDigest = 'caller';

/**
 * The key that made a request. If it is gone, any other may still open the same account; not so if it was the caller's, whose
 * account is none of the stage's.
 */
export const keyOf = (keys: readonly ProviderKey[], attempt: Pick<Attempt, 'keyDigest'>): ProviderKey | undefined =>
  keys.find(({ digest }) => digest === attempt.keyDigest) ??
  (attempt.keyDigest === callerKeyDigest ? undefined : keys[0]);

/** Those keys with which this candidate of a job has not been refused yet. */
export function keysLeft(keys: readonly ProviderKey[], ledger: Ledger, candidate: number): readonly ProviderKey[] {
  const refused = ledger
    .filter((each) => each.candidate === candidate && isKeyRefused(each.outcome))
    .map(({ keyDigest }) => keyDigest);
  return keys.filter(({ digest }) => !refused.includes(digest));
}

/** A key with what its gates know. */
export interface GatedKey {
  readonly key: ProviderKey;
  readonly gates: GatePair<GateState>;
}

/** Until when a key is on cooldown, be it for all models or for the one that is asked (epoch ms). */
export const cooldownUntil = ({ gates }: GatedKey): number =>
  Math.max(gates.key.cooldownUntil, gates.model.cooldownUntil);

/**
 * The first key whose gates are open now, or else the one whose gates will open first. Those on cooldown are asked only
 * where all are, the one whose cooldown ends first before the others: a refused request costs nothing, and an account may
 * have been topped up. Throws where there is no key at all.
 */
export function chooseKey<Gated extends GatedKey>(
  keys: readonly Gated[],
  request: StartRequest,
  now: number,
): { readonly chosen: Gated; readonly answer: GatesAnswer } {
  const ready = keys.filter((each) => cooldownUntil(each) <= now);
  const usable = ready.length > 0 ? ready : keys.toSorted((one, other) => cooldownUntil(one) - cooldownUntil(other));
  const answers = usable.map((chosen) => ({ chosen, answer: askGates(chosen.gates, request, now) }));
  const [best] = answers.toSorted((one, other) => opensAt(one.answer) - opensAt(other.answer));
  if (!best) throw new Error('There is no key to choose from.');
  return best;
}

const opensAt = (answer: GatesAnswer): number => (answer.granted ? 0 : answer.until);
