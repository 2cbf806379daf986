import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createAuthenticationDependencies } from '../../../../lambda/handlers/composition/authentication-dependencies.ts';
import { createFixedClock } from '../../../support/fixed-clock.ts';
import { scriptedAws } from '../../../support/scripted-aws.ts';
import { claimSettings } from '../../../support/token-issuer.ts';

const recorded: unknown[] = [];
const parts = {
  dynamo: new DynamoDBClient(scriptedAws(() => ({ body: {} }))),
  clock: createFixedClock(),
  telemetry: { record: (code: string, fields: object) => void recorded.push([code, fields]) },
};

describe('createAuthenticationDependencies', () => {
  it('takes no token on a stage without settings for them', async () => {
    const { tokens } = createAuthenticationDependencies({ KEYS_TABLE: 'keys', TOKENS: 'none' }, parts);
    const message = 'This stage takes no tokens: send a virtual key.';
    await expect(tokens.verify('eyJ.eyJ.x')).rejects.toMatchObject({ code: 'invalid_token', message });
  });

  it('proves tokens by the settings of the stage, and tells where their keys can not be had', async () => {
    // Nobody listens at port 1.
    const keys = { jwksUrl: 'http://127.0.0.1:1/jwks', algorithms: ['ES256'] };
    const { tokens } = createAuthenticationDependencies(
      { KEYS_TABLE: 'keys', TOKENS: { ...claimSettings, keys } },
      parts,
    );
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
