import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** Every address of a host name. Rejects when the name cannot be resolved. */
export type AddressLookup = (hostname: string) => Promise<readonly string[]>;

const DNS_TIMEOUT_MS = 2_000;

/**
 * Public names are asked from DNS only: not from /etc/hosts, not with the search domains of a cluster, and not on the thread
 * pool, where a few names that never answer would hold up everything else in the process.
 */
export const lookUpInDns: AddressLookup = async (hostname) => {
  const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: 1 });
  const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (addresses.length === 0) throw new Error('the name has no address');
  return addresses;
};

/** Hosts of the allow-list are named by the operator, who may have put them into /etc/hosts. */
export const lookUpOnHost: AddressLookup = async (hostname) =>
  (await lookup(hostname, { all: true })).map((answer) => answer.address);

/** The address a URL host is, when it is one and not a name. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? null : bare;
}
