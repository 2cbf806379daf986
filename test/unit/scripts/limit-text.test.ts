import { describe, expect, it } from 'vitest';
import { limitText } from '../../../scripts/limit-text.ts';

describe('limitText', () => {
  it.each([
    ['parts', 10_000, '10,000'],
    ['itemBytes', 409_600, '409,600 (400 KiB)'],
    ['bodyBytes', 4_194_304, '4,194,304 (4 MiB)'],
    ['copyBytes', 5_368_709_120, '5,368,709,120 (5 GiB)'],
    ['fileBytes', 50_000_000, '50,000,000'],
    ['streamedBytesPerSecond', 2_097_152, '2,097,152 (2 MiB)'],
    ['retentionSeconds', 1_209_600, '1,209,600 (14 days)'],
    ['delaySeconds', 900, '900'],
  ])('writes %s of %i as %j', (name, value, text) => {
    expect(limitText(name, value)).toBe(text);
  });
});
