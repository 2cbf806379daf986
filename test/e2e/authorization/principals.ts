import { statusOf } from '../../../lambda/contract/errors.ts';
import { credentialHeaders } from '../../../lambda/contract/headers.ts';
import type { Route } from '../../../lambda/contract/route.ts';
import type { ErrorCode } from '../../../lambda/domain/error-code.ts';
import { refusal, type Standing } from './expected.ts';
import type { KeyToStore, StoredKey } from './stored-keys.ts';

const hour = 3600_000;

/** The keys that the principals use, by name, as they are put into the table. */
export const keysToStore = {
  owner: {},
  other: {},
  bystander: {},
  blocked: { active: false },
  expired: { expiresAt: Date.now() - 1000 },
  deleted: { isDeleted: true },
  rotated: { formerUntil: Date.now() - 1000 },
  overlapping: { formerUntil: Date.now() + hour },
  'without-provider': { providers: { bfl: ['*'] } },
  'over-rate': { limits: { rateLimits: [{ requests: 1, period: '1M' }], maxOpenJobs: 1000 } },
  'over-open': { limits: { rateLimits: [], maxOpenJobs: 1 } },
  'without-model': { providers: { openai: ['gpt-image-2.5-flare'] } },
} as const satisfies Record<string, KeyToStore>;

export type KeyName = keyof typeof keysToStore;
export type Keys = Readonly<Record<KeyName, StoredKey>>;
export type Headers = Readonly<Record<string, string>>;

/** Who calls: what they send, whose jobs they ask for, and how they stand. */
export interface Principal extends Standing {
  readonly name: string;
  /** The owner whose jobs the states of the matrix are about. */
  readonly owner: (keys: Keys) => string;
  /** What a request bears. It is made for each request anew, since tokens age. */
  readonly sends: (keys: Keys) => Headers;
  /**
   * Whether it differs from another in nothing but how it writes what it sends: then it asks each route about one state, a different
   * one each time, and not about all of them.
   */
  readonly isVariant?: boolean;
  /** The routes that it asks. @default all of them */
  readonly asks?: (route: Route) => boolean;
}

/** The same as another, written in a further way. */
export const variant = (principal: Principal): Principal => ({ ...principal, isVariant: true });

const ownerOf =
  (name: KeyName): Principal['owner'] =>
  (keys) =>
    keys[name].id;

export const bearer = (text: string): Headers => ({ authorization: `Bearer ${text}` });

/** Somebody who is refused by every route that wants a credential. */
export const refused = (
  name: string,
  code: ErrorCode,
  sends: Principal['sends'],
  jobsOf: KeyName = 'owner',
): Principal => ({ name, owner: ownerOf(jobsOf), sends, refused: refusal(statusOf(code), code) });

/** Somebody who is let in by a virtual key. */
export const letIn = (
  name: string,
  jobsOf: KeyName,
  sends: Principal['sends'],
  standing: Standing = {},
): Principal => ({ name, owner: ownerOf(jobsOf), sends, ...standing });

/** As a provider issues it. */
export const providersKey = `sk-proj-${'A'.repeat(48)}`;

const unknownKey = `sk-bf-${'A'.repeat(43)}`;

const withoutCredential: readonly Principal[] = [
  refused('nobody', 'virtual_key_required', () => ({})),
  refused('a bearer that is no credential', 'virtual_key_required', () => bearer('let-me-in')),
  refused("a provider's key", 'virtual_key_required', () => bearer(providersKey)),
  refused('Basic with a key', 'virtual_key_required', ({ owner }) => ({
    authorization: `Basic ${Buffer.from(`${owner.text}:`).toString('base64')}`,
  })),
  refused('a bearer that looks like a token', 'invalid_token', () => bearer('eyJhbGciOi.J9.x')),
  ...[
    refused('an empty header', 'virtual_key_required', () => ({ authorization: '' })),
    refused('an empty bearer', 'virtual_key_required', () => ({ authorization: 'Bearer ' })),
    refused('a bearer of two words', 'virtual_key_required', ({ owner }) => bearer(`${owner.text} ${owner.text}`)),
    refused('a key without the word Bearer', 'virtual_key_required', ({ owner }) => ({ authorization: owner.text })),
    refused('a key with another prefix', 'virtual_key_required', ({ owner }) => bearer(owner.text.replace('bf', 'bg'))),
    refused('a key in another header', 'virtual_key_required', ({ owner }) => ({ 'x-virtual-key': owner.text })),
    refused('a key in a cookie', 'virtual_key_required', ({ owner }) => ({ cookie: `x-bf-vk=${owner.text}` })),
    refused('an id of a key', 'virtual_key_required', ({ owner }) => bearer(owner.id)),
  ].map(variant),
];

const withAWrongKey: readonly Principal[] = [
  refused('a truncated key', 'virtual_key_not_found', ({ owner }) => bearer(owner.text.slice(0, -1))),
  refused('an unknown key', 'virtual_key_not_found', () => bearer(unknownKey)),
  refused('a blocked key', 'virtual_key_blocked', ({ blocked }) => bearer(blocked.text), 'blocked'),
  refused('an expired key', 'virtual_key_blocked', ({ expired }) => bearer(expired.text), 'expired'),
  refused('a deleted key', 'virtual_key_not_found', ({ deleted }) => bearer(deleted.text), 'deleted'),
  refused(
    'a key that was rotated away',
    'virtual_key_not_found',
    ({ rotated }) => bearer(rotated.formerText),
    'rotated',
  ),
  ...[
    refused('a key that is longer by a letter', 'virtual_key_not_found', ({ owner }) => bearer(`${owner.text}A`)),
    refused('a key in capitals', 'virtual_key_not_found', ({ owner }) => bearer(owner.text.toUpperCase())),
    refused('the prefix alone', 'virtual_key_not_found', () => bearer('sk-bf-')),
    refused('a very long key', 'virtual_key_not_found', () => bearer(`sk-bf-${'A'.repeat(6000)}`)),
    refused('an id in x-bf-vk', 'virtual_key_not_found', ({ owner }) => ({ 'x-bf-vk': owner.id })),
    refused('an unknown key before a good one', 'virtual_key_not_found', ({ owner }) => ({
      ...bearer(unknownKey),
      'x-bf-vk': owner.text,
    })),
    refused('a blocked key before a good one', 'virtual_key_blocked', ({ blocked, owner }) => ({
      'x-bf-vk': blocked.text,
      'x-api-key': owner.text,
    })),
  ].map(variant),
];

const withAKey: readonly Principal[] = [
  letIn("the owner's key", 'owner', ({ owner }) => bearer(owner.text)),
  ...credentialHeaders
    .filter((header) => header !== 'authorization')
    .map((header) =>
      variant(letIn(`the owner's key in ${header}`, 'owner', ({ owner }) => ({ [header]: owner.text }))),
    ),
  variant(
    letIn("the owner's key behind a dummy", 'owner', ({ owner }) => ({
      ...bearer('dummy'),
      'x-goog-api-key': owner.text,
    })),
  ),
  variant(
    letIn("the owner's key before a blocked one", 'owner', ({ owner, blocked }) => ({
      ...bearer(owner.text),
      'x-bf-vk': blocked.text,
    })),
  ),
  variant(
    letIn("the owner's key beside a provider's", 'owner', ({ owner }) => ({
      ...bearer(providersKey),
      'x-bf-vk': owner.text,
    })),
  ),
  letIn('a key that was rotated', 'rotated', ({ rotated }) => bearer(rotated.text)),
  letIn('a former key within its overlap', 'overlapping', ({ overlapping }) => bearer(overlapping.formerText)),
  letIn('a key without the provider', 'without-provider', (keys) => bearer(keys['without-provider'].text), {
    submits: refusal(403, 'provider_blocked'),
    sees: refusal(404, 'not_found'),
  }),
  letIn('a key without the model', 'without-model', (keys) => bearer(keys['without-model'].text), {
    submits: refusal(403, 'model_blocked'),
    sees: refusal(404, 'not_found'),
  }),
  letIn('a key over its rate', 'over-rate', (keys) => bearer(keys['over-rate'].text), {
    submits: refusal(429, 'rate_limited'),
  }),
  letIn('a key over its open jobs', 'over-open', (keys) => bearer(keys['over-open'].text), {
    submits: refusal(429, 'rate_limited'),
  }),
  letIn("another owner's key", 'owner', ({ bystander }) => bearer(bystander.text), { isStranger: true }),
];

export const keyPrincipals: readonly Principal[] = [...withoutCredential, ...withAWrongKey, ...withAKey];
