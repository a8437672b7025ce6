import net from 'node:net';

function listenOnce(port, host) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error) => resolve(error.code ?? 'ERROR'));
    server.listen({ port, host, exclusive: true }, () => {
      const { port: got } = server.address();
      server.close(() => resolve(got));
    });
  });
}

/**
 * Whether a client that says `localhost` would reach us on this port: free on both loopback addresses, because a program on
 * ::1 would get the requests of every client that prefers IPv6. A machine without IPv6 has only one of them.
 */
export async function isPortFree(port) {
  const four = await listenOnce(port, '127.0.0.1');
  if (typeof four === 'string') return false;
  const six = await listenOnce(port, '::1');
  return typeof six === 'number' || six === 'EADDRNOTAVAIL' || six === 'EAFNOSUPPORT';
}

/** A free loopback port: the preferred one when it is free, else one the system picks. Another process may still take it first. */
export async function freePort(preferred) {
  if (preferred && (await isPortFree(preferred))) return preferred;
  const port = await listenOnce(0, '127.0.0.1');
  if (typeof port !== 'number') throw new Error(`no loopback port can be opened (${port})`);
  return port;
}

/** The first free port from `first` on. */
export async function nextFreePort(first, tries = 100) {
  for (let port = first; port < first + tries; port += 1) if (await isPortFree(port)) return port;
  return freePort();
}

/** One attempt to connect; true when somebody accepts. */
export function canConnect(host, port, timeoutMs = 1000) {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
