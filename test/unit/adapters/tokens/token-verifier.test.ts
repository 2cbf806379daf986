import { createHmac } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type CryptoKey, createLocalJWKSet, exportSPKI, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createPublishedKeys, createSharedKey } from '../../../../lambda/adapters/tokens/token-keys.ts';
import { createTokenVerifier } from '../../../../lambda/adapters/tokens/token-verifier.ts';
import { createFixedClock } from '../../../support/fixed-clock.ts';
import { scriptedAws } from '../../../support/scripted-aws.ts';
import { claimSettings, createIssuerKey, goodClaims, type IssuerKey } from '../../../support/token-issuer.ts';

const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

let first: IssuerKey;
let second: IssuerKey;
let rsa: IssuerKey;

beforeAll(async () => {
  [first, second, rsa] = await Promise.all([
    createIssuerKey('first'),
    createIssuerKey('second'),
    createIssuerKey('rsa', 'RS256'),
  ]);
});

/** A stage whose issuer publishes the keys that the test says. */
function publishing(...keys: readonly IssuerKey[]) {
  const clock = createFixedClock();
  const issuer = { keys, down: false, fetches: 0 };
  const onFailure = () => undefined;
  const fetchKeys = async () => {
    issuer.fetches += 1;
    if (issuer.down) throw new Error('down');
    return createLocalJWKSet({ keys: issuer.keys.map(({ jwk }) => jwk) });
  };
  const { verify } = createTokenVerifier(
    claimSettings,
    createPublishedKeys(algorithms, fetchKeys, { clock, onFailure }),
    clock,
  );
  const claims = (own?: JWTPayload) => goodClaims(clock.now(), own);
  return { clock, issuer, verify, claims };
}

const secretText = 'a-secret-of-more-than-thirty-two-characters';

/** A stage that shares a secret with its issuer. */
function sharing() {
  const clock = createFixedClock();
  const state = { text: secretText, reads: 0 };
  const client = new SecretsManagerClient(
    scriptedAws(() => {
      state.reads += 1;
      return { body: { SecretString: state.text } };
    }),
  );
  const keys = createSharedKey(client, 'arn:secret', { clock, onFailure: () => undefined });
  const { verify } = createTokenVerifier(claimSettings, keys, clock);
  const sign = (claims: JWTPayload = {}, text = state.text, alg = 'HS256') =>
    new SignJWT({ ...goodClaims(clock.now()), ...claims })
      .setProtectedHeader({ alg })
      .sign(new TextEncoder().encode(text));
  return { clock, state, verify, sign };
}

const refused = (words: string) => ({ code: 'invalid_token', message: expect.stringContaining(words) });

describe('createTokenVerifier', () => {
  it('tells which virtual key a token names, and which admin bears one', async () => {
    const { verify, claims } = publishing(first);
    expect(await verify(await first.sign(claims()))).toEqual({ isAdmin: false, virtualKey: 'painters' });
    const admin = claims({ darkroom_role: 'admin', sub: 'ada' });
    expect(await verify(await first.sign(admin))).toEqual({ isAdmin: true, subject: 'ada' });
  });

  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('takes a token that is signed by %s', async (alg) => {
    const key = await createIssuerKey('key', alg);
    const { verify, claims } = publishing(key);
    expect(await verify(await key.sign(claims()))).toEqual({ isAdmin: false, virtualKey: 'painters' });
  });

  it('takes HS256 with a shared secret, and nothing else', async () => {
    const { verify, sign } = sharing();
    expect(await verify(await sign())).toEqual({ isAdmin: false, virtualKey: 'painters' });
    await expect(verify(await sign({}, `${secretText}${secretText}`, 'HS512'))).rejects.toMatchObject(refused('HS256'));
  });

  it('refuses a token that nobody has signed', async () => {
    const { verify, claims } = publishing(first);
    const body = `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url(claims({ darkroom_role: 'admin', sub: 'eve' }))}`;
    await expect(verify(`${body}.`)).rejects.toMatchObject(
      refused("algorithm of this token's signature is not accepted"),
    );
    await expect(sharing().verify(`${body}.`)).rejects.toMatchObject(
      refused("algorithm of this token's signature is not accepted"),
    );
  });

  it.each([
    ['as text', async (jwk: JWK) => exportSPKI((await importJWK(jwk, 'RS256')) as CryptoKey)],
    ['as JSON', async (jwk: JWK) => JSON.stringify(jwk)],
    ['as its modulus', async (jwk: JWK) => Buffer.from(jwk.n ?? '', 'base64url')],
  ])('refuses a token that is signed by HMAC with a public key, %s', async (_, secretOf) => {
    const { verify, claims } = publishing(rsa);
    for (const kid of ['rsa', undefined]) {
      const body = `${base64url({ alg: 'HS256', ...(kid && { kid }) })}.${base64url(claims())}`;
      const signature = createHmac('sha256', await secretOf(rsa.jwk))
        .update(body)
        .digest('base64url');
      await expect(verify(`${body}.${signature}`)).rejects.toMatchObject(
        refused("algorithm of this token's signature is not accepted"),
      );
    }
  });

  it('refuses what is signed by a key that the token brings along', async () => {
    const { verify, claims } = publishing(first);
    const evil = await createIssuerKey('first');
    const { kid: _, ...jwk } = evil.jwk;
    const header = { jwk, jku: 'https://evil.example/jwks', x5u: 'https://evil.example/cert' };
    await expect(verify(await evil.sign(claims(), header))).rejects.toMatchObject(refused('signature'));
  });

  it('refuses a signature that is wrong, or of other claims', async () => {
    const { verify, claims } = publishing(first);
    const [header, , signature] = (await first.sign(claims())).split('.');
    const forged = [header, base64url(claims({ darkroom_key: 'others' })), signature].join('.');
    await expect(verify(forged)).rejects.toMatchObject(refused('signature'));
    await expect(verify([...forged.split('.').slice(0, 2), ''].join('.'))).rejects.toMatchObject(refused('signature'));
  });

  it('refuses extensions that it does not know, and a payload that is not encoded', async () => {
    const { verify, claims } = publishing(first);
    for (const [name, value] of [
      ['https://example.com/critical', true],
      ['exp', 1],
    ]) {
      const body = `${base64url({ alg: 'ES256', kid: 'first', crit: [name], [String(name)]: value })}.${base64url(claims())}`;
      await expect(verify(`${body}.AAAA`)).rejects.toMatchObject({ code: 'invalid_token' });
    }
    const plain = `${base64url({ alg: 'ES256', kid: 'first', b64: false, crit: ['b64'] })}.${base64url(claims())}`;
    await expect(verify(`${plain}.AAAA`)).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it.each([
    ['iss', 'https://login.example.com', 'another issuer'],
    ['iss', undefined, 'another issuer'],
    ['iss', ['https://login.example.com/'], 'another issuer'],
    ['aud', 'somebody-else', 'another audience'],
    ['aud', undefined, 'another audience'],
    ['aud', ['a', 'b'], 'another audience'],
    ['aud', {}, 'another audience'],
    ['exp', undefined, 'no expiry'],
    ['exp', '9999999999', 'no expiry'],
    ['exp', null, 'no expiry'],
    ['nbf', 'tomorrow', 'must be a time'],
    ['iat', {}, 'must be a time'],
  ])('refuses a token whose %s is %j', async (name, value, words) => {
    const { verify, claims } = publishing(first);
    const token = await first.sign(JSON.parse(JSON.stringify({ ...claims(), [name]: value })));
    await expect(verify(token)).rejects.toMatchObject(refused(words));
  });

  it('takes a token that is for others besides', async () => {
    const { verify, claims } = publishing(first);
    const token = await first.sign(claims({ darkroom_key: 'vk_1', aud: ['others', claimSettings.audience] }));
    expect(await verify(token)).toEqual({ isAdmin: false, virtualKey: 'vk_1' });
  });

  it('allows clocks that are up to a minute apart', async () => {
    const { clock, verify } = publishing(first);
    const now = clock.now();
    const token = await first.sign(goodClaims(now));
    clock.set(now + 3600_000 + 59_999);
    expect(await verify(token)).toMatchObject({ isAdmin: false });
    clock.set(now + 3600_000 + 60_000);
    await expect(verify(token)).rejects.toMatchObject(refused('expired'));
    clock.set(now - 60_000);
    expect(await verify(token)).toMatchObject({ isAdmin: false });
    clock.set(now - 61_000);
    await expect(verify(token)).rejects.toMatchObject(refused('not valid yet (claim iat)'));
    const later = await first.sign({ ...goodClaims(now - 100_000), nbf: now / 1000 });
    await expect(verify(later)).rejects.toMatchObject(refused('not valid yet (claim nbf)'));
  });

  it.each([
    '',
    'eyJ',
    'eyJ.eyJ',
    'eyJ.eyJ.eyJ',
    'a.b.c',
    '..',
    'eyJhbGciOiJFUzI1NiJ9..',
    'eyJhbGciOiJFUzI1NiJ9.W10.AA',
    'bnVsbA.bnVsbA.AA',
  ])('refuses %j, which is no token', async (token) => {
    const { issuer, verify } = publishing(first);
    await expect(verify(token)).rejects.toMatchObject(refused('not a JSON Web Token'));
    expect(issuer.fetches).toBe(0);
  });

  it('refuses a token of more than 8192 characters, and shows none in what it says', async () => {
    const { verify, claims } = publishing(first);
    const long = await first.sign(claims({ darkroom_key: 'painters', more: 'x'.repeat(8192) }));
    await expect(verify(long)).rejects.toMatchObject(refused('8192'));
    const unknown = await second.sign(claims());
    await expect(verify(unknown)).rejects.not.toMatchObject({ message: expect.stringContaining('eyJh') });
  });

  it('fetches no keys for a token that is not for this stage, not for now, or signed in another way', async () => {
    const { issuer, verify, claims } = publishing(first);
    const stray = [{ iss: 'https://other.example' }, { aud: 'other' }, { exp: 1 }, { nbf: 9_999_999_999 }];
    for (const own of stray) await expect(verify(await second.sign({ ...claims(), ...own }))).rejects.toThrow();
    const odd = await createIssuerKey('odd', 'ES384');
    await expect(verify(await odd.sign(claims()))).rejects.toMatchObject(refused('RS256, PS256, ES256, EdDSA'));
    expect(issuer.fetches).toBe(0);
  });

  it('takes tokens of a new key at once, and those of the old one while it is published', async () => {
    const { issuer, verify, claims } = publishing(first);
    const old = await first.sign(claims());
    await verify(old);
    issuer.keys = [first, second];
    expect(await verify(await second.sign(claims()))).toMatchObject({ isAdmin: false });
    expect(await verify(old)).toMatchObject({ isAdmin: false });
    expect(issuer.fetches).toBe(2);
  });

  it('takes tokens of a new key that has the name of the old one, or no name', async () => {
    for (const kid of ['same', undefined]) {
      const [old, replacing] = await Promise.all([createIssuerKey(kid), createIssuerKey(kid)]);
      const { issuer, verify, claims } = publishing(old);
      await verify(await old.sign(claims()));
      issuer.keys = [replacing];
      expect(await verify(await replacing.sign(claims()))).toMatchObject({ isAdmin: false });
      await expect(verify(await old.sign(claims()))).rejects.toMatchObject(refused('signature'));
    }
  });

  it('takes a token that names none of several keys, by whichever of them it is signed', async () => {
    const keys = await Promise.all([createIssuerKey(), createIssuerKey(), createIssuerKey()]);
    const { issuer, verify, claims } = publishing(...keys);
    for (const key of keys) expect(await verify(await key.sign(claims()))).toMatchObject({ isAdmin: false });
    expect(issuer.fetches).toBe(1);
    const other = await createIssuerKey();
    await expect(verify(await other.sign(claims()))).rejects.toMatchObject(refused('signature'));
  });

  it('takes a key that is no longer published for ten minutes more, and not longer', async () => {
    const { clock, issuer, verify, claims } = publishing(first);
    const old = await first.sign(claims());
    await verify(old);
    issuer.keys = [second];
    clock.advance(599);
    expect(await verify(old)).toMatchObject({ isAdmin: false });
    clock.advance(1);
    await expect(verify(old)).rejects.toMatchObject(refused("not among its issuer's keys"));
  });

  it('loads the issuer with no more than a fetch a minute for a flood of keys that are made up', async () => {
    const { clock, issuer, verify, claims } = publishing(first);
    const good = await first.sign(claims());
    await verify(good);
    for (let second = 0; second < 600; second += 1) {
      const made = await Promise.all(
        [first, rsa].map((key, n) => key.sign(claims(), { kid: `made-up-${second}-${n}` })),
      );
      const outcomes = await Promise.allSettled([...made.map(verify), verify(good)]);
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
      clock.advance(1);
    }
    expect(issuer.fetches).toBeLessThan(18);
  });

  it('is unavailable where the keys can not be had, and uses the old ones for an hour', async () => {
    const { clock, issuer, verify, claims } = publishing(first);
    const token = await first.sign({ ...claims(), exp: clock.now() / 1000 + 9000 });
    issuer.down = true;
    await expect(verify(token)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
    issuer.down = false;
    clock.advance(1);
    await verify(token);
    issuer.down = true;
    clock.advance(600 + 3599);
    expect(await verify(token)).toMatchObject({ isAdmin: false });
    await expect(verify(await second.sign(claims()))).rejects.toMatchObject({ code: 'unavailable' });
    clock.advance(1);
    await expect(verify(token)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('refuses a key that is too short to be used', async () => {
    const { issuer, verify, claims } = publishing();
    const { n = '' } = rsa.jwk;
    issuer.keys = [{ ...rsa, jwk: { ...rsa.jwk, n: n.slice(0, 170) } }];
    await expect(verify(await rsa.sign(claims()))).rejects.toMatchObject(refused('can not be used'));
  });

  it('keeps a shared secret for five minutes, and takes a new one with the first token that is signed by it', async () => {
    const { clock, state, verify, sign } = sharing();
    await verify(await sign());
    clock.advance(299);
    await verify(await sign());
    expect(state.reads).toBe(1);
    state.text = `another-${secretText}`;
    expect(await verify(await sign())).toMatchObject({ isAdmin: false });
    expect(state.reads).toBe(2);
    await expect(verify(await sign({}, secretText))).rejects.toMatchObject(refused('signature'));
    clock.advance(300);
    await verify(await sign());
    expect(state.reads).toBe(4);
  });

  it('is unavailable where the shared secret is too short to be one', async () => {
    const { state, verify, sign } = sharing();
    state.text = 'x'.repeat(31);
    await expect(verify(await sign())).rejects.toMatchObject({ code: 'unavailable' });
  });
});
