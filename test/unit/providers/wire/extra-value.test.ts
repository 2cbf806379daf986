import { describe, expect, it } from 'vitest';
import { extraValue } from '../../../../lambda/providers/wire/extra-value.ts';

/** Lists within lists. A form's text has room for some 65,000, whose JSON nothing could write again. */
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('extraValue', () => {
  it.each([
    ['0.4', 0.4],
    ['true', true],
    ['{"colors":[{"rgb":[0,255,0]}]}', { colors: [{ rgb: [0, 255, 0] }] }],
    ['much', 'much'],
    ['', ''],
    [0, 0],
    [undefined, undefined],
    [nested(64), JSON.parse(nested(64))],
    [nested(65), nested(65)],
    [nested(60_000), nested(60_000)],
  ])('takes %j for %j', (given, value) => {
    expect(extraValue(given)).toEqual(value);
  });
});
