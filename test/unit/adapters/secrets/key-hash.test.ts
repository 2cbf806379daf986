import { describe, expect, it } from 'vitest';
import { hashOfKey, newCredential, newKeyId } from '../../../../lambda/adapters/secrets/key-hash.ts';
import { isKeyId } from '../../../../lambda/domain/keys/virtual-key.ts';

describe('hashOfKey', () => {
  it('is the SHA-256 in lower-case hex', () => {
    expect(hashOfKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('newCredential', () => {
  it('puts 256 random bits behind the prefix, and tells what they are kept as', () => {
    const { text, hash } = newCredential('sk-bf-');
    expect(text).toMatch(/^sk-bf-[A-Za-z0-9_-]{43}$/);
    expect(hash).toBe(hashOfKey(text));
    expect(newCredential('sk-bf-').text).not.toBe(text);
  });
});

describe('newKeyId', () => {
  it('has the form of an id, and is another each time', () => {
    expect(isKeyId(newKeyId())).toBe(true);
    expect(newKeyId()).not.toBe(newKeyId());
  });
});
