/** What a token says of who bears it, once it has been proved genuine. */
export type Bearer =
  | { readonly isAdmin: true; readonly subject: string }
  /** `virtualKey` is a key's id or name. */
  | { readonly isAdmin: false; readonly virtualKey: string };

/** Proves tokens. */
export interface TokenVerifier {
  /**
   * Throws GatewayError `invalid_token` for one that isn't genuine, has expired or is not yet valid, is for another audience, or names
   * neither a virtual key nor an admin; `unavailable` where the keys to prove it by can't be had.
   */
  verify(token: string): Promise<Bearer>;
}
