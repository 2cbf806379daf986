import { describe, expect, it } from 'vitest';
import { extraValue } from '../../../../lambda/providers/shared/extra-value.ts';

describe('extraValue', () => {
  it.each([
    ['0.4', 0.4],
    ['true', true],
    ['{"colors":[{"rgb":[0,255,0]}]}', { colors: [{ rgb: [0, 255, 0] }] }],
    ['much', 'much'],
    ['', ''],
    [0, 0],
    [undefined, undefined],
  ])('takes %j for %j', (given, value) => {
    expect(extraValue(given)).toEqual(value);
  });
});
