/** A source of choices that gives the same ones for the same seed and case, on every machine. */
export interface Random {
  /** A whole number from 0 up to, and without, the bound. */
  below(bound: number): number;
  /** True once in so many times. */
  onceIn(times: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** Each choice is made and given by its function, so that only the one picked costs anything. */
  make<T>(makers: readonly ((random: Random) => T)[]): T;
  bytes(length: number): Buffer;
}

/** Mulberry32, by Tommy Ettinger: 32 bits of state, and good enough to choose by. */
export function createRandom(seed: number, index: number): Random {
  let state = scrambled(scrambled(seed) ^ index);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    return scrambled(state);
  };
  const below = (bound: number): number => next() % Math.max(1, bound);
  const random: Random = {
    below,
    onceIn: (times) => below(times) === 0,
    pick: (choices) => choices[below(choices.length)] as (typeof choices)[number],
    make: (makers) => random.pick(makers)(random),
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
  return random;
}

/** Thirty-two bits, each of which depends on all of the given number's. */
function scrambled(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 15), value | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}
