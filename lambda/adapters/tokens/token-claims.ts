import type { JWTPayload } from 'jose';
import { GatewayError } from '../../domain/error-code.ts';
import type { Bearer } from '../../domain/keys/token-verifier.ts';

/** The claims that a stage requires of a token. */
export interface ClaimSettings {
  readonly issuer: string;
  readonly audience: string;
  /** The claim that names a virtual key. */
  readonly virtualKeyClaim: string;
  /** The claim that makes an admin, and by which value. */
  readonly adminClaim: { readonly name: string; readonly value: string };
}

/** How far the clocks of issuer and stage may be apart, in seconds. */
export const clockToleranceSeconds = 60;

/** A subject becomes part of the owner of jobs. */
const maxSubjectCharacters = 128;

/** The refusal of a token, with a message that says what to send instead. */
export const invalidToken = (message: string, cause?: unknown): GatewayError =>
  new GatewayError('invalid_token', message, { cause });

/**
 * Refuses a token that is not for this stage, or not valid now (epoch ms), by its unverified claims and before any key
 * is looked up, so that a stray token costs its issuer nothing and its bearer reads what is wrong with it. Throws
 * GatewayError `invalid_token`.
 */
export function demandCurrent(claims: JWTPayload, { issuer, audience }: ClaimSettings, now: number): void {
  if (claims.iss !== issuer)
    throw invalidToken(`This token comes from another issuer: send one from ${issuer} (claim iss).`);
  if (![claims.aud].flat().includes(audience)) {
    throw invalidToken(`This token is for another audience: send one for ${audience} (claim aud).`);
  }
  const seconds = now / 1000;
  if (!isTime(claims.exp)) throw invalidToken('This token has no expiry (claim exp): send one that has.');
  if (claims.exp <= seconds - clockToleranceSeconds) throw invalidToken('This token has expired: send a new one.');
  for (const name of ['nbf', 'iat'] as const) {
    const begins = claims[name];
    if (begins === undefined) continue;
    if (!isTime(begins)) throw invalidToken(`The claim ${name} of this token must be a time in seconds since 1970.`);
    if (begins > seconds + clockToleranceSeconds) {
      throw invalidToken(
        `This token is not valid yet (claim ${name}): send it later, or check the clock of its issuer.`,
      );
    }
  }
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/**
 * The caller of a token with these verified claims. The admin claim takes precedence over the name of a virtual key.
 * Throws `invalid_token`.
 */
export function bearerOf(claims: JWTPayload, { virtualKeyClaim, adminClaim }: ClaimSettings): Bearer {
  if (saysAdmin(claims, adminClaim)) {
    if (isName(claims.sub)) return { isAdmin: true, subject: claims.sub };
    throw invalidToken(
      `An admin's token needs a subject in the claim sub: 1 to ${maxSubjectCharacters} characters, without control characters.`,
    );
  }
  const virtualKey = claims[virtualKeyClaim];
  if (isName(virtualKey)) return { isAdmin: false, virtualKey };
  throw invalidToken(
    `This token names neither a virtual key (claim ${virtualKeyClaim}, its id or name) nor an admin (claim ${adminClaim.name}): send one that names either.`,
  );
}

/** A claim's text is a space-separated list. RFC 8693, section 4.2; Microsoft's short form of it. */
const listClaims = ['scope', 'scp'];

function saysAdmin(claims: JWTPayload, { name, value }: ClaimSettings['adminClaim']): boolean {
  const said = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (Array.isArray(said)) return said.includes(value);
  return said === value || (typeof said === 'string' && listClaims.includes(name) && said.split(' ').includes(value));
}

const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= maxSubjectCharacters && !/\p{C}/u.test(value);
