import { describe, expect, it } from 'vitest';
import { createRenewedValue } from '../../../../lambda/adapters/tokens/renewed-value.ts';
import { createFixedClock } from '../../../support/fixed-clock.ts';

/** A set of words that is kept elsewhere, each reading of which takes until the test lets it end. */
function setUp() {
  const clock = createFixedClock();
  const words = new Set(['old']);
  const failures: boolean[] = [];
  const readings: (() => void)[] = [];
  const state = { down: false, held: false, count: 0 };
  const value = createRenewedValue<readonly string[]>({
    clock,
    freshSeconds: 600,
    staleSeconds: 3600,
    unavailable: 'No words.',
    onFailure: (_, isStaleUsed) => failures.push(isStaleUsed),
    read: async () => {
      state.count += 1;
      const seen = [...words];
      if (state.held) await new Promise<void>((resolve) => readings.push(resolve));
      if (state.down) throw new Error('down');
      return seen;
    },
  });
  const find = (word: string) => value.find(async (known) => (known.includes(word) ? word : undefined));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return { clock, words, failures, readings, state, find, turn };
}

describe('createRenewedValue', () => {
  it('reads the value once for as long as it is fresh', async () => {
    const { clock, state, find } = setUp();
    expect(await Promise.all([find('old'), find('old'), find('old')])).toEqual(['old', 'old', 'old']);
    clock.advance(599);
    await find('old');
    expect(state.count).toBe(1);
    clock.advance(1);
    await find('old');
    expect(state.count).toBe(2);
  });

  it('finds at once what is new, again and again', async () => {
    const { words, state, find } = setUp();
    await find('old');
    for (let n = 0; n < 20; n += 1) {
      words.add(`new-${n}`);
      expect(await find(`new-${n}`)).toBe(`new-${n}`);
    }
    expect(state.count).toBe(21);
  });

  it('does not count a reading that began before what is looked for was there', async () => {
    const { words, readings, state, find, turn } = setUp();
    await find('old');
    words.add('first');
    state.held = true;
    const first = find('first');
    await turn();
    words.add('second');
    const second = find('second');
    await turn();
    readings.shift()?.();
    expect(await first).toBe('first');
    await turn();
    readings.shift()?.();
    expect(await second).toBe('second');
    expect(state.count).toBe(3);
  });

  it('shares a reading among all who look for something new', async () => {
    const { words, state, find } = setUp();
    await find('old');
    words.add('new');
    await Promise.all(Array.from({ length: 100 }, () => find('new')));
    expect(state.count).toBe(2);
  });

  it('reads for what is not there after pauses of 1, 2, 4 … 60 seconds', async () => {
    const { clock, state, find } = setUp();
    await find('old');
    const at: number[] = [];
    for (let second = 0; second < 250; second += 1) {
      const before = state.count;
      await Promise.all(Array.from({ length: 10 }, (_, n) => find(`made-up-${second}-${n}`)));
      if (state.count > before) at.push(second);
      clock.advance(1);
    }
    expect(at).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
  });

  it('finds what is known during a pause, and begins anew with pauses once a reading has brought something', async () => {
    const { clock, words, state, find } = setUp();
    await find('old');
    for (const seconds of [1, 2, 4]) {
      expect(await find('made-up')).toBeUndefined();
      clock.advance(seconds);
    }
    expect(await find('old')).toBe('old');
    words.add('new');
    expect(await find('new')).toBe('new');
    const before = state.count;
    expect(await find('made-up')).toBeUndefined();
    expect(await find('made-up')).toBeUndefined();
    expect(state.count).toBe(before + 1);
    clock.advance(1);
    await find('made-up');
    expect(state.count).toBe(before + 2);
  });

  it('makes no pause after a reading that was in vain for one and brought another what it wanted', async () => {
    const { words, state, find } = setUp();
    await find('old');
    words.add('new');
    expect(await Promise.all([find('made-up'), find('new'), find('made-up')])).toEqual([undefined, 'new', undefined]);
    words.add('newer');
    expect(await find('newer')).toBe('newer');
    expect(state.count).toBe(3);
  });

  it('uses an old value for an hour where it can not be read, and tries again after each pause', async () => {
    const { clock, failures, state, find } = setUp();
    await find('old');
    state.down = true;
    clock.advance(600);
    for (let n = 0; n < 50; n += 1) expect(await find('old')).toBe('old');
    expect(state.count).toBe(2);
    clock.advance(1);
    await find('old');
    expect(failures).toEqual([true, true]);
    clock.advance(3598);
    expect(await find('old')).toBe('old');
    clock.advance(1);
    await expect(find('old')).rejects.toMatchObject({ code: 'unavailable' });
    clock.advance(3);
    await expect(find('old')).rejects.toMatchObject({ code: 'unavailable' });
    expect(failures).toEqual([true, true, true, false]);
  });

  it('is unavailable, with the seconds until the next try, where there is no value, and tries no sooner', async () => {
    const { clock, state, find } = setUp();
    state.down = true;
    const refused = { code: 'unavailable', message: 'No words.', retryAfterSeconds: 1 };
    await expect(Promise.all([find('old'), find('old')])).rejects.toMatchObject(refused);
    await expect(find('old')).rejects.toMatchObject(refused);
    expect(state.count).toBe(1);
    clock.advance(1);
    await expect(find('old')).rejects.toMatchObject({ retryAfterSeconds: 2 });
    state.down = false;
    clock.advance(2);
    expect(await find('old')).toBe('old');
    expect(state.count).toBe(3);
  });

  it('can not tell whether something is new while the value can not be read', async () => {
    const { clock, words, state, find } = setUp();
    await find('old');
    words.add('new');
    state.down = true;
    await expect(find('new')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(find('new')).rejects.toMatchObject({ code: 'unavailable' });
    state.down = false;
    clock.advance(1);
    expect(await find('new')).toBe('new');
  });
});
