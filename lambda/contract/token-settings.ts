/** How tokens may be signed whose public keys their issuer publishes. RFC 7518, section 3.1; RFC 8037; RFC 9864. */
export const signingAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const;

/** An address at which an issuer publishes its public keys, and how tokens may be signed with them. */
export interface PublishedKeys {
  readonly jwksUrl: string;
  readonly algorithms: readonly string[];
}

/** Which tokens a stage takes, as its functions get it. Nothing in it is secret. */
export interface TokenSettings {
  /** What `iss` must be. */
  readonly issuer: string;
  /** What `aud` must be, or hold. */
  readonly audience: string;
  /** Where the keys are: published by the issuer, or the ARN of the secret that issuer and stage share. */
  readonly keys: PublishedKeys | { readonly secretArn: string };
  /** The claim that names a virtual key, by id or name. */
  readonly virtualKeyClaim: string;
  /** The claim that makes its bearer an admin where it is this value, or a list that holds it. */
  readonly adminClaim: { readonly name: string; readonly value: string };
}
