import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { OutboundHttp, type OutboundHttpOptions } from './outbound-http.js';
import { parseOutboundPolicy } from './outbound-policy.js';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A certificate authority made for one test run, and one certificate of it. */
export interface TestCertificate {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate for the given names with the `openssl` program. */
export function testCertificate(subjectAltName: string): TestCertificate {
  const dir = mkdtempSync(path.join(tmpdir(), 'outbound-http-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  try {
    writeFileSync(path.join(dir, 'san.cnf'), `subjectAltName=${subjectAltName}\n`);
    openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test CA', '-days', '2');
    openssl('req', ...curve, '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=test');
    openssl(
      'x509',
      '-req',
      '-in',
      'leaf.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      'san.cnf',
      '-out',
      'leaf.pem',
    );
    const read = (name: string) => readFileSync(path.join(dir, name), 'utf8');
    return { ca: read('ca.pem'), cert: read('leaf.pem'), key: read('leaf.key') };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** A real HTTPS server on a free port of one loopback address. */
export interface TestHttpsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts a server; `close` also ends connections that are still open. */
export async function startHttpsServer(
  certificate: TestCertificate,
  listener: RequestListener,
  host = '127.0.0.1',
): Promise<TestHttpsServer> {
  const server = createServer({ cert: certificate.cert, key: certificate.key }, listener);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Servers that present one certificate for `client.example`, made when first needed, and clients that trust it. */
export class ExampleHosts {
  private certificate: TestCertificate | null = null;
  private readonly open: TestHttpsServer[] = [];

  async serve(listener: RequestListener): Promise<TestHttpsServer> {
    const server = await startHttpsServer(this.trusted(), listener);
    this.open.push(server);
    return server;
  }

  /** A client that takes `client.example` on this port for an allowed host at 127.0.0.1. */
  client(port: number, options: Partial<OutboundHttpOptions> & { readonly allowedHosts?: string[] } = {}): OutboundHttp {
    const { allowedHosts = [`client.example:${port}`], ...rest } = options;
    return new OutboundHttp({
      policy: parseOutboundPolicy({ ports: [port], allowedHosts }),
      extraCa: this.trusted().ca,
      lookUpAllowedHost: async () => ['127.0.0.1'],
      ...rest,
    });
  }

  /** Closes the servers of one test; one that is closed already is closed. */
  async close(): Promise<void> {
    await Promise.all(this.open.splice(0).map((server) => server.close()));
  }

  private trusted(): TestCertificate {
    this.certificate ??= testCertificate('DNS:client.example');
    return this.certificate;
  }
}

/** Answers with a JSON body. */
export function json(response: ServerResponse, body = '{"keys":[]}'): void {
  response.setHeader('content-type', 'application/json').end(body);
}

/** A request for a key set at `client.example`. */
export function get(port: number) {
  return { url: `https://client.example:${port}/jwks?v=1`, method: 'GET' as const, accept: ['application/json'] };
}
