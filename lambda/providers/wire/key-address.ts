/**
 * A follow-up URL from a provider's answer (to poll, fetch or cancel), if the API key may be sent there: to the origin
 * that the stage configures for the provider, or by https to a known host of the provider. Undefined for all others:
 * otherwise anyone who controls an answer could redirect the key (credential exfiltration).
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
