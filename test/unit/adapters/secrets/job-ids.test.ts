import { describe, expect, it } from 'vitest';
import { createJobIds } from '../../../../lambda/adapters/secrets/job-ids.ts';
import type { RootSecret } from '../../../../lambda/adapters/secrets/root-secret.ts';
import fc from '../../../support/seeded-fast-check.ts';

const rootSecret = (fill: number): RootSecret => ({
  keyFor: async (purpose) => {
    if (purpose !== 'job-ids' && purpose !== 'answer-ids')
      throw new Error(`Ids are not derived with the key for ${purpose}.`);
    return new Uint8Array(32).fill(purpose === 'job-ids' ? fill : fill + 100);
  },
});
const uuid = (version: number) =>
  new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${version}[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`);

describe('createJobIds', () => {
  const ids = createJobIds(rootSecret(1));

  it('makes random ids that are UUIDs of version 4, without reading the secret', () => {
    const unreadable: RootSecret = { keyFor: () => Promise.reject(new Error('not for random ids')) };
    expect(createJobIds(unreadable).random()).toMatch(uuid(4));
    expect(ids.random()).not.toBe(ids.random());
  });

  it('derives the same UUID of version 8 from the same owner and key each time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (owner, key) => {
        const id = await ids.derived(owner, key);
        expect(id).toMatch(uuid(8));
        expect(await ids.derived(owner, key)).toBe(id);
      }),
      { numRuns: 50 },
    );
  });

  it('names known answers by a key of their own, the same for the same text', async () => {
    const id = await ids.ofAnswer('text');
    expect(id).toMatch(uuid(8));
    const others = [ids.ofAnswer('other'), ids.derived('', 'text'), createJobIds(rootSecret(2)).ofAnswer('text')];
    expect(await ids.ofAnswer('text')).toBe(id);
    expect(new Set([id, ...(await Promise.all(others))]).size).toBe(4);
  });

  it('keeps to the id it has once given, for a replay may come after a release', async () => {
    expect(await ids.derived('key-1', 'order-77')).toBe('a4ddba12-7131-86ba-a183-3eba7fbee657');
  });

  it('gives other owners, other keys, and the same letters split elsewhere another id', async () => {
    const derived = [
      await ids.derived('ab', 'c'),
      await ids.derived('a', 'bc'),
      await ids.derived('', 'abc'),
      await ids.derived('ab', 'd'),
      await ids.derived('é', 'c'),
      await createJobIds(rootSecret(2)).derived('ab', 'c'),
    ];
    expect(new Set(derived).size).toBe(derived.length);
  });
});
