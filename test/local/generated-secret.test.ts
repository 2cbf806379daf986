import { describe, expect, it } from 'vitest';
import { generateSecret } from '../../local/emulators/generated-secret.ts';
import fc from '../support/seeded-fast-check.ts';

const recipe = {
  PasswordLength: 32,
  ExcludeCharacters: '',
  ExcludeLowercase: false,
  ExcludeUppercase: false,
  ExcludeNumbers: false,
  ExcludePunctuation: false,
  IncludeSpace: false,
  RequireEachIncludedType: true,
};

describe('generateSecret', () => {
  it('keeps to the length and the exclusions of its recipe, and takes something of each kind', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 64 }),
        fc.string({ maxLength: 8 }),
        fc.boolean(),
        (length, excluded, plain) => {
          const secret = generateSecret({
            ...recipe,
            PasswordLength: length,
            ExcludeCharacters: excluded,
            ExcludePunctuation: plain,
          });
          expect(secret).toHaveLength(length);
          expect([...secret].some((character) => excluded.includes(character))).toBe(false);
          expect(secret).toMatch(/[a-z]/);
          expect(secret).toMatch(/[A-Z]/);
          if (plain) expect(secret).toMatch(/^[a-zA-Z0-9]+$/);
        },
      ),
    );
  });

  it('puts the password into the template under its key', () => {
    const secret = generateSecret({ ...recipe, SecretStringTemplate: '{"user":"me"}', GenerateStringKey: 'password' });
    expect(JSON.parse(secret)).toEqual({ user: 'me', password: expect.stringMatching(/^.{32}$/s) });
  });

  it('refuses a recipe that leaves no character', () => {
    const nothing = { ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true, ExcludePunctuation: true };
    expect(() => generateSecret({ ...recipe, ...nothing })).toThrow('excludes every character');
  });
});
