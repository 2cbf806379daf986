import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mutated, mutationNames, mutations } from './mutations.ts';

describe('mutations', () => {
  it.each(mutationNames)('finds what it leaves out, exactly once: %s', (name) => {
    const mutation = mutations[name];
    const before = readFileSync(new URL(`../../lambda/${mutation.file}`, import.meta.url), 'utf8');
    const after = mutated(mutation);
    expect(after).not.toBe(before);
    expect(after.length).toBe(before.length - mutation.snippet.length + mutation.replacement.length);
  });

  it('refuses a snippet that is no longer there', () => {
    expect(() => mutated({ ...mutations.hop, snippet: 'no such line' })).toThrow('holds the snippet 0 times');
  });
});
