import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TokenParts, withHmac, withSignature } from './forge-token.ts';

/** Whoever gives out a stage's tokens. */
export interface Issuer {
  /** Claims that are good for a minute in this stage; those given go before them, and undefined takes one away. */
  claims(over: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** A token as the stage takes it, for these claims. */
  issue(over: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): string;
}

/** What a stage's tokens must say. */
export interface IssuerNames {
  readonly issuer: string;
  readonly audience: string;
}

const claimsOf = ({ issuer, audience }: IssuerNames): Issuer['claims'] => {
  return (over) => {
    const now = Math.floor(Date.now() / 1000);
    return { iss: issuer, aud: audience, iat: now, exp: now + 60, ...over };
  };
};

/** One that shares a secret with the stage. */
export function sharedIssuer(names: IssuerNames, secret: string): Issuer {
  const claims = claimsOf(names);
  return {
    claims,
    issue: (over, header) =>
      withHmac({ header: { alg: 'HS256', typ: 'JWT', ...header }, claims: claims(over) }, secret),
  };
}

/** One that publishes its keys. */
export interface PublishingIssuer extends Issuer {
  readonly rsa: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  /** Where its keys are. */
  readonly jwksUrl: string;
  /** An address of somebody else's keys, which nobody should ever ask. */
  readonly strangersUrl: string;
  /** How often somebody did. */
  strangersRequests(): number;
  issueByEc(over: Readonly<Record<string, unknown>>): string;
  stop(): void;
}

export const rsaKid = 'rsa-1';
export const ecKid = 'ec-1';

/** Publishes an RSA and a P-256 key on 127.0.0.1. */
export async function startIssuer(names: IssuerNames): Promise<PublishingIssuer> {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = [
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: rsaKid, use: 'sig' },
    { ...ec.publicKey.export({ format: 'jwk' }), kid: ecKid, use: 'sig' },
  ];
  let strangersRequests = 0;
  const server = createServer(({ url }, response) => {
    if (url !== '/jwks.json') strangersRequests += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const claims = claimsOf(names);
  const signed = (header: TokenParts['header'], over: TokenParts['claims'], key: KeyObject): string =>
    withSignature({ header: { typ: 'JWT', ...header }, claims: claims(over) }, key);
  return {
    ...{ claims, rsa },
    jwksUrl: `${origin}/jwks.json`,
    strangersUrl: `${origin}/strangers.json`,
    strangersRequests: () => strangersRequests,
    issue: (over, header) => signed({ alg: 'RS256', kid: rsaKid, ...header }, over, rsa.privateKey),
    issueByEc: (over) => signed({ alg: 'ES256', kid: ecKid }, over, ec.privateKey),
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
