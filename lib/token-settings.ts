import type { TokenSettings } from '../lambda/contract/token-settings.ts';

/** JSON Web Tokens that a stage accepts besides virtual keys, each for a virtual key or for an admin. */
export interface StageTokens {
  /** Exact value of the claim `iss`, usually the issuer's https address. */
  readonly issuer: string;
  /** Value that the claim `aud` must equal or contain. Share it with no other service of the issuer. */
  readonly audience: string;
  /**
   * How signatures are verified: with the issuer's public keys (JSON Web Key Set), or with a shared secret that the
   * stack generates and the issuer reads. Algorithms that aren't listed are refused.
   * @default algorithms - ['RS256', 'PS256', 'ES256', 'EdDSA']; with a shared secret always HS256
   */
  readonly keys: { readonly jwksUrl: string; readonly algorithms?: readonly string[] } | 'shared_secret';
  /**
   * The claim that names a virtual key, by its id or name.
   * @default 'darkroom_key'
   */
  readonly virtualKeyClaim?: string;
  /**
   * The claim that makes its bearer an admin, by equalling or containing the value. `scope` and `scp` may be
   * space-separated lists. An admin's token names its bearer in `sub`.
   * @default { name: 'darkroom_role', value: 'admin' }
   */
  readonly adminClaim?: { readonly name: string; readonly value: string };
}

/** The same with every default filled in. */
export type ResolvedTokens = Omit<TokenSettings, 'keys'> & {
  readonly keys: Extract<TokenSettings['keys'], { readonly jwksUrl: string }> | 'shared_secret';
};

const defaultAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

/** Fills in the defaults. */
export const resolveTokens = ({ keys, ...tokens }: StageTokens): ResolvedTokens => ({
  virtualKeyClaim: 'darkroom_key',
  adminClaim: { name: 'darkroom_role', value: 'admin' },
  ...tokens,
  keys: typeof keys === 'string' ? keys : { algorithms: defaultAlgorithms, ...keys },
});

/** What functions get as `TOKENS`. The ARN is that of the shared secret, on a stage that has one. */
export function tokensText(tokens: ResolvedTokens | undefined, secretArn: string | undefined): string {
  if (tokens === undefined) return 'none';
  const keys = tokens.keys === 'shared_secret' ? { secretArn } : tokens.keys;
  return JSON.stringify({ ...tokens, keys });
}
