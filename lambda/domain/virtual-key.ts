/** A caller's credential as the gateway keeps it: never the key itself, only its SHA-256. Times are epoch milliseconds. */
export interface VirtualKey {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
  /** Which models of which providers it may use: `*` stands for all. What isn't named is denied. */
  readonly providers: Readonly<Record<string, readonly string[]>>;
  /** The result time to live for submissions that name none; absent: the stage's default. */
  readonly resultTtlSeconds?: number;
  readonly createdAt: number;
  readonly expiresAt?: number;
}

export type KeyVerdict = 'allowed' | 'provider_blocked' | 'model_blocked';

/** Whether a key may use a model. */
export function verdictOn(key: VirtualKey, provider: string, model: string): KeyVerdict {
  const own = Object.hasOwn(key.providers, provider) ? key.providers[provider] : undefined;
  const models = own ?? (Object.hasOwn(key.providers, '*') ? key.providers['*'] : undefined);
  if (!models || models.length === 0) return 'provider_blocked';
  return models.includes('*') || models.includes(model) ? 'allowed' : 'model_blocked';
}

/** Whether a key may be used at that time (epoch ms), and if not, why; a key that isn't there was deleted. */
export function standingOf(key: VirtualKey | undefined, now: number): 'active' | 'deleted' | 'blocked' | 'expired' {
  if (!key) return 'deleted';
  if (!key.active) return 'blocked';
  return key.expiresAt !== undefined && key.expiresAt <= now ? 'expired' : 'active';
}

/** Who calls, once a credential has been accepted. */
export interface Caller {
  /** Owns the jobs it submits. */
  readonly owner: string;
  readonly key: VirtualKey;
  /**
   * The lower-case hex SHA-256 of the credential, under which the key is kept.
   * @default - who calls has no virtual key that could be blocked later
   */
  readonly keyHash?: string;
}
