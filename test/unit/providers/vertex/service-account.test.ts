import { verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readCredential, type ServiceAccountKey } from '../../../../lambda/providers/vertex/credential.ts';
import { assertionOf, tokenOfServiceAccount } from '../../../../lambda/providers/vertex/service-account.ts';
import { createFixedClock } from '../../../support/fixed-clock.ts';
import { baseUrl, formOf, publicKey, scriptedNetwork, serviceAccount } from './google.ts';

const clock = createFixedClock();
const key = readCredential(serviceAccount(), baseUrl) as ServiceAccountKey;
const partsOf = (assertion: string) => {
  const [header = '', claims = '', signature = ''] = assertion.split('.');
  const json = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  return { header: json(header), claims: json(claims), signed: `${header}.${claims}`, signature };
};

describe('assertionOf', () => {
  const { header, claims, signed, signature } = partsOf(assertionOf(key, clock.now()));

  it('says who asks whom for what', () => {
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'kid-1' });
    expect(claims).toEqual({
      iss: 'images@some-project.iam.gserviceaccount.com',
      scope: 'https://www.googleapis.com/auth/cloud-platform',
      aud: 'https://oauth2.googleapis.com/token',
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
  });

  it("is signed by the account's key", () => {
    const check = (text: string) => verify('sha256', Buffer.from(text), publicKey, Buffer.from(signature, 'base64url'));
    expect(check(signed)).toBe(true);
    expect(check(`${signed}x`)).toBe(false);
  });

  it.each([-300, 0, 300])('is good for Google where the clock is off by %i seconds', (skew) => {
    const { claims } = partsOf(assertionOf(key, clock.now() + skew * 1000));
    const now = clock.now() / 1000;
    expect(claims.iat).toBeLessThanOrEqual(now);
    expect(claims.exp).toBeGreaterThan(now + 600);
    expect(claims.exp - claims.iat).toBeLessThanOrEqual(3600);
  });

  it('has whole seconds in its claims, and no key id where the file has none', () => {
    const { keyId: _, ...nameless } = key;
    const { header, claims } = partsOf(assertionOf({ ...nameless, keyId: undefined }, clock.now() + 1.5));
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT' });
    expect(Number.isInteger(claims.iat)).toBe(true);
  });
});

describe('tokenOfServiceAccount', () => {
  it('exchanges an assertion at the address of the key, and nothing else', async () => {
    const { sent, send } = scriptedNetwork(() => ({ body: { access_token: 'ya29.one', expires_in: 3599 } }));
    const granted = await tokenOfServiceAccount(key, clock.now(), send, AbortSignal.timeout(60_000));
    expect(granted).toEqual({ token: 'ya29.one', lifetimeSeconds: 3599 });
    expect(sent).toMatchObject([
      {
        method: 'POST',
        url: 'https://oauth2.googleapis.com/token',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
    ]);
    expect(formOf(sent[0])).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: assertionOf(key, clock.now()),
    });
  });
});
