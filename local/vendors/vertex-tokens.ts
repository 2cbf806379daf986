/**
 * Google's access tokens, as far as a service checks them: the principal, the scope, and the expiry. A simulated token
 * contains these and is signed, so that issued tokens need not be stored.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** `access` is let in by services; `federated` only serves to get a token of a service account. */
export type TokenUse = 'access' | 'federated';

const key = randomBytes(32);
const signatureOf = (payload: string): Buffer => createHmac('sha256', key).update(payload).digest();

/** How long a token lives; Google's own are good for an hour, less a second. */
export const tokenSeconds = 3599;

/** Gives out a token. Google's begin in the same way. */
export function giveToken(use: TokenUse, bearer: string): string {
  const claims = { use, bearer, until: Date.now() + tokenSeconds * 1000, nonce: randomBytes(6).toString('hex') };
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `ya29.${payload}.${signatureOf(payload).toString('base64url')}`;
}

/** Whether a token was given out for this use and is still good. */
export function isGood(token: string, use: TokenUse): boolean {
  const [prefix, payload = '', signature = ''] = token.split('.');
  const given = Buffer.from(signature, 'base64url');
  const expected = signatureOf(payload);
  if (prefix !== 'ya29' || given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { use: TokenUse; until: number };
  return claims.use === use && Date.now() < claims.until;
}
