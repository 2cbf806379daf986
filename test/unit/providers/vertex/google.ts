import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { ProviderFailure } from '../../../../lambda/domain/failure.ts';
import type { OutgoingRequest, SendRequest } from '../../../../lambda/domain/send-request.ts';

export const baseUrl = 'https://aiplatform.googleapis.com/v1';

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const publicKey: KeyObject = pair.publicKey;
export const privatePem: string = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A service account's key as Google writes it, with what a test changes of it. */
export const serviceAccount = (changes: object = {}): string =>
  JSON.stringify({
    type: 'service_account',
    project_id: 'some-project',
    private_key_id: 'kid-1',
    private_key: privatePem,
    client_email: 'images@some-project.iam.gserviceaccount.com',
    token_uri: 'https://oauth2.googleapis.com/token',
    ...changes,
  });

export const audience =
  '//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/pool/providers/aws';
export const impersonationUrl =
  'https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/images@some-project.iam.gserviceaccount.com:generateAccessToken';

/** A federation's configuration as `gcloud iam workload-identity-pools create-cred-config --aws` writes it. */
export const federation = (changes: object = {}, source: object = {}): string =>
  JSON.stringify({
    type: 'external_account',
    audience,
    subject_token_type: 'urn:ietf:params:aws:token-type:aws4_request',
    token_url: 'https://sts.googleapis.com/v1/token',
    service_account_impersonation_url: impersonationUrl,
    credential_source: {
      environment_id: 'aws1',
      regional_cred_verification_url: 'https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15',
      ...source,
    },
    ...changes,
  });

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A network in which each host answers as the script says; what was sent is kept. */
export function scriptedNetwork(answer: (request: OutgoingRequest) => ScriptedAnswer | Promise<ScriptedAnswer>) {
  const sent: OutgoingRequest[] = [];
  const send: SendRequest = async (request) => {
    sent.push(request);
    const { status = 200, headers = {}, body } = await answer(request);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return {
      status,
      headers,
      body: (async function* () {
        yield Buffer.from(text);
      })(),
    };
  };
  return { sent, send };
}

/** The form that was sent. */
export const formOf = (request: OutgoingRequest | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(new URLSearchParams(Buffer.from(request?.body as Uint8Array).toString('utf8')));

/** What a promise fails with, which must be a provider's failure. */
export async function failureOf(work: Promise<unknown>): Promise<ProviderFailure> {
  const error = await work.then(
    () => new Error('It did not fail.'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProviderFailure) return error;
  throw error;
}

/** All that a failure tells anybody: the caller, and the log. */
export const toldBy = (failure: ProviderFailure): string => `${failure.message}\n${failure.cause}\n${failure.stack}`;
