import { BlockList, isIP } from 'node:net';

const FORWARDED_HOPS_MAX = 20;

/** Proxies whose word about the source of a request counts (EDG-1). */
export interface TrustedProxies {
  readonly any: boolean;
  has(address: string): boolean;
}

/**
 * The proxies of a list of addresses and CIDR ranges.
 *
 * @throws {RangeError} naming the entry that is neither.
 */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
  const listed = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix, ...rest] = entry.split('/');
    const version = isIP(address);
    const bits = prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix);
    if (version === 0 || rest.length > 0 || prefix === '' || !Number.isInteger(bits) || bits < 0 || bits > (version === 4 ? 32 : 128)) {
      throw new RangeError(`${JSON.stringify(entry)} is no address and no range like 10.0.0.0/8`);
    }
    listed.addSubnet(address, bits, version === 4 ? 'ipv4' : 'ipv6');
  }
  return {
    any: entries.length > 0,
    has: (address) => {
      const version = isIP(address);
      return version !== 0 && listed.check(address, version === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

/** An IPv4 address that arrived on an IPv6 socket, in its own notation. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

/** The unit an attacker gets: an IPv4 address, or an IPv6 /64 with its 2^64 addresses. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}

/**
 * The address a request came from: the peer, unless the peer is a trusted proxy, then the nearest hop in `X-Forwarded-For`
 * that is none. What a client writes into the header itself stands further left and is never reached; an entry that is no
 * address ends the walk at the last hop that was known.
 */
export function sourceAddress(peer: string, forwardedFor: readonly string[], proxies: TrustedProxies): string {
  let source = plainAddress(peer);
  if (!proxies.any || forwardedFor.length === 0) return source;
  const hops = forwardedFor.join(',').split(',').slice(-FORWARDED_HOPS_MAX).reverse();
  for (const hop of hops) {
    const address = plainAddress(hop.trim());
    if (!proxies.has(source) || isIP(address) === 0) return source;
    source = address;
  }
  return source;
}
