import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { ProviderFailure } from '../../domain/failure.ts';
import { isLinkLocalAddress, isPublicAddress } from './public-address.ts';

/** SSRF guard: how it resolves host names: `dns.lookup` for all addresses of a host. */
export type LookupAll = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface AddressGuard {
  /** Hosts, as `host:port`, that may have private addresses and use plain http. */
  readonly trustedHosts: readonly string[];
  /** @default dns.lookup */
  readonly lookup?: LookupAll;
  /** @default isPublicAddress */
  readonly isPublic?: (address: string) => boolean;
}

/**
 * Parses a URL from an untrusted source, and rejects what must not be requested from any host: another scheme, embedded
 * credentials, or an IP address that isn't public. Throws ProviderFailure `malformed`.
 */
export function guardedUrl(text: string, base: URL | undefined, guard: AddressGuard): URL {
  if (!URL.canParse(text, base?.href)) throw refusedAddress('it is not a valid URL');
  const url = new URL(text, base);
  const isTrusted = isTrustedHost(url, guard);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isTrusted)) throw refusedAddress('it is not https');
  if (url.username !== '' || url.password !== '') throw refusedAddress('it contains credentials');
  // An IP address in the URL is never resolved, so that this is the only place to check it.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) refuseAddress(host, host, isTrusted, guard);
  return url;
}

/**
 * The DNS lookup for a request to that URL. The connection uses exactly the addresses that were checked here, which
 * defeats DNS rebinding: a name that resolves differently after the check gains nothing. One forbidden address among
 * them refuses all.
 */
export function guardedLookup(url: URL, guard: AddressGuard): LookupFunction {
  const isTrusted = isTrustedHost(url, guard);
  const lookup: LookupAll = guard.lookup ?? systemLookup;
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      try {
        for (const { address } of addresses) refuseAddress(host, address, isTrusted, guard);
      } catch (refusal) {
        return done(refusal as Error, []);
      }
      const [first] = addresses;
      if (!first) return done(new Error('the host does not resolve'), []);
      return options.all ? done(null, addresses) : done(null, first.address, first.family);
    });
  };
}

function isTrustedHost(url: URL, { trustedHosts }: AddressGuard): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return trustedHosts.includes(`${url.hostname}:${port}`);
}

function refuseAddress(host: string, address: string, isTrusted: boolean, guard: AddressGuard): void {
  const isPublic = guard.isPublic ?? isPublicAddress;
  const mayBeAsked = isTrusted ? !isLinkLocalAddress(address) : isPublic(address);
  if (!mayBeAsked) throw refusedAddress('the host is not public', new Error(`${host} is at ${address}`));
}

/**
 * The provider has delivered, and so was paid; what it delivered leads to no image. The address itself stays untold.
 */
const refusedAddress = (why: string, cause?: Error): ProviderFailure =>
  new ProviderFailure('malformed', `The provider's image URL was not fetched: ${why}.`, {
    billed: 'yes',
    cause,
  });
