import { describe, expect, it } from 'vitest';
import { createLinkSigner } from '../../../../lambda/adapters/secrets/link-signer.ts';
import type { RootSecret } from '../../../../lambda/adapters/secrets/root-secret.ts';

const rootSecret = (fill: number): RootSecret => ({
  keyFor: async (purpose) => {
    if (purpose !== 'link-signing') throw new Error(`Links are not signed with the key for ${purpose}.`);
    return new Uint8Array(32).fill(fill);
  },
});

const address = { jobId: 'job-1', index: 0, expires: 1_800_000_000 };

describe('createLinkSigner', () => {
  const signer = createLinkSigner(rootSecret(1));
  /** What both questions say of a signature. */
  const verdicts = async (of: typeof address, signature: string, nonce = 'nonce-1') => [
    await signer.isGenuine(of, signature),
    await signer.isFor(of, nonce, signature),
  ];

  it('knows what it has signed, in letters that need no escaping in an address', async () => {
    const signature = await signer.sign(address, 'nonce-1');
    expect(signature).toMatch(/^[A-Za-z0-9_-]{56}$/);
    expect(await verdicts(address, signature)).toEqual([true, true]);
  });

  it('signs a text that stays the same, for a link outlives a release', async () => {
    expect(await signer.sign(address, 'nonce-1')).toBe('nj8VYyTULw6ktuxUfLNanfrDTkpTPbgxTeaPc2X-TkzDch0y4G4ttFO3');
  });

  it('tells the jobs of two submissions apart, though they have the same id and end in the same second', async () => {
    const signature = await signer.sign(address, 'nonce-1');
    expect(await verdicts(address, signature, 'nonce-2')).toEqual([true, false]);
    const other = await signer.sign(address, 'nonce-2');
    const marked = Buffer.from(other, 'base64url').subarray(0, 10);
    const grafted = Buffer.concat([marked, Buffer.from(signature, 'base64url').subarray(10)]).toString('base64url');
    expect(await verdicts(address, grafted, 'nonce-2')).toEqual([false, false]);
  });

  it.each([
    ['job', { ...address, jobId: 'job-2' }],
    ['image', { ...address, index: 1 }],
    ['expiry', { ...address, expires: 1_800_000_001 }],
    ['split of the same digits', { ...address, index: 1, expires: 800_000_000 }],
  ])('refuses a signature for another %s', async (_, other) => {
    expect(await verdicts(other, await signer.sign(address, 'nonce-1'))).toEqual([false, false]);
  });

  it.each([
    ['an empty signature', ''],
    ['a short one', 'A'],
    ['letters outside the alphabet', 'é'.repeat(56)],
    ['a wrong one', 'A'.repeat(56)],
    ['a long one', 'A'.repeat(10_000)],
  ])('refuses %s', async (_, signature) => {
    expect(await verdicts(address, signature)).toEqual([false, false]);
  });

  it.each(['=', '==', ' ', '.', 'A'])('refuses another spelling of a signature: with %j behind it', async (behind) => {
    expect(await verdicts(address, `${await signer.sign(address, 'nonce-1')}${behind}`)).toEqual([false, false]);
  });

  it('refuses a signature made with another key', async () => {
    const foreign = await createLinkSigner(rootSecret(2)).sign(address, 'nonce-1');
    expect(await verdicts(address, foreign)).toEqual([false, false]);
  });
});
