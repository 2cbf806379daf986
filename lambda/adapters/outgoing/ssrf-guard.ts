import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isLinkLocalAddress, isPublicAddress } from './public-address.ts';
import { type RefusalReason, TransferRefused } from './transfer-refused.ts';

/** SSRF guard: how it resolves host names: `dns.lookup` for all addresses of a host. */
export type LookupAll = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface AddressGuard {
  /** Hosts, as `host:port`, that may have private addresses and use plain http. */
  readonly trustedHosts: readonly string[];
  /**
   * Whether hosts that aren't trusted are asked on port 443 alone, and addresses refused that some parsers read otherwise: for
   * those that callers give.
   * @default - any port, and whatever makes a URL
   */
  readonly isStrict?: true;
  /** @default dns.lookup */
  readonly lookup?: LookupAll;
  /** @default isPublicAddress */
  readonly isPublic?: (address: string) => boolean;
}

/**
 * Parses a URL from an untrusted source, and rejects what must not be requested from any host: another scheme, embedded
 * credentials, or an IP address that isn't public. Throws TransferRefused.
 */
export function guardedUrl(text: string, base: URL | undefined, guard: AddressGuard): URL {
  if (guard.isStrict && ambiguous.test(text)) {
    throw new TransferRefused('spelling', 'the address contains a space, a control character or a backslash');
  }
  if (!URL.canParse(text, base?.href)) throw refusedAddress('not_a_url');
  const url = new URL(text, base);
  const isTrusted = isTrustedHost(url, guard);
  const flaw = isTrusted ? flawOf(url, ['http:', 'https:']) : flawOf(url, ['https:'], guard.isStrict);
  if (flaw) throw refusedAddress(flaw);
  // An IP address in the URL is never resolved, so that this is the only place to check it.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !mayConnect(host, isTrusted, guard)) throw refusedAddress('not_public');
  return url;
}

/** What URL parsers drop, encode or take for a slash, each in its own way. */
const ambiguous = /[\p{Cc}\p{Z}\\]/u;

function flawOf(url: URL, schemes: readonly string[], isStrict = false): keyof typeof flaws | undefined {
  if (!schemes.includes(url.protocol)) return 'not_https';
  if (url.username !== '' || url.password !== '') return 'credentials';
  return isStrict && url.port !== '' ? 'port' : undefined;
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
      // The system gives no list beside an error.
      const first = error ? undefined : addresses[0];
      if (!first) return done(notResolved(error, guard), []);
      const forbidden = addresses.find(({ address }) => !mayConnect(address, isTrusted, guard));
      if (forbidden) return done(privateName(host, forbidden.address), []);
      return options.all ? done(null, addresses) : done(null, first.address, first.family);
    });
  };
}

function isTrustedHost(url: URL, { trustedHosts }: AddressGuard): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return trustedHosts.includes(`${url.hostname}:${port}`);
}

function mayConnect(address: string, isTrusted: boolean, { isPublic = isPublicAddress }: AddressGuard): boolean {
  return isTrusted ? !isLinkLocalAddress(address) : isPublic(address);
}

/**
 * A name from a caller that doesn't exist is refused as fast as one with a private address: tried again, the time until its failure
 * would tell them apart.
 */
function notResolved(error: NodeJS.ErrnoException | null, { isStrict }: AddressGuard): Error {
  if (!error) return new Error('the host does not resolve');
  return isStrict && error.code === 'ENOTFOUND'
    ? new TransferRefused('unreachable', error.code, { cause: error })
    : error;
}

const privateName = (host: string, address: string): TransferRefused =>
  new TransferRefused('not_public', flaws.not_public, {
    cause: new Error(`${host} is at ${address}`),
    revealsName: true,
  });

const flaws = {
  not_a_url: 'the address is not a valid URL',
  not_https: 'the address is not https',
  credentials: 'the address contains credentials',
  port: 'the address names another port than 443',
  not_public: 'the host is not public',
} as const satisfies Partial<Record<RefusalReason, string>>;

/** The address itself stays untold: it may hold secrets, and the IP addresses of a host are nobody's business. */
const refusedAddress = (flaw: keyof typeof flaws): TransferRefused => new TransferRefused(flaw, flaws[flaw]);
