import { describe, expect, it } from 'vitest';
import { secondsUntilPoll } from '../../../../lambda/providers/wire/poll-schedule.ts';

const schedule = (typicalSeconds: number, polls: number): readonly number[] =>
  Array.from({ length: polls }, (_, look) => secondsUntilPoll(typicalSeconds, look));

describe('secondsUntilPoll', () => {
  it('looks first when the work may be done, and again around its usual time', () => {
    const [first = 0, second = 0, third = 0] = schedule(20, 3);
    expect(first).toBeCloseTo(14);
    expect(first + second).toBeLessThan(20);
    expect(first + second + third).toBeGreaterThan(20);
  });

  it('never looks more often than each second, nor more seldom than every twenty', () => {
    for (const typical of [0, 1, 3, 60, 600]) {
      const later = schedule(typical, 200).slice(1);
      expect(Math.min(...schedule(typical, 200))).toBeGreaterThanOrEqual(1);
      expect(Math.max(...later)).toBeLessThanOrEqual(20);
    }
  });

  it('leaves work that takes longer than usual more and more alone', () => {
    const later = schedule(10, 8).slice(1);
    expect(later).toEqual(later.toSorted((a, b) => a - b));
    expect(new Set(later).size).toBeGreaterThan(4);
  });
});
