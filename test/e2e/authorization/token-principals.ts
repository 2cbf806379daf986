import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { unsigned, withHmac, withSignature } from './forge-token.ts';
import { ecKid, type Issuer, type PublishingIssuer, rsaKid } from './issuer.ts';
import { bearer, type Keys, letIn, type Principal, refused, variant } from './principals.ts';

type Claims = Readonly<Record<string, unknown>>;

/** The claims of the local stage's settings. */
const keyClaim = 'darkroom_key';
const adminClaim = { darkroom_role: 'admin' };

const subject = 'matrix';
const adminOwner = (): string => `admin:${subject}`;
const admin = { sub: subject, ...adminClaim };
const forOwner = ({ owner }: Keys) => ({ [keyClaim]: owner.id });

const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** A token of the stage's own issuer that is refused for what it says. */
const saying = (issuer: () => Issuer, name: string, over: (keys: Keys) => Claims): Principal =>
  refused(`a token ${name}`, 'invalid_token', (keys) => bearer(issuer().issue({ ...forOwner(keys), ...over(keys) })));

/** Who comes with a token of the stage's issuer, whichever way that signs. */
export function tokenPrincipals(issuer: () => Issuer): readonly Principal[] {
  const issue = (claims: Claims) => bearer(issuer().issue(claims));
  const issued = (name: string, over: (keys: Keys) => Claims) => saying(issuer, name, over);
  const asAdmin = (name: string, over: Claims): Principal => ({
    ...{ name, owner: adminOwner, isAdmin: true },
    sends: () => issue({ ...admin, ...over }),
  });
  return [
    letIn("a token of the owner's key, by its id", 'owner', (keys) => issue(forOwner(keys))),
    letIn("a token of the owner's key, by its name", 'owner', ({ owner }) => issue({ [keyClaim]: owner.name })),
    asAdmin('an admin', {}),
    variant(asAdmin('an admin whose token names a key, too', { [keyClaim]: 'matrix-owner' })),
    variant(asAdmin('an admin among other roles', { darkroom_role: ['viewer', 'admin'] })),
    refused(
      'a token of a blocked key',
      'virtual_key_blocked',
      ({ blocked }) => issue({ [keyClaim]: blocked.id }),
      'blocked',
    ),
    variant(
      refused('a token of an expired key', 'virtual_key_blocked', ({ expired }) => issue({ [keyClaim]: expired.name })),
    ),
    variant(
      refused('a token of a deleted key', 'virtual_key_not_found', ({ deleted }) =>
        issue({ [keyClaim]: deleted.name }),
      ),
    ),
    refused('a token of an unknown key', 'virtual_key_not_found', () => issue({ [keyClaim]: 'nobody' })),
    variant(
      refused('a token that names a credential', 'virtual_key_not_found', ({ owner }) =>
        issue({ [keyClaim]: owner.text }),
      ),
    ),
    variant(
      refused('a token that names a prototype', 'virtual_key_not_found', () => issue({ [keyClaim]: '__proto__' })),
    ),
    issued('of another issuer', () => ({ iss: 'somebody-else' })),
    issued('for another audience', () => ({ aud: 'another-service' })),
    issued('that has expired', () => ({ exp: secondsFromNow(-90) })),
    letIn('a token that expired within the tolerance', 'owner', (keys) =>
      issue({ ...forOwner(keys), exp: secondsFromNow(-30) }),
    ),
    issued('that is not good yet', () => ({ nbf: secondsFromNow(3600) })),
    issued('without an end', () => ({ exp: undefined })),
    ...[
      issued('whose end is a text', () => ({ exp: '9999999999' })),
      issued('of the future', () => ({ iat: secondsFromNow(3600) })),
      issued('without an issuer', () => ({ iss: undefined })),
      issued('of several issuers', () => ({ iss: ['darkroom-local'] })),
      issued('without an audience', () => ({ aud: undefined })),
      issued('that names nobody', () => ({ [keyClaim]: undefined })),
      issued('that names several keys', ({ owner }) => ({ [keyClaim]: [owner.id] })),
      issued('that names an empty key', () => ({ [keyClaim]: '' })),
      issued('of an admin without a name', () => ({ ...adminClaim })),
      issued('of an admin with an endless name', () => ({ ...adminClaim, sub: 'a'.repeat(200) })),
    ].map(variant),
    refused('a token with another role', 'invalid_token', () => issue({ sub: subject, darkroom_role: 'Admin' })),
    ...['true', true, { admin: true }, 'not admin'].map((role) =>
      variant(
        refused(`a token with the role ${JSON.stringify(role)}`, 'invalid_token', () =>
          issue({ ...admin, darkroom_role: role }),
        ),
      ),
    ),
    variant(
      refused('a token in a header for keys', 'virtual_key_required', (keys) => ({
        'x-api-key': issuer().issue(forOwner(keys)),
      })),
    ),
    variant(refused('a token in x-bf-vk', 'virtual_key_required', () => ({ 'x-bf-vk': issuer().issue(admin) }))),
    variant(
      refused('a blocked key beside the token of an admin', 'virtual_key_blocked', ({ blocked }) => ({
        ...issue(admin),
        'x-bf-vk': blocked.text,
      })),
    ),
    variant(
      letIn('a key beside the token of an admin', 'owner', ({ owner }) => ({ ...issue(admin), 'x-bf-vk': owner.text })),
    ),
    ...forged(issuer),
  ];
}

/** Tokens that say all that they should, and weren't signed by the issuer. */
function forged(issuer: () => Issuer): readonly Principal[] {
  const as = (name: string, make: (claims: Claims) => string): Principal =>
    refused(`an admin's token ${name}`, 'invalid_token', () => bearer(make(issuer().claims(admin))));
  const changed = (change: (parts: readonly string[]) => readonly string[]) => () =>
    change(issuer().issue(admin).split('.')).join('.');
  return [
    as('that nobody has signed', (claims) => unsigned({ header: { alg: 'none' }, claims })),
    as('signed by another secret', (claims) => withHmac({ header: { alg: 'HS256' }, claims }, randomBytes(32))),
    ...[
      as('that nobody has signed in capitals', (claims) => unsigned({ header: { alg: 'NONE' }, claims })),
      as('without an algorithm', (claims) => unsigned({ header: { typ: 'JWT' }, claims })),
      as('signed by an empty secret', (claims) => withHmac({ header: { alg: 'HS256' }, claims }, '')),
      as(
        'without its signature',
        changed(([header = '', claims = '']) => [header, claims, '']),
      ),
      as(
        'with half of its signature',
        changed(([header = '', claims = '', signature = '']) => [header, claims, signature.slice(0, 20)]),
      ),
      as(
        'with the claims of another',
        changed(([header = '', , signature = '']) => [
          header,
          Buffer.from(JSON.stringify(issuer().claims({ ...admin, sub: 'root' }))).toString('base64url'),
          signature,
        ]),
      ),
      as('with a header that must be understood', () =>
        issuer().issue(admin, { crit: ['unheard-of'], 'unheard-of': true }),
      ),
      as(
        'whose claims are no JSON',
        changed(([header = '', , signature = '']) => [header, 'bm90LWpzb24', signature]),
      ),
      as('that is longer than any', () => issuer().issue({ ...admin, padding: 'a'.repeat(7000) })),
    ].map(variant),
  ];
}

const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
const strangersJwk = stranger.publicKey.export({ format: 'jwk' });

/** Who comes with a token that would be proved by other keys than those that the issuer publishes. */
export function publishedKeyPrincipals(issuer: () => PublishingIssuer): readonly Principal[] {
  const by = (name: string, make: (claims: Claims) => string): Principal =>
    refused(`an admin's token ${name}`, 'invalid_token', () => bearer(make(issuer().claims(admin))));
  const publicPem = () => issuer().rsa.publicKey.export({ type: 'spki', format: 'pem' });
  const signedByStranger = (header: () => Claims) => (claims: Claims) =>
    withSignature({ header: { alg: 'RS256', ...header() }, claims }, stranger.privateKey);
  const withSecret = (header: Claims, secret: () => string | Buffer) => (claims: Claims) =>
    withHmac({ header: { alg: 'HS256', ...header }, claims }, secret());
  return [
    letIn("a token of the owner's key by an elliptic curve", 'owner', (keys) =>
      bearer(issuer().issueByEc(forOwner(keys))),
    ),
    by('signed by the public key as if it were a secret', withSecret({ kid: rsaKid }, publicPem)),
    by(
      'signed by a stranger',
      signedByStranger(() => ({ kid: rsaKid })),
    ),
    ...[
      by("signed by the public key in the issuer's algorithm", (claims) =>
        withHmac({ header: { alg: 'RS256', kid: rsaKid }, claims }, publicPem()),
      ),
      by(
        'signed by the modulus as if it were a secret',
        withSecret({ kid: rsaKid }, () =>
          Buffer.from(String(issuer().rsa.publicKey.export({ format: 'jwk' }).n), 'base64url'),
        ),
      ),
      by(
        'signed by a stranger, with a key that nobody knows',
        signedByStranger(() => ({ kid: 'unheard-of' })),
      ),
      by(
        'signed by a stranger, without the name of a key',
        signedByStranger(() => ({})),
      ),
      by(
        'signed by a stranger, with the name of another key',
        signedByStranger(() => ({ kid: ecKid })),
      ),
      by(
        'that brings its own key',
        signedByStranger(() => ({ jwk: strangersJwk })),
      ),
      by(
        'that says where its keys are',
        signedByStranger(() => ({ kid: rsaKid, jku: issuer().strangersUrl })),
      ),
      by(
        'that says where its certificate is',
        signedByStranger(() => ({ kid: rsaKid, x5u: issuer().strangersUrl })),
      ),
      by(
        'whose key is a file',
        withSecret({ kid: '../../../../dev/null' }, () => ''),
      ),
      by(
        'whose key is a prototype',
        signedByStranger(() => ({ kid: '__proto__' })),
      ),
      by('in an algorithm that the stage does not name', () => issuer().issue(admin, { alg: 'RS384' })),
    ].map(variant),
  ];
}
