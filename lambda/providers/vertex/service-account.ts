import { sign } from 'node:crypto';
import type { SendRequest } from '../../domain/send-request.ts';
import type { ServiceAccountKey } from './credential.ts';
import { askForToken, type Granted, grantedIn, scope } from './token-exchange.ts';

/**
 * Google refuses an assertion from its future, and one that lives for more than an hour. It is dated back by as much as
 * clocks may differ, so that one that is fast by five minutes is still in Google's past; of one that is as slow, fifty
 * minutes are left. https://developers.google.com/identity/protocols/oauth2/service-account
 */
const clockSkewSeconds = 300;
const maxLifeSeconds = 3600;

/** A service account's key becomes an access token: an assertion is signed with it and handed in (RFC 7523). */
export async function tokenOfServiceAccount(
  key: ServiceAccountKey,
  now: number,
  send: SendRequest,
  signal: AbortSignal,
): Promise<Granted> {
  const assertion = assertionOf(key, now);
  const body = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
  return grantedIn(await askForToken(send, { url: key.tokenUrl, body, secrets: [assertion] }, signal));
}

/** A JWT that is signed by RS256. `now` is in epoch milliseconds. */
export function assertionOf({ email, keyId, privateKey, tokenUrl }: ServiceAccountKey, now: number): string {
  const issuedAt = Math.floor(now / 1000) - clockSkewSeconds;
  const header = { alg: 'RS256', typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) };
  const claims = { iss: email, scope, aud: tokenUrl, iat: issuedAt, exp: issuedAt + maxLifeSeconds };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}
