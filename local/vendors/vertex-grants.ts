/**
 * Google's token services: oauth2.googleapis.com for assertions, sts.googleapis.com for a federation, and
 * iamcredentials.googleapis.com for service accounts. Sources:
 * developers.google.com/identity/protocols/oauth2/service-account (claims, errors), google.aip.dev/auth/4117 (the
 * signed request to AWS), docs.cloud.google.com/iam/docs/reference/sts/rest and /credentials/rest.
 */
import { verify } from 'node:crypto';
import { geminiError } from './gemini-errors.ts';
import { refuse } from './generate-content.ts';
import type { ReceivedRequest } from './received-request.ts';
import { jsonAnswer, type WirePlan, type WireRoute } from './vendor-wire.ts';
import { accountEmail, accountKey, federationAudience } from './vertex-account.ts';
import { giveToken, tokenSeconds } from './vertex-tokens.ts';

const scope = 'https://www.googleapis.com/auth/cloud-platform';

/** A token service's route. The ledger doesn't record its requests. */
const tokenRoute = (path: string, plan: WireRoute['plan']): WireRoute => ({
  method: 'POST',
  path,
  operation: 'token',
  describe: () => ({}),
  plan,
});

const fieldsOf = ({ body }: ReceivedRequest): Readonly<Record<string, string>> =>
  body.kind === 'form' ? Object.fromEntries(body.fields) : {};

const reply = (value: object): WirePlan => ({ kind: 'reply', answer: jsonAnswer(200, value) });

/** OAuth's own form of an error (RFC 6749, 5.2). */
const refuseGrant = (error: string, description: string): WirePlan =>
  refuse(jsonAnswer(400, { error, error_description: description }));

/** A service account's assertion for an access token. */
const assertionGrant = tokenRoute('/token', async (request, vendor) => {
  const { grant_type, assertion = '' } = fieldsOf(request);
  if (grant_type !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
    return refuseGrant('unsupported_grant_type', `Invalid grant_type: ${grant_type}`);
  }
  const wrong = wrongInAssertion(assertion, `${vendor.baseUrl()}/token`);
  if (wrong !== undefined) return refuseGrant('invalid_grant', wrong);
  return reply({ access_token: giveToken('access', accountEmail), expires_in: tokenSeconds, token_type: 'Bearer' });
});

function wrongInAssertion(assertion: string, audience: string): string | undefined {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const header = jsonOf(Buffer.from(head, 'base64url').toString('utf8'));
  const claims = jsonOf(Buffer.from(body, 'base64url').toString('utf8'));
  const { id, publicKey } = accountKey();
  const signed = verify('sha256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'));
  if (header.alg !== 'RS256' || header.kid !== id || !signed) return 'Invalid JWT Signature.';
  if (claims.iss !== accountEmail) return 'Invalid issuer: Not found.';
  if (claims.aud !== audience) return 'Invalid JWT: Failed audience check.';
  if (claims.scope !== scope) return 'Invalid OAuth scope or ID token audience provided.';
  const now = Date.now() / 1000;
  const [from, until] = [Number(claims.iat), Number(claims.exp)];
  const isTimely = from <= now && now < until && until - from <= 3600;
  return isTimely
    ? undefined
    : 'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.';
}

/** A request to AWS that a role has signed for a federated token. Only AWS could check its signature. */
const federationGrant = tokenRoute('/sts/token', async (request) => {
  const { grant_type, audience, subject_token = '', subject_token_type, scope: wanted } = fieldsOf(request);
  if (grant_type !== 'urn:ietf:params:oauth:grant-type:token-exchange') {
    return refuseGrant('unsupported_grant_type', 'The grant type is not supported.');
  }
  if (audience !== federationAudience || wanted !== scope) {
    return refuseGrant('invalid_request', `Invalid value for "audience" or "scope": ${audience}.`);
  }
  const isAws = subject_token_type === 'urn:ietf:params:aws:token-type:aws4_request';
  if (!isAws || !isSignedForUs(subject_token)) {
    return refuseGrant('invalid_grant', 'Unable to parse or verify the given AWS GetCallerIdentity token.');
  }
  return reply({
    access_token: giveToken('federated', 'aws'),
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: tokenSeconds,
  });
});

function isSignedForUs(subject: string): boolean {
  const { url, method, headers } = jsonOf(decodeURIComponent(subject));
  const pairs = Array.isArray(headers) ? (headers as { key: string; value: string }[]) : [];
  const header = new Headers(pairs.map(({ key, value }) => [key, value]));
  const authorization =
    /^AWS4-HMAC-SHA256 Credential=\S+\/\d{8}\/([a-z0-9-]+)\/sts\/aws4_request, SignedHeaders=(\S+), Signature=[0-9a-f]{64}$/.exec(
      header.get('authorization') ?? '',
    );
  const [, region = '', signed = ''] = authorization ?? [];
  const host = `sts.${region}.amazonaws.com`;
  return (
    method === 'POST' &&
    url === `https://${host}/?Action=GetCallerIdentity&Version=2011-06-15` &&
    header.get('host') === host &&
    header.get('x-goog-cloud-target-resource') === federationAudience &&
    ['host', 'x-amz-date', 'x-goog-cloud-target-resource'].every((name) => signed.split(';').includes(name))
  );
}

/** A federated token, which has let the request in, for one of a service account. */
const impersonation = tokenRoute('/projects/-/serviceAccounts/:call', async ({ path, body }) => {
  if (decodeURIComponent(path.split('/').at(-1) ?? '') !== `${accountEmail}:generateAccessToken`) {
    return refuse(geminiError(403, "Permission 'iam.serviceAccounts.getAccessToken' denied on resource."));
  }
  const wanted = body.kind === 'json' ? (body.value as { scope?: unknown }).scope : undefined;
  if (!Array.isArray(wanted) || wanted[0] !== scope) return refuse(geminiError(400, 'Scope required.'));
  const expireTime = new Date(Date.now() + tokenSeconds * 1000).toISOString();
  return reply({ accessToken: giveToken('access', accountEmail), expireTime });
});

export const tokenRoutes: readonly WireRoute[] = [assertionGrant, federationGrant, impersonation];

function jsonOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
