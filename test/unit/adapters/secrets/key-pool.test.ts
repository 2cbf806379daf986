import { describe, expect, it } from 'vitest';
import { digestOfKey, keysIn, maxPoolKeys } from '../../../../lambda/adapters/secrets/key-pool.ts';

describe('keysIn', () => {
  it.each(['sk-bare', '{"type":"service_account","private_key":"x"}', '"quoted"'])(
    'takes %s for one key, as it stands',
    (text) => {
      expect(keysIn(text)).toEqual([{ apiKey: text, weight: 1, digest: digestOfKey(text) }]);
    },
  );

  it('takes an array for a pool, and a key that stands in it twice once', () => {
    const text = ' [{"key":" a ","weight":100},{"key":"b"},{"key":"b","weight":3}]'.trim();
    expect(keysIn(text)?.map(({ apiKey, weight }) => [apiKey, weight])).toEqual([
      ['a', 100],
      ['b', 3],
    ]);
  });

  it.each([
    ['is no JSON', '[{"key":"a"}'],
    ['is empty', '[]'],
    ['holds bare texts', '["a","b"]'],
    ['holds an empty key', '[{"key":"  "}]'],
    ['lacks a key', '[{"weight":1}]'],
    ['has a weight of 0', '[{"key":"a","weight":0}]'],
    ['has a weight above 100', '[{"key":"a","weight":101}]'],
    ['has half a weight', '[{"key":"a","weight":1.5}]'],
    ['has a member that nobody knows', '[{"key":"a","wieght":2}]'],
    ['is too large', JSON.stringify(Array.from({ length: maxPoolKeys + 1 }, (_, at) => ({ key: `k${at}` })))],
  ])('finds no pool in an array that %s', (_, text) => {
    expect(keysIn(text)).toBeUndefined();
  });
});

describe('digestOfKey', () => {
  it('is the beginning of the SHA-256, in hexadecimal', () => {
    expect(digestOfKey('abc')).toBe('ba7816bf8f01');
  });
});
