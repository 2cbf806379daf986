/**
 * The project and the identities of a simulated customer of Google Cloud, with the files that Google's tools would
 * write for them. Sources: docs.cloud.google.com/iam/docs/keys-create-delete (a service account's key),
 * google.aip.dev/auth/4117 (the configuration of a federation with AWS).
 */
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';

export const simulatedProject = 'simulated-project';
export const accountEmail = `image-gateway@${simulatedProject}.iam.gserviceaccount.com`;
export const federationAudience =
  '//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/darkroom/providers/aws';

interface AccountKey {
  readonly id: string;
  readonly privatePem: string;
  readonly publicKey: KeyObject;
}

let made: AccountKey | undefined;

/** The account's key, which is made when it is first needed: no private key is kept in a file. */
export function accountKey(): AccountKey {
  if (made !== undefined) return made;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const id = createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  made = { id, privatePem, publicKey };
  return made;
}

/** A service account's key, whose tokens come from the simulator. */
export function serviceAccountFile(baseUrl: string): string {
  const { id, privatePem } = accountKey();
  const file = {
    type: 'service_account',
    project_id: simulatedProject,
    private_key_id: id,
    private_key: privatePem,
    client_email: accountEmail,
    client_id: '100000000000000000001',
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: `${baseUrl}/token`,
    universe_domain: 'googleapis.com',
  };
  return JSON.stringify(file, null, 2);
}

/** How a role in AWS becomes that service account. */
export function federationFile(baseUrl: string): string {
  const file = {
    universe_domain: 'googleapis.com',
    type: 'external_account',
    audience: federationAudience,
    subject_token_type: 'urn:ietf:params:aws:token-type:aws4_request',
    service_account_impersonation_url: `${baseUrl}/projects/-/serviceAccounts/${accountEmail}:generateAccessToken`,
    token_url: `${baseUrl}/sts/token`,
    credential_source: {
      environment_id: 'aws1',
      region_url: 'http://169.254.169.254/latest/meta-data/placement/availability-zone',
      url: 'http://169.254.169.254/latest/meta-data/iam/security-credentials',
      regional_cred_verification_url: 'https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15',
    },
  };
  return JSON.stringify(file, null, 2);
}
