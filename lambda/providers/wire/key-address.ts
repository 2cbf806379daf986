/**
 * An address that a provider gave for the rest of a conversation, if the credential may go there: to the origin that the
 * stage configures for the provider, or by https to a host that is known to be the provider's. Undefined for all others,
 * since whoever can word an answer could else send the key anywhere.
 */
export function addressForKey(
  address: string | undefined,
  baseUrl: string,
  isOwnHost: (host: string) => boolean,
): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return undefined;
  const isConfigured = url.origin === new URL(baseUrl).origin;
  const isOwn = url.protocol === 'https:' && url.port === '' && isOwnHost(url.hostname);
  return isConfigured || isOwn ? url.href : undefined;
}
