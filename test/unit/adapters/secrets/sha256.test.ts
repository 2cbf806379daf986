import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../../lambda/adapters/secrets/sha256.ts';

describe(sha256, () => {
  it('is in lower-case hex, of a text in UTF-8 as of its bytes', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256('Bär')).toBe(sha256(new TextEncoder().encode('Bär')));
  });
});
