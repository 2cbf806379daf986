import { describe, expect, it } from 'vitest';
import { createLinkSigner } from '../../../lambda/adapters/link-signer.ts';
import type { RootSecret } from '../../../lambda/adapters/root-secret.ts';

const rootSecret = (fill: number): RootSecret => ({
  keyFor: async (purpose) => {
    if (purpose !== 'link-signing') throw new Error(`Links are not signed with the key for ${purpose}.`);
    return new Uint8Array(32).fill(fill);
  },
});

describe('createLinkSigner', () => {
  const signer = createLinkSigner(rootSecret(1));

  it('verifies what it has signed, in letters that need no escaping in an address', async () => {
    const signature = await signer.sign('job-1', 0, 1_800_000_000);
    expect(signature).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await signer.verify('job-1', 0, 1_800_000_000, signature)).toBe(true);
  });

  it('signs a text that stays the same, for a link outlives a release', async () => {
    expect(await signer.sign('job-1', 0, 1_800_000_000)).toBe('Fxptr01kA8l4jYb2Sys6Lz8mQAKqIS-5HrXb2UnAEkc');
  });

  it.each([
    ['job', 'job-2', 0, 1_800_000_000],
    ['image', 'job-1', 1, 1_800_000_000],
    ['expiry', 'job-1', 0, 1_800_000_001],
    ['split of the same digits', 'job-1', 1, 800_000_000],
  ])('refuses a signature for another %s', async (_, jobId, index, expires) => {
    const signature = await signer.sign('job-1', 0, 1_800_000_000);
    expect(await signer.verify(jobId, index, expires, signature)).toBe(false);
  });

  it.each([
    ['an empty signature', ''],
    ['a short one', 'A'],
    ['letters outside the alphabet', 'é'.repeat(43)],
    ['a wrong one', 'A'.repeat(43)],
    ['a long one', 'A'.repeat(10_000)],
  ])('refuses %s', async (_, signature) => {
    expect(await signer.verify('job-1', 0, 1_800_000_000, signature)).toBe(false);
  });

  it('refuses a signature made with another key', async () => {
    const foreign = await createLinkSigner(rootSecret(2)).sign('job-1', 0, 1_800_000_000);
    expect(await signer.verify('job-1', 0, 1_800_000_000, foreign)).toBe(false);
  });
});
