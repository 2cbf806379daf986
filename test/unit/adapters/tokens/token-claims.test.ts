import { describe, expect, it } from 'vitest';
import { bearerOf } from '../../../../lambda/adapters/tokens/token-claims.ts';
import { claimSettings } from '../../../support/token-issuer.ts';

const bears = (claims: object, adminClaim: { name: string; value: string } = claimSettings.adminClaim) =>
  bearerOf({ ...claims }, { ...claimSettings, adminClaim });

describe('bearerOf', () => {
  it.each([
    ['the value', { darkroom_role: 'admin' }],
    ['a list that holds it', { darkroom_role: ['painter', 'admin'] }],
  ])('makes an admin of who has %s', (_, claims) => {
    expect(bears({ ...claims, sub: 'auth0|42' })).toEqual({ isAdmin: true, subject: 'auth0|42' });
  });

  it.each(['scope', 'scp'])('reads %s as words with spaces between', (name) => {
    const adminClaim = { name, value: 'darkroom:admin' };
    expect(bears({ [name]: 'openid darkroom:admin', sub: 'ada' }, adminClaim)).toMatchObject({ isAdmin: true });
    expect(() => bears({ [name]: 'openid darkroom:administer', sub: 'ada' }, adminClaim)).toThrow('neither');
  });

  it.each([
    ['no admin', 'administrator'],
    ['no list of words', 'painter admin'],
    ['another case', 'Admin'],
    ['true', true],
    ['a list in a list', [['admin']]],
    ['an object', { admin: true }],
  ])('makes none of who has %s', (_, said) => {
    expect(() => bears({ darkroom_role: said, sub: 'eve' })).toThrow(
      expect.objectContaining({ code: 'invalid_token', message: expect.stringContaining('darkroom_key') }),
    );
    expect(bears({ darkroom_role: said, darkroom_key: 'painters' })).toEqual({
      isAdmin: false,
      virtualKey: 'painters',
    });
  });

  it('lets being an admin come before the name of a virtual key', () => {
    const claims = { darkroom_role: 'admin', darkroom_key: 'painters', sub: 'ada' };
    expect(bears(claims)).toEqual({ isAdmin: true, subject: 'ada' });
  });

  it.each([undefined, '', 'x'.repeat(129), 'a\nb', 'a\u0000', 'a\u202eb', '\ud800', 7, ['ada']])(
    'refuses an admin whose subject is %j',
    (sub) => {
      expect(() => bears({ darkroom_role: 'admin', sub })).toThrow('claim sub');
    },
  );

  it.each([undefined, '', 'x'.repeat(129), 'a\tb', 7, null, ['painters'], { id: 'vk_1' }])(
    'refuses a token that names the virtual key %j',
    (darkroom_key) => {
      expect(() => bears({ darkroom_key, sub: 'ada' })).toThrow('names neither a virtual key');
    },
  );
});
