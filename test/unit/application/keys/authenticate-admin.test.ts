import { describe, expect, it } from 'vitest';
import { authenticateAdmin } from '../../../../lambda/application/keys/authenticate-admin.ts';
import { GatewayError } from '../../../../lambda/domain/error-code.ts';
import type { Credential } from '../../../../lambda/domain/keys/caller.ts';
import type { Bearer } from '../../../../lambda/domain/keys/token-verifier.ts';
import { sampleKey } from '../../../support/api-fixture.ts';
import { createFixedClock } from '../../../support/fixed-clock.ts';

const find = async () => sampleKey();
const authentication = {
  keys: { findByCredential: find, find, findNamed: find },
  tokens: {
    verify: async (token: string): Promise<Bearer> =>
      token === 'admin' ? { isAdmin: true, subject: 'ann' } : { isAdmin: false, virtualKey: 'one' },
  },
  clock: createFixedClock(),
};

const key: Credential = { kind: 'virtual_key', keyHash: 'a' };
const misplaced: Credential = { kind: 'misplaced_token', header: 'x-api-key' };

async function refusalOf(credential: Credential, takesTokens: boolean): Promise<readonly string[]> {
  const error: unknown = await authenticateAdmin({ authentication, takesTokens }, credential).catch((thrown) => thrown);
  if (!(error instanceof GatewayError)) throw new Error('It was let in.');
  return [error.code, error.message];
}

describe(authenticateAdmin, () => {
  it('lets an admin in by a token', async () => {
    const credential = { kind: 'token', token: 'admin' } as const;
    expect(await authenticateAdmin({ authentication, takesTokens: true }, credential)).toMatchObject({
      owner: 'admin:ann',
    });
  });

  it.each<[Credential, string]>([
    [{ kind: 'none' }, 'virtual_key_required'],
    [{ kind: 'other' }, 'virtual_key_required'],
    [key, 'admin_required'],
    [{ kind: 'token', token: 'of a key' }, 'admin_required'],
  ])('asks for an admin’s token where it gets %j', async (credential, code) => {
    expect(await refusalOf(credential, true)).toEqual([
      code,
      expect.stringMatching(/admin's token.*`Authorization: Bearer /),
    ]);
  });

  it('says where a token belongs that stands in a header for virtual keys', async () => {
    expect(await refusalOf(misplaced, true)).toEqual([
      'virtual_key_required',
      'Send a token as `Authorization: Bearer`; the header `x-api-key` takes a virtual key, `sk-bf-…`.',
    ]);
  });

  it.each<[Credential, string]>([
    [{ kind: 'none' }, 'virtual_key_required'],
    [{ kind: 'other' }, 'virtual_key_required'],
    [misplaced, 'virtual_key_required'],
    [key, 'admin_required'],
    [{ kind: 'token', token: 'admin' }, 'invalid_token'],
  ])('says on a stage without tokens how keys are managed there, whatever it gets: %j', async (credential, code) => {
    expect(await refusalOf(credential, false)).toEqual([
      code,
      expect.stringMatching(/accepts no tokens.*`npm run keys`/),
    ]);
  });
});
