import { describe, expect, it } from 'vitest';
import type { AwsRole, UnsignedRequest } from '../../../../lambda/domain/ports.ts';
import type { OutgoingRequest } from '../../../../lambda/domain/send-request.ts';
import { type FederatedRole, readCredential } from '../../../../lambda/providers/vertex/credential.ts';
import { subjectTokenOf, tokenOfFederatedRole } from '../../../../lambda/providers/vertex/federated-role.ts';
import { createFixedClock } from '../../../support/fixed-clock.ts';
import {
  audience,
  baseUrl,
  failureOf,
  federation,
  formOf,
  impersonationUrl,
  type ScriptedAnswer,
  scriptedNetwork,
  toldBy,
} from './google.ts';

const clock = createFixedClock();
const role = (changes: object = {}) => readCredential(federation(changes), baseUrl) as FederatedRole;

function scriptedSigner() {
  const signed: UnsignedRequest[] = [];
  const signer: AwsRole = {
    region: async () => 'eu-central-1',
    sign: async (request) => {
      signed.push(request);
      return {
        ...request.headers,
        host: new URL(request.url).host,
        'x-amz-date': '20261120T120000Z',
        authorization: 'AWS4-HMAC-SHA256 signed',
      };
    },
  };
  return { signed, signer };
}

const answers =
  (impersonated: ScriptedAnswer) =>
  ({ url }: OutgoingRequest): ScriptedAnswer =>
    url.includes('sts.googleapis.com')
      ? { body: { access_token: 'ya29.d.federated', expires_in: 3600 } }
      : impersonated;
const oneHour = {
  headers: { date: new Date(clock.now() + 240_000).toUTCString() },
  body: { accessToken: 'ya29.c.account', expireTime: new Date(clock.now() + 240_000 + 3_600_000).toISOString() },
};
const tokenOf = (network: ReturnType<typeof scriptedNetwork>, signer: AwsRole | undefined, changes: object = {}) =>
  tokenOfFederatedRole(role(changes), signer, clock.now(), network.send, AbortSignal.timeout(60_000));

describe('subjectTokenOf', () => {
  it("signs the question who signs, at the region's own host and for the pool alone", async () => {
    const { signed, signer } = scriptedSigner();
    const url = 'https://sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15';
    const subject = JSON.parse(decodeURIComponent(await subjectTokenOf(role(), signer)));
    const headers = { 'x-goog-cloud-target-resource': audience };
    expect(signed).toEqual([{ method: 'POST', url, headers, region: 'eu-central-1' }]);
    expect(subject).toEqual({
      url,
      method: 'POST',
      headers: [
        { key: 'x-goog-cloud-target-resource', value: audience },
        { key: 'host', value: 'sts.eu-central-1.amazonaws.com' },
        { key: 'x-amz-date', value: '20261120T120000Z' },
        { key: 'authorization', value: 'AWS4-HMAC-SHA256 signed' },
      ],
    });
  });

  it('is refused without a role to sign with', async () => {
    expect(await failureOf(subjectTokenOf(role(), undefined))).toMatchObject({ kind: 'auth', billed: 'no' });
  });

  it('may be tried again where signing failed', async () => {
    const { signer } = scriptedSigner();
    const sign = async () => Promise.reject(new Error('no credentials'));
    expect(await failureOf(subjectTokenOf(role(), { ...signer, sign }))).toMatchObject({ kind: 'overloaded' });
  });
});

describe('tokenOfFederatedRole', () => {
  it('exchanges the signed request for a token, and that for one of the service account', async () => {
    const { signer } = scriptedSigner();
    const network = scriptedNetwork(answers(oneHour));
    expect(await tokenOf(network, signer)).toEqual({ token: 'ya29.c.account', lifetimeSeconds: 3600 });
    const [exchange, impersonation] = network.sent;
    expect(exchange).toMatchObject({ method: 'POST', url: 'https://sts.googleapis.com/v1/token' });
    expect(exchange?.headers).not.toHaveProperty('authorization');
    expect(formOf(exchange)).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      audience,
      scope: 'https://www.googleapis.com/auth/cloud-platform',
      subject_token: await subjectTokenOf(role(), signer),
      subject_token_type: 'urn:ietf:params:aws:token-type:aws4_request',
    });
    expect(impersonation).toMatchObject({
      method: 'POST',
      url: impersonationUrl,
      headers: { authorization: 'Bearer ya29.d.federated', 'content-type': 'application/json' },
    });
    expect(JSON.parse(Buffer.from(impersonation?.body as Uint8Array).toString())).toEqual({
      scope: ['https://www.googleapis.com/auth/cloud-platform'],
    });
    expect(network.sent).toHaveLength(2);
  });

  it('stops at the first token where the configuration names no service account', async () => {
    const network = scriptedNetwork(answers(oneHour));
    const granted = await tokenOf(network, scriptedSigner().signer, { service_account_impersonation_url: undefined });
    expect(granted).toEqual({ token: 'ya29.d.federated', lifetimeSeconds: 3600 });
    expect(network.sent).toHaveLength(1);
  });

  it("reads the token's end against its own clock where the answer has no date", async () => {
    const body = { accessToken: 'ya29.c.account', expireTime: new Date(clock.now() + 600_000).toISOString() };
    const network = scriptedNetwork(answers({ body }));
    expect(await tokenOf(network, scriptedSigner().signer)).toMatchObject({ lifetimeSeconds: 600 });
  });

  it('repeats no token where the service account is refused', async () => {
    const message = 'Permission denied to ya29.d.federated on images@some-project.iam.gserviceaccount.com.';
    const body = { error: { code: 403, message, status: 'PERMISSION_DENIED' } };
    const failure = await failureOf(tokenOf(scriptedNetwork(answers({ status: 403, body })), scriptedSigner().signer));
    expect(failure).toMatchObject({ kind: 'auth', statusCode: 403, billed: 'no' });
    expect(failure.message).toBe("The provider refused the gateway's credential (PERMISSION_DENIED).");
    expect(toldBy(failure)).toContain('Permission denied to [removed] on [removed].');
  });
});
