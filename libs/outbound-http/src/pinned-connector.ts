import { isIP, isIPv6, type LookupFunction } from 'node:net';
import { connect, rootCertificates } from 'node:tls';
import type { buildConnector } from 'undici';

/** The connection was not there in time. */
export class ConnectTimeout extends Error {
  override readonly name = 'ConnectTimeout';
}

/** How a connection is made; `signal` ends an attempt at once. */
export interface ConnectionOptions {
  readonly signal: AbortSignal;
  readonly connectMs: number;
  readonly extraCa: string | null;
}

/**
 * Connects to the given addresses and to no other, whatever the name resolves to meanwhile (OUT-2, DNS rebinding), while TLS
 * still proves the name in the URL. The name is never looked up again: this lookup answers instead of the resolver.
 */
export function pinnedConnector(
  hostname: string,
  addresses: readonly string[],
  options: ConnectionOptions,
): buildConnector.connector {
  const [first] = addresses;
  if (first === undefined) throw new RangeError('no address to connect to');
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return ({ port }, callback) => {
    const socket = connect({
      // A host that is an address is connected to directly; for a name the pinned lookup answers.
      host: bare,
      port: Number(port === '' ? 443 : port),
      lookup: pinnedLookup(first, addresses),
      // RFC 6066 §3: no server name for an address.
      ...(isIP(bare) === 0 ? { servername: bare } : {}),
      ...(options.extraCa === null ? {} : { ca: [...rootCertificates, options.extraCa] }),
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
    });
    const abort = () => socket.destroy(new Error('the exchange is over'));
    const timer = setTimeout(() => socket.destroy(new ConnectTimeout('no connection in time')), options.connectMs);
    const settled = () => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', abort);
    };
    options.signal.addEventListener('abort', abort, { once: true });
    let failure: ((error: Error) => void) | null = (error) => callback(error, null);
    socket.once('secureConnect', () => {
      settled();
      failure = null;
      callback(null, socket);
    });
    socket.on('error', (error) => {
      settled();
      failure?.(error);
      failure = null;
    });
  };
}

function pinnedLookup(first: string, addresses: readonly string[]): LookupFunction {
  const family = (address: string) => (isIPv6(address) ? 6 : 4);
  return (_hostname, asked, callback) => {
    if (asked.all === true)
      callback(
        null,
        addresses.map((address) => ({ address, family: family(address) })),
      );
    else callback(null, first, family(first));
  };
}
