import { BlockList, isIP } from 'node:net';

// Sources: IANA's registries of special-purpose IPv4 and IPv6 addresses, and of IPv6 multicast and global unicast
// space.

/** SSRF guard, IPv4: special-purpose networks, which are not public unicast addresses. */
const specialIpv4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // behind a carrier's translator
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local: the metadata services of clouds
  '168.63.129.16/32', // public by its number, and Azure's own services within its networks
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // relays to 6to4
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
];

/**
 * All that is public in IPv6. What lies outside is refused whole: loopback, unique-local with Amazon's metadata
 * service, link-local, multicast, and the forms that carry an IPv4 address within (mapped, compatible, translated).
 */
const globalIpv6 = ['2000::/3'];

/** Networks within `globalIpv6` that are not. */
const specialIpv6 = [
  '2001::/23', // protocol assignments: Teredo, benchmarks, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4, which carries an IPv4 address within
  '3fff::/20', // documentation
];

/** Where only the machine itself and its cloud's services answer. */
const linkLocal = ['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::/32'];

const special = networks([...specialIpv4, ...specialIpv6]);
const global = networks(globalIpv6);
const nearby = networks(linkLocal);

function networks(all: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of all) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** True for a public unicast IP address. False for any other, and for text that is no IP address. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  // A zone names one of this machine's own networks.
  if (version === 0 || address.includes('%')) return false;
  if (version === 4) return !special.check(address, 'ipv4');
  return global.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/**
 * True for an IP address of this machine's link, such as a cloud's metadata service: no setting opens the way there.
 */
export function isLinkLocalAddress(address: string): boolean {
  const [bare = ''] = address.split('%');
  return nearby.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4');
}
