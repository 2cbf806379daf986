import { describe, expect, it } from 'vitest';
import { type GateState, openGate } from '../../../../lambda/domain/rate-limiter/gate-state.ts';
import {
  chooseKey,
  inWeightedOrder,
  keyOf,
  keysLeft,
  type ProviderKey,
} from '../../../../lambda/domain/rate-limiter/provider-key.ts';
import { noon, sampleAttempt } from '../../../support/sample-job.ts';
import fc from '../../../support/seeded-fast-check.ts';

const key = (digest: string, weight = 1): ProviderKey => ({ apiKey: `key ${digest}`, digest, weight });
const gated = (digest: string, model: Partial<GateState> = {}, own: Partial<GateState> = {}) => ({
  key: key(digest),
  gates: { key: { ...openGate, ...own }, model: { ...openGate, ...model } },
});
const request = { owner: 'a', keyRequestsPerMinute: undefined, random: 0 };
const choose = (...keys: ReturnType<typeof gated>[]) => {
  const { chosen, answer } = chooseKey(keys, request, noon);
  return [chosen.key.digest, answer.granted ? 'starts' : answer.until - noon];
};

describe('inWeightedOrder', () => {
  it('puts each key first as often as its weight says', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const keys = [key('a', 1), key('b', 3), key('c', 6)];
    const firsts = Array.from({ length: 5000 }, () => inWeightedOrder(keys, random)[0]?.digest);
    const share = (digest: string) => firsts.filter((first) => first === digest).length / 5000;
    expect(share('a')).toBeCloseTo(0.1, 1);
    expect(share('b')).toBeCloseTo(0.3, 1);
    expect(share('c')).toBeCloseTo(0.6, 1);
  });

  it('loses no key', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 20 }), (weights) => {
        const keys = weights.map((weight, index) => key(String(index), weight));
        expect(new Set(inWeightedOrder(keys, Math.random))).toEqual(new Set(keys));
      }),
    );
  });
});

describe('chooseKey', () => {
  it('takes the first whose gate is open', () => {
    expect(choose(gated('a'), gated('b'))).toEqual(['a', 'starts']);
    expect(choose(gated('a', { closedUntil: noon + 5000 }), gated('b'))).toEqual(['b', 'starts']);
  });

  it('else the one whose gate opens first', () => {
    expect(choose(gated('a', { closedUntil: noon + 5000 }), gated('b', { closedUntil: noon + 3000 }))).toEqual([
      'b',
      3000,
    ]);
  });

  it('leaves a key on cooldown alone, be it for the model or for all, and rather waits for another', () => {
    expect(choose(gated('a', { cooldownUntil: noon + 1 }), gated('b'))).toEqual(['b', 'starts']);
    expect(choose(gated('a', { cooldownUntil: noon + 1 }), gated('b', { closedUntil: noon + 5000 }))).toEqual([
      'b',
      5000,
    ]);
    expect(choose(gated('a', {}, { cooldownUntil: noon + 1 }), gated('b'))).toEqual(['b', 'starts']);
    expect(choose(gated('a', { cooldownUntil: noon }), gated('b'))).toEqual(['a', 'starts']);
  });

  it('takes the one whose cooldown ends first where all are on cooldown', () => {
    expect(choose(gated('a', { cooldownUntil: noon + 9000 }), gated('b', { cooldownUntil: noon + 3000 }))).toEqual([
      'b',
      'starts',
    ]);
  });

  it('throws where there is no key at all', () => {
    expect(() => choose()).toThrow('no key');
  });
});

describe('keysLeft', () => {
  it('leaves out those with which this candidate was refused, for whichever reason', () => {
    const ledger = [
      sampleAttempt({ outcome: 'auth', keyDigest: 'a' }),
      sampleAttempt({ number: 2, outcome: 'billing', keyDigest: 'b' }),
      sampleAttempt({ number: 3, outcome: 'overloaded', keyDigest: 'c' }),
      sampleAttempt({ number: 4, outcome: 'auth', keyDigest: 'd', candidate: 1 }),
    ];
    const left = keysLeft(
      ['a', 'b', 'c', 'd'].map((digest) => key(digest)),
      ledger,
      0,
    );
    expect(left.map(({ digest }) => digest)).toEqual(['c', 'd']);
  });
});

describe('keyOf', () => {
  it('is the key that made the request, or any other where that is gone', () => {
    const keys = [key('a'), key('b')];
    expect(keyOf(keys, { keyDigest: 'b' })).toBe(keys[1]);
    expect(keyOf(keys, { keyDigest: 'z' })).toBe(keys[0]);
    expect(keyOf(keys, {})).toBe(keys[0]);
    expect(keyOf([], { keyDigest: 'a' })).toBeUndefined();
  });
});
