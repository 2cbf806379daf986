import { describe, expect, it } from 'vitest';
import { type CostPart, extraCosts, jobCosts, pollsUntil, synchronousCosts, totals } from '../../../scripts/costs.ts';

const usd = (parts: readonly CostPart[], part: string): number => parts.find((each) => each.part === part)?.usd ?? 0;
const sum = (parts: readonly CostPart[]): number => parts.reduce((all, part) => all + part.usd, 0);

describe('jobCosts', () => {
  it('reckons a worker by its memory and by how many jobs share it', () => {
    const worker = jobCosts().find(({ part }) => part === 'worker');
    expect([worker?.usd, worker?.to]).toEqual([133, 533]);
  });
});

describe('totals', () => {
  it('are the sums of the parts that the tables show', () => {
    const parts = jobCosts();
    const worker = parts.find(({ part }) => part === 'worker');
    const besides = sum(parts) - (worker?.usd ?? 0);
    expect(totals('slow').asynchronous).toBe(besides + (worker?.to ?? 0));
    const images = ['S3', 'inputs to the provider', 'results to the caller'].map((part) => usd(parts, part));
    const stored = images.reduce((all, each) => all + each, 0);
    expect(totals('slow').synchronous).toBe(sum(synchronousCosts(40)) + stored);
    expect(totals('fast').synchronous).toBe(sum(synchronousCosts(10)) + stored);
  });
});

describe('extraCosts', () => {
  it('reckon a wait by the longest that a stage grants, and polls by their schedule', () => {
    expect(usd(extraCosts(), '`Prefer: wait`')).toBe(333);
    expect([pollsUntil(10, 10), pollsUntil(10, 20)]).toEqual([3, 6]);
    expect(usd(extraCosts(), 'a known answer')).toBe(8);
    const polled = extraCosts().find(({ part }) => part === 'a polled provider');
    expect((polled?.to ?? 0) / (polled?.usd ?? 1)).toBe(2);
  });
});
