import type { KeyLimits } from './key-limits.ts';
import { baseModelOf } from './model-snapshot.ts';

/** Which models of which providers may be used: `*` means all. What isn't named is denied. */
export type Rights = Readonly<Record<string, readonly string[]>>;

/** A caller that an admin has made, with what it may do. Its credentials are kept beside it. Times are epoch milliseconds. */
export interface VirtualKey {
  /** `vk_` and a UUID. It owns the jobs: whatever credential they were submitted with. */
  readonly id: string;
  /** For people, and for tokens that name the key. No two keys of a stage have the same. */
  readonly name: string;
  readonly active: boolean;
  readonly providers: Rights;
  /** What isn't limited here has the stage's limits. */
  readonly limits: Partial<KeyLimits>;
  /** The result time to live for submissions that name none; absent: the stage's default. */
  readonly resultTtlSeconds?: number;
  readonly createdAt: number;
  readonly expiresAt?: number;
}

export type ModelAccess = 'allowed' | 'provider_blocked' | 'model_blocked';

/** Whether these rights allow a model. A model's name allows its dated snapshots, too, as elsewhere. */
export function accessTo(rights: Rights, provider: string, model: string): ModelAccess {
  const own = Object.hasOwn(rights, provider) ? rights[provider] : undefined;
  const models = own ?? (Object.hasOwn(rights, '*') ? rights['*'] : undefined);
  if (!models || models.length === 0) return 'provider_blocked';
  return ['*', model, baseModelOf(model)].some((name) => models.includes(name)) ? 'allowed' : 'model_blocked';
}

/** Whether a key may be used at that time (epoch ms), and if not, why; a key that isn't there was deleted. */
export function standingOf(key: VirtualKey | undefined, now: number): 'active' | 'deleted' | 'blocked' | 'expired' {
  if (!key) return 'deleted';
  if (!key.active) return 'blocked';
  return key.expiresAt !== undefined && key.expiresAt <= now ? 'expired' : 'active';
}

/** What the ids of keys begin with, and no name does. */
export const keyIdPrefix = 'vk_';

const keyIdForm = new RegExp(`^${keyIdPrefix}[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`);

/** Whether a text has the form of a key's id: the prefix and a UUID. */
export const isKeyId = (text: string): boolean => keyIdForm.test(text);
