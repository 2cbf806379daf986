import { createHmac, type KeyObject, sign } from 'node:crypto';

/** The parts of a token, made up by hand: what a library would refuse to make has to be refused, too. */
export interface TokenParts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const signingInput = ({ header, claims }: TokenParts): string => `${encoded(header)}.${encoded(claims)}`;

/** A token that bears the HMAC-SHA256 of itself (RFC 7518, section 3.2), whatever its header says. */
export function withHmac(parts: TokenParts, secret: string | Buffer): string {
  const input = signingInput(parts);
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** A token with a signature by SHA-256 and a private key, of RSA (RFC 7518, section 3.3) or P-256 (section 3.4). */
export function withSignature(parts: TokenParts, key: KeyObject): string {
  const input = signingInput(parts);
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** A token that nobody has signed. */
export const unsigned = (parts: TokenParts): string => `${signingInput(parts)}.`;
