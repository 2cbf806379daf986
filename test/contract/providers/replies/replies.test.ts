import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { providerNames } from '../../../../lambda/contract/provider-names.ts';
import { outcomeOf } from './play-reply.ts';
import { kindOf, type Replier } from './reply.ts';

/** Every folder beside this file is a provider's. */
const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const repliers = await Promise.all(
  folders.map(async (name) => {
    const { subject } = (await import(`./${name}/replies.ts`)) as { readonly subject: Replier };
    return { name, ...subject };
  }),
);

describe('the replies', () => {
  it('are there for every provider, and for compatible servers', () => {
    expect(folders.toSorted()).toEqual(['compatible', ...providerNames].toSorted());
  });
});

describe.each(repliers)('the replies of $name', ({ name, replies, ...replier }) => {
  it('are ten at least, of all four kinds, each with its source and a name of its own', () => {
    expect(replies.length).toBeGreaterThanOrEqual(10);
    expect(new Set(replies.map(kindOf))).toEqual(new Set(['success', 'partial', 'refusal', 'error']));
    expect(replies.filter(({ source }) => source.trim() === '')).toEqual([]);
    expect(new Set(replies.map((reply) => reply.name)).size).toBe(replies.length);
  });

  it.each(replies)('$name', async (reply) => {
    const outcome = await outcomeOf(name, { ...replier, replies }, reply);
    const { becomes } = reply;
    if ('images' in becomes) {
      expect(outcome).toMatchObject({ warnings: [], areWhole: true, cost: undefined, ...becomes });
      return;
    }
    const { message = '', ...rest } = becomes;
    expect(outcome).toMatchObject({ ...rest, message: expect.stringContaining(message) });
  });
});
