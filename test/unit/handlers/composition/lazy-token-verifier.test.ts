import { describe, expect, it } from 'vitest';
import { createLazyTokenVerifier } from '../../../../lambda/handlers/composition/lazy-token-verifier.ts';
import { createFixedClock } from '../../../support/fixed-clock.ts';
import { claimSettings } from '../../../support/token-issuer.ts';

const recorded: unknown[] = [];
const parts = {
  clock: createFixedClock(),
  telemetry: { record: (code: string, fields: object) => void recorded.push([code, fields]) },
};

describe(createLazyTokenVerifier, () => {
  it('takes no token on a stage without settings for them', async () => {
    const message = 'This stage accepts no tokens: send a virtual key.';
    const verified = createLazyTokenVerifier('none', parts).verify('eyJ.eyJ.x');
    await expect(verified).rejects.toMatchObject({ code: 'invalid_token', message });
  });

  it('proves tokens by the settings of the stage, and tells where their keys can not be had', async () => {
    // Nobody listens at port 1.
    const keys = { jwksUrl: 'http://127.0.0.1:1/jwks', algorithms: ['ES256'] };
    const tokens = createLazyTokenVerifier({ ...claimSettings, keys }, parts);
    await expect(tokens.verify('eyJ.eyJ.x')).rejects.toMatchObject({ code: 'invalid_token' });
    expect(recorded).toEqual([]);
    const now = parts.clock.now() / 1000;
    const claims = { iss: claimSettings.issuer, aud: claimSettings.audience, exp: now + 60 };
    const [header, payload] = [{ alg: 'ES256' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    await expect(tokens.verify(`${header}.${payload}.AAAA`)).rejects.toMatchObject({ code: 'unavailable' });
    expect(recorded).toEqual([['token_keys_unavailable', { staleUsed: false }]]);
  });
});
