import type { Budget, RateLimit } from './key-limits.ts';
import type { Rights, VirtualKey } from './virtual-key.ts';

/** What an admin decides of a key, in the form that `contract/virtual-key.ts` checks. */
export interface KeySettings {
  readonly name: string;
  readonly active: boolean;
  readonly providers: Rights;
  readonly rateLimits: readonly RateLimit[];
  readonly budgets: readonly Budget[];
  readonly maxOpenJobs: number;
  readonly resultTtlSeconds: number;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Settings without which a key does: the stage's hold then, and it never expires. */
type Clearable = 'rateLimits' | 'budgets' | 'maxOpenJobs' | 'resultTtlSeconds' | 'expiresAt';

/** What a key is made with. It is active, and may use nothing, unless that is said. */
export type NewKey = Pick<KeySettings, 'name'> & Partial<KeySettings>;

/** What is to become of a key: what is absent stays, null takes a setting away. */
export type KeyChange = Partial<Omit<KeySettings, Clearable>> & {
  readonly [Setting in Clearable]?: KeySettings[Setting] | null;
};

/** The key with these changes. */
export function changed(key: VirtualKey, change: KeyChange): VirtualKey {
  const { limits, resultTtlSeconds, expiresAt, ...rest } = key;
  const { name = key.name, active = key.active, providers = key.providers } = change;
  const nextLimits = {
    ...setting('rateLimits', change.rateLimits, limits.rateLimits),
    ...setting('budgets', change.budgets, limits.budgets),
    ...setting('maxOpenJobs', change.maxOpenJobs, limits.maxOpenJobs),
  };
  return {
    ...{ ...rest, name, active, providers, limits: nextLimits },
    ...setting('resultTtlSeconds', change.resultTtlSeconds, resultTtlSeconds),
    ...setting('expiresAt', change.expiresAt, expiresAt),
  };
}

/** The member as it is to be, or nothing where it has no value. */
function setting<N extends string, V>(
  name: N,
  wanted: V | null | undefined,
  present: V | undefined,
): { readonly [name in N]?: V } {
  const value = wanted === undefined ? present : (wanted ?? undefined);
  return (value === undefined ? {} : { [name]: value }) as { readonly [name in N]?: V };
}
