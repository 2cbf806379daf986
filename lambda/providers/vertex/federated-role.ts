import { ProviderFailure } from '../../domain/failure.ts';
import type { AwsRole } from '../../domain/ports.ts';
import type { SendRequest } from '../../domain/send-request.ts';
import type { JsonAnswer } from '../wire/json-exchange.ts';
import { textOf } from '../wire/json-fields.ts';
import { awsTokenType, type FederatedRole } from './credential.ts';
import { askForToken, type Granted, granted, grantedIn, scope } from './token-exchange.ts';

/**
 * Workload identity federation: exchanges the gateway's AWS role for a Google identity. An STS `GetCallerIdentity`
 * request is signed, and passed to Google's token service in place of a token (RFC 8693); where the configuration names
 * a service account, the result is exchanged once more.
 * https://docs.cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds
 */
export async function tokenOfFederatedRole(
  role: FederatedRole,
  aws: AwsRole | undefined,
  now: number,
  send: SendRequest,
  signal: AbortSignal,
): Promise<Granted> {
  const subject = await subjectTokenOf(role, aws);
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    audience: role.audience,
    scope,
    subject_token: subject,
    subject_token_type: awsTokenType,
  });
  const federated = grantedIn(await askForToken(send, { url: role.tokenUrl, body, secrets: [subject] }, signal));
  if (role.impersonationUrl === undefined) return federated;
  const { token } = federated;
  const request = { url: role.impersonationUrl, body: { scope: [scope] }, bearer: token, secrets: [token] };
  return impersonatedIn(await askForToken(send, request, signal), now);
}

/** The signed request in Google's format: as JSON, URL-encoded. https://google.aip.dev/auth/4117 */
export async function subjectTokenOf(role: FederatedRole, aws: AwsRole | undefined): Promise<string> {
  if (!aws) throw new ProviderFailure('auth', 'The gateway has no AWS role to authenticate to the provider with.');
  try {
    const region = await aws.region();
    const origin = role.verifier.replace('{region}', region);
    const url = `${origin}/?Action=GetCallerIdentity&Version=2011-06-15`;
    // The pool's name is signed too, so that the request is of no use anywhere else.
    const headers = { 'x-goog-cloud-target-resource': role.audience };
    const signed = await aws.sign({ method: 'POST', url, headers, region });
    const pairs = Object.entries(signed).map(([key, value]) => ({ key, value }));
    return encodeURIComponent(JSON.stringify({ url, method: 'POST', headers: pairs }));
  } catch (cause) {
    throw new ProviderFailure('overloaded', 'The gateway could not sign with its AWS role.', { cause });
  }
}

/** `{accessToken, expireTime}`; the time is read against the answer's own date, so that the clocks needn't agree. */
function impersonatedIn({ value, status, headers }: JsonAnswer, now: number): Granted {
  const answeredAt = Date.parse(headers.date ?? '');
  const until = Date.parse(textOf(value, 'expireTime') ?? '');
  const from = Number.isNaN(answeredAt) ? now : answeredAt;
  return granted(textOf(value, 'accessToken'), (until - from) / 1000, status);
}
