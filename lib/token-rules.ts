import { signingAlgorithms } from '../lambda/contract/token-settings.ts';
import type { ResolvedTokens } from './token-settings.ts';

/** A sentence for each rule that a stage's tokens break. */
export function brokenTokens(tokens: ResolvedTokens | undefined): readonly string[] {
  if (tokens === undefined) return [];
  const { issuer, audience, keys, virtualKeyClaim, adminClaim } = tokens;
  return [
    ...brokenText('issuer', issuer, 256),
    ...brokenText('audience', audience, 256),
    ...brokenText('virtualKeyClaim', virtualKeyClaim, 128),
    ...brokenText('adminClaim.name', adminClaim.name, 128),
    ...brokenText('adminClaim.value', adminClaim.value, 128),
    ...[virtualKeyClaim, adminClaim.name].filter(isRegistered).map(registered),
    ...unless(
      virtualKeyClaim !== adminClaim.name,
      `tokens.virtualKeyClaim and tokens.adminClaim.name are both ${virtualKeyClaim}: use different claims, or a token that names a key could make an admin.`,
    ),
    ...(keys === 'shared_secret' ? [] : brokenKeys(keys)),
  ];
}

const brokenText = (name: string, text: unknown, most: number): readonly string[] =>
  unless(
    typeof text === 'string' && text.length <= most && /^[!-~]+$/.test(text),
    `tokens.${name} must be 1 to ${most} visible ASCII characters.`,
  );

/** They mean something else in every token. RFC 7519, section 4.1. */
const isRegistered = (claim: string): boolean => ['iss', 'aud', 'exp', 'nbf', 'iat', 'jti'].includes(claim);

const registered = (claim: string): string =>
  `tokens: the claim ${claim} has a registered meaning in every token; choose another one for a virtual key or an admin.`;

function brokenKeys(keys: Exclude<ResolvedTokens['keys'], string>): readonly string[] {
  if (typeof keys !== 'object') return ["tokens.keys must be { jwksUrl } or 'shared_secret'."];
  const { jwksUrl, algorithms } = keys;
  const known: readonly string[] = signingAlgorithms;
  return [
    ...unless(
      isKeyAddress(jwksUrl),
      'tokens.keys.jwksUrl must be an https URL (http only on 127.0.0.1) of up to 512 characters, without credentials or fragment.',
    ),
    ...unless(
      Array.isArray(algorithms) && algorithms.length > 0 && algorithms.every((each) => known.includes(each)),
      `tokens.keys.algorithms must be a selection of ${signingAlgorithms.join(', ')}.`,
    ),
  ];
}

/** The host of this URL decides who is an admin, so plain http is for loopback alone. */
function isKeyAddress(text: unknown): boolean {
  if (typeof text !== 'string' || text.length > 512 || !URL.canParse(text)) return false;
  const url = new URL(text);
  const isPrivate = url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === '127.0.0.1');
  return isPrivate && [url.username, url.password, url.hash].every((part) => part === '');
}

const unless = (holds: boolean, otherwise: string): readonly string[] => (holds ? [] : [otherwise]);
