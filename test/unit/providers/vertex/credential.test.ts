import { describe, expect, it } from 'vitest';
import { readCredential } from '../../../../lambda/providers/vertex/credential.ts';
import { baseUrl, failureOf, federation, privatePem, serviceAccount, toldBy } from './google.ts';

const read = (text: string, at = baseUrl) => readCredential(text, at);
const refusal = (text: string) => failureOf(Promise.resolve().then(() => read(text)));

describe('readCredential', () => {
  it("reads a service account's key", () => {
    expect(read(serviceAccount())).toMatchObject({
      type: 'service_account',
      email: 'images@some-project.iam.gserviceaccount.com',
      keyId: 'kid-1',
      tokenUrl: 'https://oauth2.googleapis.com/token',
    });
  });

  it("reads a federation's configuration, with and without a service account", () => {
    expect(read(federation())).toMatchObject({
      type: 'external_account',
      tokenUrl: 'https://sts.googleapis.com/v1/token',
      verifier: 'https://sts.{region}.amazonaws.com',
    });
    const alone = read(federation({ service_account_impersonation_url: undefined }));
    expect(alone).toMatchObject({ impersonationUrl: undefined });
  });

  it.each([
    ['https://sts.amazonaws.com', 'https://sts.amazonaws.com'],
    ['https://sts.eu-west-1.amazonaws.com/?Action=DeleteEverything', 'https://sts.eu-west-1.amazonaws.com'],
    ['https://sts.{region}.amazonaws.com.cn?Action=GetCallerIdentity', 'https://sts.{region}.amazonaws.com.cn'],
  ])('takes of %s the origin alone', (regional_cred_verification_url, verifier) => {
    expect(read(federation({}, { regional_cred_verification_url }))).toMatchObject({ verifier });
  });

  it.each([
    'http://oauth2.googleapis.com/token',
    'https://oauth2.googleapis.com:8443/token',
    'https://googleapis.com.attacker.example/token',
    'https://oauth2-googleapis.com/token',
    'https://user:word@oauth2.googleapis.com/token',
    'https://169.254.169.254/token',
    'http://127.0.0.1:9/token',
    'oauth2.googleapis.com/token',
  ])('hands nothing to %s', async (address) => {
    for (const text of [
      serviceAccount({ token_uri: address }),
      federation({ token_url: address }),
      federation({ service_account_impersonation_url: address }),
    ]) {
      const failure = await refusal(text);
      expect(failure).toMatchObject({ kind: 'auth', billed: 'no' });
      expect(failure.message).toMatch(
        /its (token_uri|token_url|service_account_impersonation_url) is not an https URL/,
      );
    }
  });

  it('hands to the origin that the stage configures', () => {
    const text = serviceAccount({ token_uri: 'http://127.0.0.1:4711/vertex/token' });
    expect(read(text, 'http://127.0.0.1:4711/vertex/v1')).toMatchObject({ type: 'service_account' });
    expect(() => read(text, 'http://127.0.0.1:4712/vertex/v1')).toThrow('token_uri');
  });

  it.each([
    'https://iam.amazonaws.com/?Action=CreateUser',
    'https://sts.amazonaws.com.attacker.example',
    'http://sts.amazonaws.com',
    'https://sts.a/b.amazonaws.com',
  ])('signs nothing for %s', async (regional_cred_verification_url) => {
    const failure = await refusal(federation({}, { regional_cred_verification_url }));
    expect(failure.message).toContain("regional_cred_verification_url is not a URL of AWS's token service");
  });

  it.each([
    ['a bare key', 'AIzaSyA-0123456789', 'neither a service account'],
    ['a list', '[]', 'neither a service account'],
    ['a user', JSON.stringify({ type: 'authorized_user' }), 'neither a service account'],
    ['a key without an address', serviceAccount({ token_uri: '' }), 'no token_uri'],
    ['a key without an account', serviceAccount({ client_email: undefined }), 'no client_email'],
    ['a key without a key', serviceAccount({ private_key: undefined }), 'no private_key'],
    ['a key that is none', serviceAccount({ private_key: privatePem.slice(0, 300) }), 'not an RSA key in PEM'],
    ['a federation with Azure', federation({}, { environment_id: 'azure1' }), 'not for an AWS role'],
    ['a federation by tokens', federation({ subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' }), 'AWS role'],
    ['a federation without a pool', federation({ audience: undefined }), 'no audience'],
  ])('refuses %s, and quotes nothing of it', async (_what, text, why) => {
    const failure = await refusal(text);
    expect(failure).toMatchObject({ kind: 'auth', billed: 'no' });
    expect(failure.message).toContain(why);
    const quoted = [...privatePem.split('\n').filter(Boolean), 'AIzaSyA', 'gserviceaccount', 'workloadIdentityPools'];
    for (const part of quoted) expect(toldBy(failure)).not.toContain(part);
  });
});
