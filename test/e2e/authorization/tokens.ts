import { createHmac, type KeyObject, sign } from 'node:crypto';

/** The parts of a token, to be made up by hand: what a library would refuse to make has to be refused, too. */
export interface TokenParts {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const signingInput = ({ header, claims }: TokenParts, algorithm: string): string =>
  `${encoded({ alg: algorithm, typ: 'JWT', ...header })}.${encoded(claims)}`;

/** A token by HMAC-SHA256, as RFC 7518 section 3.2 has it, whatever its header then says of itself. */
export function hs256(parts: TokenParts, secret: string | Buffer): string {
  const input = signingInput(parts, 'HS256');
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** A token by RSASSA-PKCS1-v1_5 with SHA-256. */
export function rs256(parts: TokenParts, key: KeyObject): string {
  const input = signingInput(parts, 'RS256');
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

/** A token by ECDSA on P-256 with SHA-256. */
export function es256(parts: TokenParts, key: KeyObject): string {
  const input = signingInput(parts, 'ES256');
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

/** A token that nobody has signed. */
export const unsigned = (parts: TokenParts, algorithm = 'none'): string => `${signingInput(parts, algorithm)}.`;
