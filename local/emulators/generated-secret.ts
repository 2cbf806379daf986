import { randomInt } from 'node:crypto';
import type { GenerateSecretString } from '../plan/values.ts';

const lowercase = 'abcdefghijklmnopqrstuvwxyz';
const uppercase = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const digits = '0123456789';
/** Secrets Manager's own list of punctuation marks. */
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** Makes a secret up as Secrets Manager does: a password, or a JSON template with the password under one key. */
export function generateSecret(recipe: GenerateSecretString): string {
  const password = generatePassword(recipe);
  if (recipe.SecretStringTemplate === undefined || recipe.GenerateStringKey === undefined) return password;
  const template: unknown = JSON.parse(recipe.SecretStringTemplate);
  if (typeof template !== 'object' || template === null) throw new Error('SecretStringTemplate must be a JSON object.');
  return JSON.stringify({ ...template, [recipe.GenerateStringKey]: password });
}

function generatePassword(recipe: GenerateSecretString): string {
  const classes = [
    recipe.ExcludeLowercase ? '' : lowercase,
    recipe.ExcludeUppercase ? '' : uppercase,
    recipe.ExcludeNumbers ? '' : digits,
    recipe.ExcludePunctuation ? '' : punctuation,
    recipe.IncludeSpace ? ' ' : '',
  ]
    .map((characters) => [...characters].filter((character) => !recipe.ExcludeCharacters.includes(character)))
    .filter((characters) => characters.length > 0);
  const all = classes.flat();
  if (all.length === 0) throw new Error('The recipe of a generated secret excludes every character.');
  const required = recipe.RequireEachIncludedType ? classes.map(pick) : [];
  const password = [...required, ...Array.from({ length: recipe.PasswordLength }, () => pick(all))];
  return shuffle(password.slice(0, recipe.PasswordLength)).join('');
}

function pick(characters: readonly string[]): string {
  return characters[randomInt(characters.length)] ?? '';
}

function shuffle(characters: string[]): string[] {
  return characters
    .map((character) => ({ character, order: randomInt(2 ** 32) }))
    .sort((one, other) => one.order - other.order)
    .map(({ character }) => character);
}
