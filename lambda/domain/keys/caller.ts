import type { KeyLimits } from './key-limits.ts';
import type { Rights } from './virtual-key.ts';

/**
 * What a request presents: a virtual key by its SHA-256, a token, a token in a header that takes virtual keys alone, nothing at
 * all, or only what the gateway doesn't know. A request that brings only its provider's key either runs under the virtual key
 * that the stage names for it, or presents too little.
 */
export type Credential =
  | { readonly kind: 'virtual_key'; readonly keyHash: string }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'misplaced_token'; readonly header: string }
  | { readonly kind: 'named_key'; readonly name: string }
  | { readonly kind: 'provider_key' }
  | { readonly kind: 'none' }
  | { readonly kind: 'other' };

/** Who calls, once a credential has been accepted. */
export interface Caller {
  /** Owns the jobs it submits: a virtual key's id, or `admin:` and the subject of an admin's token. */
  readonly owner: string;
  /** Whether it may see and end every owner's jobs, and manage virtual keys. */
  readonly isAdmin: boolean;
  readonly providers: Rights;
  /** What isn't limited here has the stage's limits. */
  readonly limits: Partial<KeyLimits>;
  /** The result time to live for submissions that name none; absent: the stage's default. */
  readonly resultTtlSeconds?: number;
  /**
   * The providers that may be called with the provider's key that came with the request.
   * @default - it came without one: provider requests are made with the stage's keys
   */
  readonly passThrough?: readonly string[];
}

/** A caller whose requests are made with a key that came along, for one of these providers: budgets are the stage's money, and not theirs. */
export const withOwnKey = (caller: Caller, passThrough: readonly string[]): Caller => ({
  ...caller,
  limits: { ...caller.limits, budgets: [] },
  passThrough,
});

/** Whether a caller may see a job of that owner, cancel and delete it. */
export const maySee = (caller: Pick<Caller, 'owner' | 'isAdmin'>, owner: string): boolean =>
  caller.isAdmin || caller.owner === owner;

const adminPrefix = 'admin:';

/** Who bears an admin's token. No virtual key has such an id. */
export const adminCaller = (subject: string): Caller => ({
  owner: `${adminPrefix}${subject}`,
  isAdmin: true,
  providers: { '*': ['*'] },
  limits: {},
});

/** Whether jobs of that owner were submitted by an admin, and by no virtual key that could be blocked later. */
export const isAdminOwner = (owner: string): boolean => owner.startsWith(adminPrefix);
