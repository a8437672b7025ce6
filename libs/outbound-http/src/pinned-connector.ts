import { isIPv6, type LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { buildConnector } from 'undici';

/**
 * Connects to the given addresses and to no other, whatever the name resolves to meanwhile (OUT-2, DNS rebinding), while TLS
 * still proves the name in the URL. The name is never looked up again: this lookup answers instead of the resolver.
 */
export function pinnedConnector(
  addresses: readonly string[],
  options: { readonly connectMs: number; readonly extraCa: string | null },
): buildConnector.connector {
  const answers = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  const lookup: LookupFunction = (_hostname, asked, callback) => {
    const [first] = answers;
    if (first === undefined) return callback(new Error('no address to connect to'), '');
    if (asked.all === true) return callback(null, answers);
    return callback(null, first.address, first.family);
  };
  return buildConnector({
    lookup,
    timeout: options.connectMs,
    maxCachedSessions: 0,
    allowH2: false,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(options.extraCa === null ? {} : { ca: [...rootCertificates, options.extraCa] }),
  });
}
