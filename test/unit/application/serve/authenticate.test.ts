import { describe, expect, it } from 'vitest';
import { authenticate } from '../../../../lambda/application/serve/authenticate.ts';
import { sampleKey } from '../../../support/api-fixture.ts';
import { createFixedClock } from '../../../support/fixed-clock.ts';
import { knownCallers } from '../../../support/known-callers.ts';

/** Callers of whom the stage knows a key by the name `guests`. */
function knownByName(over = {}) {
  const callers = knownCallers(createFixedClock());
  const guests = sampleKey({ id: 'vk_guests', name: 'guests', ...over });
  return {
    ...callers,
    keys: { ...callers.keys, findNamed: async (name: string) => (name === 'guests' ? guests : undefined) },
  };
}

describe('authenticate', () => {
  it('takes whom the stage lets in under a key by its name for the owner of that key', async () => {
    const caller = await authenticate(knownByName(), { kind: 'named_key', name: 'guests' });
    expect(caller).toMatchObject({ owner: 'vk_guests', isAdmin: false });
  });

  it('refuses them while that key is blocked, and where there is none', async () => {
    const guests = { kind: 'named_key', name: 'guests' } as const;
    await expect(authenticate(knownByName({ active: false }), guests)).rejects.toMatchObject({
      code: 'virtual_key_blocked',
    });
    await expect(authenticate(knownByName(), { kind: 'named_key', name: 'gone' })).rejects.toMatchObject({
      code: 'virtual_key_not_found',
    });
  });

  it.each([
    ['provider_key', /beside the provider's key .* `x-bf-vk`/],
    ['other', /synchronous routes, `POST \/v1\/images\/…`/],
    ['none', /`x-bf-vk`\.$/],
  ] as const)('tells whoever presents %s what to send, and where', async (kind, message) => {
    await expect(authenticate(knownByName(), { kind })).rejects.toMatchObject({
      code: 'virtual_key_required',
      message: expect.stringMatching(message),
    });
  });
});
