import { describe, expect, it } from 'vitest';
import { hashOfKey, newVirtualKey } from '../../../lambda/adapters/key-hash.ts';

describe('hashOfKey', () => {
  it('is the SHA-256 in lower-case hex', () => {
    expect(hashOfKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('newVirtualKey', () => {
  it('puts 256 random bits behind the prefix', () => {
    const key = newVirtualKey('sk-bf-');
    expect(key).toMatch(/^sk-bf-[A-Za-z0-9_-]{43}$/);
    expect(newVirtualKey('sk-bf-')).not.toBe(key);
  });
});
