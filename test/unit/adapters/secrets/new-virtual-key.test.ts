import { describe, expect, it } from 'vitest';
import { newCredential, newKeyId } from '../../../../lambda/adapters/secrets/new-virtual-key.ts';
import { sha256 } from '../../../../lambda/adapters/secrets/sha256.ts';
import { isKeyId } from '../../../../lambda/domain/keys/virtual-key.ts';

describe('newCredential', () => {
  it('puts 256 random bits behind the prefix, and tells what they are kept as', () => {
    const { text, hash } = newCredential('sk-bf-');
    expect(text).toMatch(/^sk-bf-[A-Za-z0-9_-]{43}$/);
    expect(hash).toBe(sha256(text));
    expect(newCredential('sk-bf-').text).not.toBe(text);
  });
});

describe('newKeyId', () => {
  it('has the form of an id, and is another each time', () => {
    expect(isKeyId(newKeyId())).toBe(true);
    expect(newKeyId()).not.toBe(newKeyId());
  });
});
