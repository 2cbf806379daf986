import { describe, expect, it } from 'vitest';
import { maxPolls, pollsWithin } from '../../../../lambda/domain/usage/wait-schedule.ts';
import fc from '../../../support/seeded-fast-check.ts';

const gaps = (polls: readonly number[]) => polls.map((look, at) => look - (polls[at - 1] ?? 0));

describe('pollsWithin', () => {
  it('looks forty times at most, ever later, and for the last time when the wait is over', () => {
    const seconds = fc.integer({ min: 0, max: 25_000 }).map((milliseconds) => milliseconds / 1000);
    const age = fc.double({ min: 0, max: 2000, noNaN: true });
    const typical = fc.double({ min: 0.5, max: 300, noNaN: true });
    fc.assert(
      fc.property(seconds, age, typical, (wait, ageSeconds, typicalSeconds) => {
        const polls = pollsWithin(wait, ageSeconds, typicalSeconds);
        expect(polls.length).toBeLessThanOrEqual(maxPolls);
        expect(polls.at(-1)).toBe(wait > 0 ? wait : undefined);
        for (const gap of gaps(polls).slice(0, -1)) expect(gap).toBeGreaterThan(0.149);
        expect(polls).toEqual(polls.toSorted((a, b) => a - b));
      }),
    );
  });

  it('looks most often around the typical time', () => {
    const polls = pollsWithin(25, 0, 10);
    const within = (from: number, to: number) => polls.filter((look) => look >= from && look < to).length;
    expect(within(8, 12)).toBeGreaterThan(12);
    expect(within(0, 4)).toBeLessThan(4);
    expect(within(20, 25)).toBeLessThan(4);
  });

  it('takes the time that has passed into account', () => {
    const first = pollsWithin(25, 0, 30);
    const second = pollsWithin(25, 20, 30);
    expect(first.filter((look) => look < 10).length).toBeLessThan(8);
    expect(second.filter((look) => look >= 6 && look < 14).length).toBeGreaterThan(15);
  });

  it('goes on evenly for a job that takes far longer than usual', () => {
    const widths = gaps(pollsWithin(25, 600, 10)).slice(1, -1);
    expect(Math.max(...widths) - Math.min(...widths)).toBeLessThan(0.1);
  });
});
