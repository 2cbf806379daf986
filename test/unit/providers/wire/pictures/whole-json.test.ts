import { describe, expect, it } from 'vitest';
import { wholePartOf } from '../../../../../lambda/providers/wire/pictures/whole-json.ts';
import fc from '../../../../support/seeded-fast-check.ts';

describe('wholePartOf', () => {
  it('is all of a text that is whole', () => {
    fc.assert(
      fc.property(fc.json({ depthSize: 'small' }), (text) => {
        const value = JSON.parse(text);
        if (typeof value === 'object' && value !== null) expect(wholePartOf(text)).toEqual(value);
      }),
    );
  });

  it('is never more than what was said, wherever the text is cut', () => {
    const text = '{"a":[{"b":"x\\"y","c":[]},{"d":null}],"e":{},"f":-1.5,"g":true}';
    for (let length = 0; length <= text.length; length += 1) {
      const said = JSON.stringify(wholePartOf(text.slice(0, length)));
      if (said !== undefined) expect(text.startsWith(said.replace(/[\]}]+$/, ''))).toBe(true);
    }
    expect(JSON.stringify(wholePartOf(text))).toBe(text);
  });

  it.each([
    ['{"a":12', undefined],
    ['{"a":12,', { a: 12 }],
    ['{"a":1,"b":[{"c":2},{"d"', { a: 1, b: [{ c: 2 }] }],
    ['{"a":1]', { a: 1 }],
    ['{"a":1} trailing', { a: 1 }],
    ['<html>', undefined],
    ['', undefined],
  ])('reads %s', (text, said) => {
    expect(wholePartOf(text)).toEqual(said);
  });

  it('reads a long text in one pass', () => {
    const text = `{"a":[${'{"b":"c"},'.repeat(50_000)}`;
    expect(wholePartOf(text)).toMatchObject({ a: { length: 50_000 } });
  });
});
