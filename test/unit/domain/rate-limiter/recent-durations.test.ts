import { describe, expect, it } from 'vitest';
import {
  type RecentDurations,
  usualSecondsOf,
  withDuration,
} from '../../../../lambda/domain/rate-limiter/recent-durations.ts';

const durationsOf = (...seconds: readonly number[]): RecentDurations =>
  seconds.reduce<RecentDurations>(withDuration, []);

describe('usualSecondsOf', () => {
  it("takes a row's word where nothing is known, as one job's among the first", () => {
    expect(usualSecondsOf([], 30)).toBe(30);
    expect(usualSecondsOf(durationsOf(2, 2), 30)).toBeCloseTo(2 + 28 / 3);
    expect(usualSecondsOf(durationsOf(2, 2, 2), 30)).toBe(2);
  });

  it('is moved by no single job that took long', () => {
    expect(usualSecondsOf(durationsOf(10, 11, 9, 600, 10, 9, 10, 10), 10)).toBeLessThan(11);
  });

  it('follows a model that has become slower within twenty jobs', () => {
    const before = Array<number>(25).fill(4);
    expect(usualSecondsOf(durationsOf(...before), 4)).toBe(4);
    expect(usualSecondsOf(durationsOf(...before, ...Array<number>(20).fill(40)), 4)).toBe(40);
  });
});

describe('withDuration', () => {
  it('keeps twenty-five jobs at most, to a tenth of a second', () => {
    const kept = durationsOf(...Array.from({ length: 40 }, (_, at) => at + 0.123));
    expect(kept).toHaveLength(25);
    expect(kept.at(-1)).toBe(39.1);
  });
});
