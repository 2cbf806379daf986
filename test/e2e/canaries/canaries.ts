import { createHash, randomBytes } from 'node:crypto';
import { type ProviderName, providerNames } from '../../../lambda/contract/provider-names.ts';
import type { Place } from './canary.ts';

const random = (): string => randomBytes(12).toString('hex');

/** What callers send, each text to be found again wherever it gets. */
export const sent = {
  prompt: `prompt canary ${random()}`,
  deletedPrompt: `deleted prompt canary ${random()}`,
  refusedPrompt: `refused prompt canary ${random()}`,
  image: `image canary ${random()}`,
  mask: `mask canary ${random()}`,
  field: `unknown field canary ${random()}`,
  user: `user canary ${random()}`,
  idempotencyKey: `idempotency-canary-${random()}`,
  key: `sk-bf-canary-${random()}`,
  blockedKey: `sk-bf-blocked-canary-${random()}`,
  unknownKey: `sk-bf-unknown-canary-${random()}`,
  forgedToken: `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.${randomBytes(32).toString('base64url')}`,
  password: `password-canary-${random()}`,
};

/** What a running stack makes up, each set before anything else happens. */
export const made = {
  privateKey: '',
  secondKey: '',
  rotatedKey: '',
  adminToken: '',
  keyToken: '',
  tokenSecret: '',
  rootSecret: '',
};

/** Providers whose requests are signed for one address, or whose answers lead on to it: nobody can stand in between. */
export const unwatched: readonly ProviderName[] = ['bedrock', 'vertex', 'bfl', 'fal'];

const isWatched = (name: ProviderName): boolean => !unwatched.includes(name);

const withKeys = providerNames.filter((name) => name !== 'bedrock' && name !== 'vertex');

/** One key of each provider that takes any, and a second one of openai's. */
const providerKeys = Object.fromEntries(withKeys.map((name) => [name, `provider-key-canary-${name}-${random()}`]));
const secondKey = `provider-key-canary-second-${random()}`;

/** What stands in the parameters of the providers' keys. */
export const keyTexts: Readonly<Record<string, string>> = {
  ...providerKeys,
  openai: JSON.stringify([{ key: providerKeys.openai }, { key: secondKey }]),
};

export const keyOf = (provider: ProviderName): string => providerKeys[provider] ?? '';

/** A text, and the places where it belongs: it must be in all of them, and in no other. */
export interface Canary {
  readonly text: () => string;
  readonly belongs: readonly Place[];
}

const fromCaller = "a caller's request";
const toCaller = 'an answer';
const toOpenai = 'a request to openai';
/** An item and every version of it. */
const inTable = (name: string): readonly Place[] => [
  `what is kept in the table ${name}`,
  `what is written to the table ${name}`,
];

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const canary = (text: string | (() => string), ...belongs: readonly Place[]): Canary => ({
  text: typeof text === 'string' ? () => text : text,
  belongs,
});

export const canaries: Readonly<Record<string, Canary>> = {
  // Callers see it again in what was sent to the provider and what it answered, where they ask for that, and in its failures.
  'a prompt': canary(
    sent.prompt,
    fromCaller,
    toCaller,
    ...providerNames.filter(isWatched).map((name) => `a request to ${name}`),
    ...inTable('jobs-table'),
    'the object inputs/submission.json',
    'the object results/raw-request.json',
    'the object results/raw-response.json',
  ),
  // Of a deleted job the table keeps no word.
  'the prompt of a deleted job': canary(
    sent.deletedPrompt,
    ...[fromCaller, toCaller, toOpenai],
    'what is written to the table jobs-table',
    'the object results/raw-request.json',
  ),
  'the prompt of a refused request': canary(sent.refusedPrompt, fromCaller),
  'what an image says of itself': canary(sent.image, fromCaller, toOpenai, 'the object inputs/image'),
  'what a mask says of itself': canary(sent.mask, fromCaller, toOpenai, 'the object inputs/mask'),
  'the value of a field that nobody knows': canary(sent.field, fromCaller, ...inTable('jobs-table')),
  'the name of a user': canary(
    sent.user,
    ...[fromCaller, toCaller, toOpenai, 'a request to azure', 'a request to xai'],
    ...inTable('jobs-table'),
    'the object results/raw-request.json',
  ),
  'an idempotency key': canary(sent.idempotencyKey, fromCaller),
  'a virtual key': canary(sent.key, fromCaller),
  "a virtual key's SHA-256": canary(sha256(sent.key), ...inTable('keys-table')),
  'a blocked virtual key': canary(sent.blockedKey, fromCaller),
  'an unknown virtual key': canary(sent.unknownKey, fromCaller),
  'a key that an admin made': canary(() => made.secondKey, fromCaller, toCaller),
  'its SHA-256': canary(() => sha256(made.secondKey), ...inTable('keys-table')),
  'a key that was rotated': canary(() => made.rotatedKey, fromCaller, toCaller),
  'the SHA-256 of a key that was rotated': canary(() => sha256(made.rotatedKey), ...inTable('keys-table')),
  "an admin's token": canary(() => made.adminToken, fromCaller),
  'a token of a key': canary(() => made.keyToken, fromCaller),
  'a forged token': canary(sent.forgedToken, fromCaller),
  // Neither leaves the store of secrets but to the functions that need it.
  'the secret that tokens are signed by': canary(() => made.tokenSecret),
  'the root secret': canary(() => made.rootSecret),
  // What is made of them goes to addresses that nobody stands in front of here.
  'the private key of vertex': canary(() => made.privateKey),
  // As all of the simulator's begin: Google's mark, and the first claim.
  'an access token of vertex': canary(`ya29.${Buffer.from('{"use"').toString('base64url')}`),
  'a signature by the role of the worker': canary('AWS4-HMAC-SHA256'),
  'a password': canary(sent.password, fromCaller),
  ...Object.fromEntries(
    withKeys.map((name) => [
      `the key of ${name}`,
      canary(keyOf(name), ...(isWatched(name) ? [`a request to ${name}`] : [])),
    ]),
  ),
  'the second key of openai': canary(secondKey, toOpenai),
};
