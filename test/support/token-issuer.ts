import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** What a stage of the tests wants its tokens to say. */
export const claimSettings = {
  issuer: 'https://login.example.com/',
  audience: 'darkroom-test',
  virtualKeyClaim: 'darkroom_key',
  adminClaim: { name: 'darkroom_role', value: 'admin' },
} as const;

/** A key of an issuer: what it publishes, and a way to sign with what it doesn't. */
export interface IssuerKey {
  readonly jwk: JWK;
  sign(claims: JWTPayload, header?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** Makes a key. Without a `kid`, neither the key nor its tokens name one. */
export async function createIssuerKey(kid?: string, alg = 'ES256'): Promise<IssuerKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const named = kid === undefined ? {} : { kid };
  return {
    jwk: { ...(await exportJWK(publicKey)), ...named, alg, use: 'sig' },
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg, ...named, ...header }).sign(privateKey),
  };
}

/** The claims of a token of the tests' issuer that is good from a time (epoch ms) on for an hour. */
export const goodClaims = (now: number, claims: JWTPayload = { darkroom_key: 'painters' }): JWTPayload => ({
  iss: claimSettings.issuer,
  aud: claimSettings.audience,
  iat: now / 1000,
  exp: now / 1000 + 3600,
  ...claims,
});
