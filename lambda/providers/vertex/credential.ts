import { createPrivateKey, type KeyObject } from 'node:crypto';
import { ProviderFailure } from '../../domain/failure.ts';
import { fieldOf, parseJson, textOf } from '../wire/json-fields.ts';
import { addressForKey } from '../wire/key-address.ts';

/** A service account's own key. https://docs.cloud.google.com/iam/docs/keys-create-delete */
export interface ServiceAccountKey {
  readonly type: 'service_account';
  readonly email: string;
  readonly keyId: string | undefined;
  readonly privateKey: KeyObject;
  /** Where a signed assertion becomes an access token. */
  readonly tokenUrl: string;
}

/**
 * How the gateway's role in AWS becomes a Google identity (workload identity federation); no secret is in it.
 * https://google.aip.dev/auth/4117
 */
export interface FederatedRole {
  readonly type: 'external_account';
  /** The pool's provider, to which the role is known. */
  readonly audience: string;
  /** Where a signed request to AWS becomes an access token. */
  readonly tokenUrl: string;
  /** Where that token becomes one of a service account; undefined where the role itself has the permissions. */
  readonly impersonationUrl: string | undefined;
  /**
   * The origin of the AWS STS endpoint that Google calls to verify the signer. `{region}` is replaced by the gateway's
   * region.
   */
  readonly verifier: string;
}

export type GoogleCredential = ServiceAccountKey | FederatedRole;

export const awsTokenType = 'urn:ietf:params:aws:token-type:aws4_request';

/**
 * Parses the credential in the format of Google's tools. `baseUrl` is the stage's URL of the provider: its origin is
 * allowed beside Google's own hosts, and no other. Throws ProviderFailure `auth`, which names a field and never its
 * value.
 */
export function readCredential(text: string, baseUrl: string): GoogleCredential {
  const json = parseJson(text);
  const type = textOf(json, 'type');
  if (type === 'service_account') return readServiceAccount(json, baseUrl);
  if (type === 'external_account') return readFederatedRole(json, baseUrl);
  throw unusable('it is neither a service account key nor a federation configuration in JSON');
}

function readServiceAccount(json: unknown, baseUrl: string): ServiceAccountKey {
  return {
    type: 'service_account',
    email: required(json, 'client_email'),
    keyId: textOf(json, 'private_key_id'),
    privateKey: privateKeyOf(required(json, 'private_key')),
    tokenUrl: googleAddress('token_uri', required(json, 'token_uri'), baseUrl),
  };
}

function readFederatedRole(json: unknown, baseUrl: string): FederatedRole {
  const source = fieldOf(json, 'credential_source');
  if (required(json, 'subject_token_type') !== awsTokenType || textOf(source, 'environment_id') !== 'aws1') {
    throw unusable('its federation is not for an AWS role');
  }
  const impersonation = textOf(json, 'service_account_impersonation_url');
  return {
    type: 'external_account',
    audience: required(json, 'audience'),
    tokenUrl: googleAddress('token_url', required(json, 'token_url'), baseUrl),
    impersonationUrl: impersonation && googleAddress('service_account_impersonation_url', impersonation, baseUrl),
    verifier: verifierOf(required(source, 'regional_cred_verification_url')),
  };
}

function required(json: unknown, field: string): string {
  const value = textOf(json, field);
  if (value === undefined) throw unusable(`it has no ${field}`);
  return value;
}

function privateKeyOf(pem: string): KeyObject {
  const key = attempt(() => createPrivateKey(pem));
  if (key?.asymmetricKeyType !== 'rsa') throw unusable('its private_key is not an RSA key in PEM');
  return key;
}

/** Errors of a key that can't be read are left out on purpose: they may quote from it. */
function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

const isGoogleHost = (host: string): boolean => host.endsWith('.googleapis.com');

function googleAddress(field: string, address: string, baseUrl: string): string {
  const allowed = addressForKey(address, baseUrl, isGoogleHost);
  if (allowed === undefined) throw unusable(`its ${field} is not an https URL at googleapis.com`);
  return allowed;
}

/** Only AWS STS: a request signed for another service could do more than prove who signed it. */
function verifierOf(address: string): string {
  const [origin] =
    /^https:\/\/sts\.(?:(?:\{region\}|[a-z0-9-]+)\.)?amazonaws\.com(?:\.cn)?(?=[/?]|$)/.exec(address) ?? [];
  if (origin === undefined) throw unusable("its regional_cred_verification_url is not a URL of AWS's token service");
  return origin;
}

const unusable = (why: string): ProviderFailure =>
  new ProviderFailure('auth', `The credential stored for the provider can't be used: ${why}.`);
