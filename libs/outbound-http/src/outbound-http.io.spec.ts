import type { RequestListener, ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type AddressLookup, OUTBOUND_LIMITS, OutboundHttp, type OutboundHttpOptions, parseOutboundPolicy } from './index.js';
import { startHttpsServer, type TestCertificate, testCertificate, type TestHttpsServer } from './testing.js';

const JSON_TYPE = ['application/json'];
let certificate: TestCertificate;
const open: TestHttpsServer[] = [];

beforeAll(() => {
  certificate = testCertificate('DNS:client.example,DNS:allowed.example');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const json = (response: ServerResponse, body = '{"keys":[]}') => response.setHeader('content-type', 'application/json').end(body);

async function serve(listener: RequestListener): Promise<TestHttpsServer> {
  const server = await startHttpsServer(certificate, listener);
  open.push(server);
  return server;
}

/** A client that takes `client.example` for an ordinary public host on the port of the test server. */
function outbound(port: number, options: Partial<OutboundHttpOptions> & { readonly allowedHosts?: string[] } = {}): OutboundHttp {
  const { allowedHosts = [`client.example:${port}`], ...rest } = options;
  return new OutboundHttp({
    policy: parseOutboundPolicy({ ports: [port], allowedHosts }),
    extraCa: certificate.ca,
    lookUpAllowedHost: async () => ['127.0.0.1'],
    ...rest,
  });
}

const get = (port: number, accept = JSON_TYPE) => ({
  url: `https://client.example:${port}/jwks?v=1`,
  method: 'GET' as const,
  accept,
});

describe('Ours (security.md OUT-2): the connection is made to the checked address, TLS proves the name', () => {
  it('fetches from a host that no resolver knows, at the pinned address, with its Host header', async () => {
    const seen: unknown[] = [];
    const { port } = await serve((request, response) => {
      seen.push(request.url, request.headers.host, request.headers['accept-encoding'], request.headers.accept);
      response.setHeader('cache-control', 'max-age=600');
      json(response);
    });
    const outcome = await outbound(port).send(get(port));
    expect(outcome).toEqual({
      outcome: 'answered',
      status: 200,
      body: Buffer.from('{"keys":[]}'),
      headers: expect.objectContaining({ 'cache-control': 'max-age=600' }),
    });
    expect(seen).toEqual(['/jwks?v=1', `client.example:${port}`, 'identity', 'application/json']);
  });

  it('MUST refuse a certificate for another name', async () => {
    const { port } = await serve((_request, response) => json(response));
    const http = outbound(port, { allowedHosts: [`other.example:${port}`] });
    expect(await http.send({ ...get(port), url: `https://other.example:${port}/` })).toEqual({
      outcome: 'failed',
      fault: 'connection',
    });
  });

  it('MUST refuse a certificate of an authority it does not know', async () => {
    const { port } = await serve((_request, response) => json(response));
    expect(await outbound(port, { extraCa: null }).send(get(port))).toEqual({ outcome: 'failed', fault: 'connection' });
  });

  it('asks the resolver once for each exchange and connects to what it checked, though the answers change (DNS rebinding)', async () => {
    const { port } = await serve((_request, response) => json(response));
    const answers = [['127.0.0.1'], ['127.0.0.255']];
    let asked = 0;
    const lookUpAllowedHost: AddressLookup = async () => answers[Math.min(asked++, 1)] ?? [];
    expect(await outbound(port, { lookUpAllowedHost }).send(get(port))).toMatchObject({ outcome: 'answered', status: 200 });
    expect(asked).toBe(1);
  });

  it('checks each exchange anew: a name that was public and turns private is refused', async () => {
    let reached = 0;
    const { port } = await serve((_request, response) => {
      reached += 1;
      json(response);
    });
    const gone = ['unresolved', '127.0.0.1'];
    const lookUpPublicHost: AddressLookup = async () => gone.splice(0, 1).filter((one) => one !== 'unresolved');
    const http = outbound(port, { allowedHosts: [], lookUpPublicHost });
    expect(await http.send(get(port))).toEqual({ outcome: 'failed', fault: 'unresolved' });
    expect(await http.send(get(port))).toEqual({ outcome: 'failed', fault: 'address' });
    expect(reached).toBe(0);
  });

  it.each([
    ['loopback', ['127.0.0.1']],
    ['a private address', ['10.1.2.3']],
    ['a metadata service', ['169.254.169.254']],
    ['shared address space', ['100.64.0.1']],
    ['IPv6 loopback', ['::1']],
    ['an IPv4-mapped address', ['::ffff:127.0.0.1']],
    ['NAT64', ['64:ff9b::7f00:1']],
    ['6to4', ['2002:7f00:1::1']],
    ['Teredo', ['2001:0:4136:e378:8000:63bf:3fff:fdd2']],
    ['unique local', ['fd00::1']],
    ['one private address among public ones', ['93.184.215.14', '2606:4700::6810:84e5', '192.168.0.1']],
    ['something that is no address', ['127.1']],
  ])('MUST refuse a name that resolves to %s, and never connects', async (_case, addresses) => {
    let reached = 0;
    const { port } = await serve((_request, response) => {
      reached += 1;
      json(response);
    });
    const http = outbound(port, { allowedHosts: [], lookUpPublicHost: async () => addresses });
    expect(await http.send(get(port))).toEqual({ outcome: 'failed', fault: 'address' });
    expect(reached).toBe(0);
  });

  it.each(['127.0.0.1', '[::1]', '0x7f.1', '2130706433', '[::ffff:7f00:1]', '169.254.169.254', '0'])(
    'MUST refuse the address %s written into the URL, without asking a resolver',
    async (host) => {
      let asked = 0;
      const lookUpPublicHost: AddressLookup = async () => [String((asked += 1))];
      const http = outbound(443, { allowedHosts: [], lookUpPublicHost });
      expect(await http.send({ url: `https://${host}/`, method: 'GET', accept: [] })).toEqual({
        outcome: 'failed',
        fault: 'address',
      });
      expect(asked).toBe(0);
    },
  );

  it('tells at the start which hosts are not checked, and says nothing without any', () => {
    const told: unknown[] = [];
    const logger = { warn: (_message: string, fields: unknown) => void told.push(fields) };
    outbound(443, { allowedHosts: [], logger });
    outbound(443, { allowedHosts: ['keys.intra.example:443'], logger });
    expect(told).toEqual([{ hosts: ['keys.intra.example:443'] }]);
  });

  it('an allowed host is allowed on its own port only', async () => {
    const http = outbound(8443, { allowedHosts: ['client.example:9443'], lookUpPublicHost: async () => ['127.0.0.1'] });
    expect(await http.send(get(8443))).toEqual({ outcome: 'failed', fault: 'address' });
  });
});

describe('Ours (security.md OUT-1): what is called at all', () => {
  it.each([
    ['http://client.example/jwks', 'url'],
    ['https://user:secret@client.example/jwks', 'url'],
    ['https://client.example/jwks#fragment', 'url'],
    ['https://client.example:22/jwks', 'port'],
    ['https://client.example:6379/jwks', 'port'],
  ])('MUST refuse %s', async (url, fault) => {
    const http = outbound(443, { allowedHosts: [], lookUpPublicHost: async () => ['127.0.0.1'] });
    expect(await http.send({ url, method: 'GET', accept: [] })).toEqual({ outcome: 'failed', fault });
  });

  it('a name without an address is an outcome, not an exception', async () => {
    const lookUpPublicHost: AddressLookup = () => Promise.reject(new Error('NXDOMAIN'));
    expect(
      await outbound(443, { allowedHosts: [], lookUpPublicHost }).send({
        url: 'https://client.example/',
        method: 'GET',
        accept: [],
      }),
    ).toEqual({
      outcome: 'failed',
      fault: 'unresolved',
    });
  });
});

describe('Ours (security.md OUT-3): redirects are never followed', () => {
  it.each([301, 302, 303, 307, 308])('a %d answer is a failure and its target is not called', async (status) => {
    const paths: (string | undefined)[] = [];
    const { port } = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(status, { location: '/elsewhere', 'content-type': 'application/json' }).end('{"keys":[]}');
    });
    expect(await outbound(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'redirected' });
    expect(paths).toEqual(['/jwks?v=1']);
  });
});

describe('Ours (security.md OUT-4): an exchange is bounded', () => {
  const hurried = { ...OUTBOUND_LIMITS, connectMs: 2_000, totalMs: 200 };

  it('in the time until the headers come', async () => {
    const { port } = await serve(() => undefined);
    expect(await outbound(port, { limits: hurried }).send(get(port))).toEqual({ outcome: 'failed', fault: 'timeout' });
  });

  it('in the time a body drips', async () => {
    const drips: NodeJS.Timeout[] = [];
    const { port } = await serve((_request, response) => {
      response.setHeader('content-type', 'application/json').write('{');
      drips.push(setInterval(() => response.write(' '), 20));
    });
    expect(await outbound(port, { limits: hurried }).send(get(port))).toEqual({ outcome: 'failed', fault: 'timeout' });
    drips.forEach((drip) => clearInterval(drip));
  });

  it('in the time a resolver may take', async () => {
    const lookUpPublicHost: AddressLookup = () => new Promise(() => undefined);
    const http = outbound(443, { allowedHosts: [], lookUpPublicHost, limits: hurried });
    expect(await http.send({ url: 'https://client.example/', method: 'GET', accept: [] })).toEqual({
      outcome: 'failed',
      fault: 'timeout',
    });
  });

  it('in the time a TLS handshake may take', async () => {
    const sockets: Socket[] = [];
    const silent = createTcpServer((socket) => sockets.push(socket));
    const port = await new Promise<number>((resolve) =>
      silent.listen(0, '127.0.0.1', () => {
        const address = silent.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      }),
    );
    expect(await outbound(port, { limits: hurried }).send(get(port))).toEqual({ outcome: 'failed', fault: 'timeout' });
    sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => silent.close(resolve));
  });

  it('in a body with a stated length', async () => {
    const { port } = await serve((_request, response) => json(response, ' '.repeat(OUTBOUND_LIMITS.bodyBytes + 1)));
    expect(await outbound(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'too_large' });
  });

  it('in a body without one', async () => {
    const { port } = await serve((_request, response) => {
      response.setHeader('content-type', 'application/json');
      for (let sent = 0; sent <= OUTBOUND_LIMITS.bodyBytes; sent += 1024) response.write(' '.repeat(1024));
      response.end();
    });
    expect(await outbound(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'too_large' });
  });

  it('accepts a body of exactly the limit', async () => {
    const { port } = await serve((_request, response) => json(response, ' '.repeat(OUTBOUND_LIMITS.bodyBytes)));
    expect(await outbound(port).send(get(port))).toMatchObject({ outcome: 'answered', status: 200 });
  });

  it('in its headers', async () => {
    const { port } = await serve((_request, response) => {
      response.setHeader('x-noise', 'x'.repeat(20_000));
      json(response);
    });
    expect(await outbound(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'too_large' });
  });

  it.each(['gzip', 'br', 'GZIP', 'gzip, identity'])('a %s body is refused and never decompressed', async (encoding) => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '));
    const { port } = await serve((_request, response) => {
      response.setHeader('content-encoding', encoding);
      response.setHeader('content-type', 'application/json').end(bomb);
    });
    expect(await outbound(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'encoded' });
  });

  it.each([
    ['another media type', 'text/html'],
    ['a type that begins alike', 'application/json-seq'],
    ['none', ''],
  ])('refuses %s', async (_case, type) => {
    const { port } = await serve((_request, response) => {
      if (type !== '') response.setHeader('content-type', type);
      response.end('{"keys":[]}');
    });
    expect(await outbound(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'content_type' });
  });

  it('takes the media type without its parameters, in any case', async () => {
    const { port } = await serve((_request, response) =>
      response.setHeader('content-type', 'Application/JSON; charset=utf-8').end('{}'),
    );
    expect(await outbound(port).send(get(port))).toMatchObject({ outcome: 'answered', status: 200 });
  });

  it('reports an error status without its body', async () => {
    const { port } = await serve((_request, response) => {
      response.statusCode = 503;
      response.setHeader('retry-after', '7');
      json(response, 'x'.repeat(100_000));
    });
    expect(await outbound(port).send(get(port))).toEqual({
      outcome: 'answered',
      status: 503,
      body: Buffer.alloc(0),
      headers: expect.objectContaining({ 'retry-after': '7' }),
    });
  });

  it('a refused or reset connection is an outcome', async () => {
    const { port, close } = await serve((request) => request.socket.destroy());
    expect(await outbound(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'connection' });
    open.length = 0;
    await close();
    expect(await outbound(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'connection' });
  });

  it('holds at most two exchanges with a host at a time, and the third waits', async () => {
    const held: ServerResponse[] = [];
    let most = 0;
    let inProgress = 0;
    const { port } = await serve((_request, response) => {
      inProgress += 1;
      most = Math.max(most, inProgress);
      response.on('finish', () => (inProgress -= 1));
      held.push(response);
      if (held.length >= 2) held.splice(0).forEach((one) => json(one));
    });
    const http = outbound(port);
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => http.send(get(port))));
    expect(outcomes.map((one) => one.outcome)).toEqual(Array.from({ length: 6 }, () => 'answered'));
    expect(most).toBe(2);
  });

  it('refuses at once when too many exchanges are in progress', async () => {
    const { port } = await serve(() => undefined);
    const http = outbound(port, { limits: { ...hurried, inProgress: 1 } });
    const first = http.send(get(port));
    expect(await http.send(get(port))).toEqual({ outcome: 'failed', fault: 'busy' });
    expect(await first).toEqual({ outcome: 'failed', fault: 'timeout' });
  });

  it('sends a POST with its body and headers', async () => {
    const seen: unknown[] = [];
    const { port } = await serve((request, response) => {
      request.setEncoding('utf8');
      request.on('data', (chunk) => seen.push(chunk));
      request.on('end', () => {
        seen.push(request.method, request.headers.authorization);
        response.statusCode = 204;
        response.end();
      });
    });
    const outcome = await outbound(port).send({
      url: `https://client.example:${port}/cb`,
      method: 'POST',
      accept: [],
      headers: { 'content-type': 'application/json', authorization: 'Bearer n' },
      body: '{"auth_req_id":"1c266114"}',
    });
    expect(outcome).toMatchObject({ outcome: 'answered', status: 204 });
    expect(seen).toEqual(['{"auth_req_id":"1c266114"}', 'POST', 'Bearer n']);
  });
});
