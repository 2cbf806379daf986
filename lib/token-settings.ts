import type { TokenSettings } from '../lambda/contract/token-settings.ts';

/** Which tokens a stage takes besides virtual keys: JSON Web Tokens, each for a virtual key or for an admin. */
export interface StageTokens {
  /** What the claim `iss` must be, to the letter: most often the issuer's https address. */
  readonly issuer: string;
  /** What the claim `aud` must be, or hold. One that no other service of the issuer has. */
  readonly audience: string;
  /**
   * How tokens are proved: by the public keys that the issuer publishes at an address (JSON Web Key Set), or by a secret that
   * the stack makes, which whoever issues tokens has to read. An algorithm that isn't named is refused.
   * @default algorithms - ['RS256', 'PS256', 'ES256', 'EdDSA']; with a shared secret always HS256
   */
  readonly keys: { readonly jwksUrl: string; readonly algorithms?: readonly string[] } | 'shared_secret';
  /**
   * The claim that names a virtual key, by its id or name.
   * @default 'darkroom_key'
   */
  readonly virtualKeyClaim?: string;
  /**
   * The claim that makes its bearer an admin: where it is the value, or a list that holds it. `scope` and `scp` may be lists in
   * one text, with spaces between. An admin's token names its bearer in `sub`.
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
