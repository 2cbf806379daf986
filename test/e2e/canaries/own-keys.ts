import { createHash, randomBytes } from 'node:crypto';
import { type ProviderName, providerNames, takesCallersKey } from '../../../lambda/contract/provider-names.ts';
import { type Canary, unwatched } from './canaries.ts';

/** Long, and with letters that JSON, URLs and base64 write in other ways. */
const ownKey = (provider: string): string =>
  `own-key-"canary"-${provider}/${randomBytes(18).toString('base64')}-${randomBytes(9).toString('hex')}`;

/** Providers that take keys of callers. */
export const passedTo: readonly ProviderName[] = providerNames.filter(takesCallersKey);

/** The keys that callers bring: for each provider, another one for a replay, and one for routes that take none. */
export const ownKeys = {
  of: Object.fromEntries(passedTo.map((name) => [name, ownKey(name)])) as Readonly<Record<string, string>>,
  replay: ownKey('replay'),
  misplaced: ownKey('misplaced'),
};

const fromCaller = "a caller's request";
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const canary = (text: string, ...belongs: readonly string[]): Canary => ({ text: () => text, belongs });

/** Each key belongs in its caller's requests and in those to its provider; its digest, or the beginning of that, nowhere. */
export const ownCanaries: Readonly<Record<string, Canary>> = Object.fromEntries([
  ...passedTo.map((name): [string, Canary] => [
    `a caller's key for ${name}`,
    canary(ownKeys.of[name] ?? '', fromCaller, ...(unwatched.includes(name) ? [] : [`a request to ${name}`])),
  ]),
  ...passedTo.map((name): [string, Canary] => [
    `the digest of a caller's key for ${name}`,
    canary(digestOf(ownKeys.of[name] ?? '').slice(0, 12)),
  ]),
  ['a key of a replay', canary(ownKeys.replay, fromCaller)],
  ['a key where none is taken', canary(ownKeys.misplaced, fromCaller)],
]);
