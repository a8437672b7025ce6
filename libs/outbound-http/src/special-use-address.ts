import ipaddr from 'ipaddr.js';

/**
 * Addresses that stand in no special-use list and yet answer from inside a cloud: Azure's host services. The other metadata
 * addresses (169.254.169.254, 100.100.100.200, 192.0.0.192, fd00:ec2::254) lie in special-use ranges.
 */
const ANSWERED_INSIDE = new Set(['168.63.129.16']);

/** RFC 4291 §2.4, IANA IPv6 address space: the only block assigned for global unicast is 2000::/3. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * OUT-2: tells whether an address belongs to the public internet and to nothing else. Everything in the special-use registries
 * (RFC 6890) is not: private, shared, loopback, link-local, documentation, multicast, and the IPv6 forms that carry an IPv4
 * address (mapped, 6to4, NAT64, Teredo), whatever address they carry. So a cluster that reaches IPv4 hosts through NAT64 only
 * needs its hosts in the allow-list.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || ANSWERED_INSIDE.has(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv6) {
    return parsed.zoneId === undefined && parsed.range() === 'unicast' && parsed.match(GLOBAL_UNICAST);
  }
  // The parser also reads 0x7f.1 and 2130706433; a resolver never answers so.
  return ipaddr.IPv4.isValidFourPartDecimal(address) && parsed.range() === 'unicast';
}
