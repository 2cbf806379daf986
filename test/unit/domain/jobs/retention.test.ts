import { describe, expect, it } from 'vitest';
import { fileKey, inputPrefix, resultPrefix, retentionDaysFor } from '../../../../lambda/domain/jobs/retention.ts';

const day = 86_400;

describe(retentionDaysFor, () => {
  it.each([
    [3600, 1800, 2],
    [2 * day - 1800, 1800, 2],
    [2 * day - 1799, 1800, 8],
    [7 * day, day, 8],
    [7 * day + 1, day, 32],
    [30 * day, 2 * day, 32],
  ])('keeps objects for a TTL of %i s and a deadline of %i s in the class of %i days', (ttl, deadline, days) => {
    expect(retentionDaysFor(ttl, deadline)).toBe(days);
  });

  it('refuses what no class can hold', () => {
    expect(() => retentionDaysFor(30 * day, 2 * day + 1)).toThrow(RangeError);
  });
});

describe(inputPrefix, () => {
  it('carries the class and the nonce', () => {
    expect(inputPrefix(8, 'nonce')).toBe('inputs/r8/nonce');
  });
});

describe(fileKey, () => {
  it('carries the class that outlives the file, and its id', () => {
    expect(fileKey(2 * day, 'abc')).toBe('files/r2/abc');
    expect(fileKey(2 * day + 1, 'abc')).toBe('files/r8/abc');
    expect(fileKey(30 * day, 'abc')).toBe('files/r32/abc');
  });
});

describe(resultPrefix, () => {
  it('carries the class, the nonce and the attempt', () => {
    expect(resultPrefix(32, 'nonce', 'a1')).toBe('results/r32/nonce/a1');
  });
});
