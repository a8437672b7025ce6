import { once } from 'node:events';
import { connect, type ConnectionOptions } from 'node:tls';
import { RunningEdge } from '../testing.js';
import { selfSignedIdentity } from './testing.js';

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start({ tls: selfSignedIdentity() });
});
afterAll(() => edge.close());

/** What a handshake with these options comes to. */
async function handshake(options: ConnectionOptions): Promise<string> {
  const socket = connect({ port: edge.port, host: '127.0.0.1', servername: 'as.example.com', rejectUnauthorized: false, ...options });
  try {
    await once(socket, 'secureConnect');
    return `${socket.getProtocol()} ${socket.getCipher().standardName}`;
  } catch {
    return 'refused';
  } finally {
    socket.destroy();
  }
}

const only12 = (ciphers: string): ConnectionOptions => ({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers });

describe('Ours: TLS at the gateway itself', () => {
  it('MUST choose 1.3 when both are offered', async () => {
    expect(await handshake({})).toBe('TLSv1.3 TLS_AES_128_GCM_SHA256');
  });

  it.each([
    ['ECDHE-RSA-AES128-GCM-SHA256', 'TLSv1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
    ['ECDHE-RSA-AES256-GCM-SHA384', 'TLSv1.2 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
    ['ECDHE-RSA-CHACHA20-POLY1305', 'refused'],
    ['DHE-RSA-AES128-GCM-SHA256', 'refused'],
    ['ECDHE-RSA-AES128-SHA256', 'refused'],
    ['AES128-GCM-SHA256', 'refused'],
  ])('answers TLS 1.2 with %s: %s', async (cipher, outcome) => {
    expect(await handshake(only12(cipher))).toBe(outcome);
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('MUST refuse %s', async (version) => {
    expect(await handshake({ minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' })).toBe('refused');
  });

  it('serves the same endpoints', async () => {
    const socket = connect({ port: edge.port, host: '127.0.0.1', servername: 'as.example.com', rejectUnauthorized: false });
    socket.end('GET /jwks HTTP/1.1\r\nHost: as.example.com\r\nConnection: close\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(Buffer.from(chunk));
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it('survives plain HTTP on its port', async () => {
    await edge.raw('GET /jwks HTTP/1.1\r\nHost: as.example.com\r\n\r\n').catch(() => null);
    expect(await handshake({})).toMatch(/^TLSv1\.3/);
  });
});
