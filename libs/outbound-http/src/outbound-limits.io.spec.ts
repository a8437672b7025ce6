import type { ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type AddressLookup, OUTBOUND_LIMITS } from './index.js';
import { ExampleHosts, get, json } from './testing.js';

const hosts = new ExampleHosts();

afterEach(() => hosts.close());

describe('Ours (OUT-4): an exchange is bounded', () => {
  const hurried = { ...OUTBOUND_LIMITS, connectMs: 2_000, totalMs: 200 };

  it('in the time until the headers come', async () => {
    const { port } = await hosts.serve(() => undefined);
    expect(await hosts.client(port, { limits: hurried }).send(get(port))).toEqual({ outcome: 'failed', fault: 'timeout' });
  });

  it('in the time a body drips', async () => {
    const drips: NodeJS.Timeout[] = [];
    const { port } = await hosts.serve((_request, response) => {
      response.setHeader('content-type', 'application/json').write('{');
      drips.push(setInterval(() => response.write(' '), 20));
    });
    expect(await hosts.client(port, { limits: hurried }).send(get(port))).toEqual({ outcome: 'failed', fault: 'timeout' });
    drips.forEach((drip) => clearInterval(drip));
  });

  it('in the time a resolver may take', async () => {
    const lookUpPublicHost: AddressLookup = () => new Promise(() => undefined);
    const http = hosts.client(443, { allowedHosts: [], lookUpPublicHost, limits: hurried });
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
    expect(await hosts.client(port, { limits: hurried }).send(get(port))).toEqual({ outcome: 'failed', fault: 'timeout' });
    sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => silent.close(resolve));
  });

  it('in a body with a stated length', async () => {
    const { port } = await hosts.serve((_request, response) => json(response, ' '.repeat(OUTBOUND_LIMITS.bodyBytes + 1)));
    expect(await hosts.client(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'too_large' });
  });

  it('in a body without one', async () => {
    const { port } = await hosts.serve((_request, response) => {
      response.setHeader('content-type', 'application/json');
      for (let sent = 0; sent <= OUTBOUND_LIMITS.bodyBytes; sent += 1024) response.write(' '.repeat(1024));
      response.end();
    });
    expect(await hosts.client(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'too_large' });
  });

  it('accepts a body of exactly the limit', async () => {
    const { port } = await hosts.serve((_request, response) => json(response, ' '.repeat(OUTBOUND_LIMITS.bodyBytes)));
    expect(await hosts.client(port).send(get(port))).toMatchObject({ outcome: 'answered', status: 200 });
  });

  it('in its headers', async () => {
    const { port } = await hosts.serve((_request, response) => {
      response.setHeader('x-noise', 'x'.repeat(20_000));
      json(response);
    });
    expect(await hosts.client(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'too_large' });
  });

  it.each(['gzip', 'br', 'GZIP', 'gzip, identity'])('a %s body is refused and never decompressed', async (encoding) => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '));
    const { port } = await hosts.serve((_request, response) => {
      response.setHeader('content-encoding', encoding);
      response.setHeader('content-type', 'application/json').end(bomb);
    });
    expect(await hosts.client(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'encoded' });
  });

  it.each([
    ['another media type', 'text/html'],
    ['a type that begins alike', 'application/json-seq'],
    ['none', ''],
  ])('refuses %s', async (_case, type) => {
    const { port } = await hosts.serve((_request, response) => {
      if (type !== '') response.setHeader('content-type', type);
      response.end('{"keys":[]}');
    });
    expect(await hosts.client(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'content_type' });
  });

  it('takes the media type without its parameters, in any case', async () => {
    const { port } = await hosts.serve((_request, response) =>
      response.setHeader('content-type', 'Application/JSON; charset=utf-8').end('{}'),
    );
    expect(await hosts.client(port).send(get(port))).toMatchObject({ outcome: 'answered', status: 200 });
  });

  it('reports an error status without its body', async () => {
    const { port } = await hosts.serve((_request, response) => {
      response.statusCode = 503;
      response.setHeader('retry-after', '7');
      json(response, 'x'.repeat(100_000));
    });
    expect(await hosts.client(port).send(get(port))).toEqual({
      outcome: 'answered',
      status: 503,
      body: Buffer.alloc(0),
      headers: expect.objectContaining({ 'retry-after': '7' }),
    });
  });

  it('a refused or reset connection is an outcome', async () => {
    const { port, close } = await hosts.serve((request) => request.socket.destroy());
    expect(await hosts.client(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'connection' });
    await close();
    expect(await hosts.client(port).send(get(port))).toEqual({ outcome: 'failed', fault: 'connection' });
  });

  it('holds at most two exchanges with a host at a time, and the third waits', async () => {
    const held: ServerResponse[] = [];
    let most = 0;
    let inProgress = 0;
    const { port } = await hosts.serve((_request, response) => {
      inProgress += 1;
      most = Math.max(most, inProgress);
      response.on('finish', () => (inProgress -= 1));
      held.push(response);
      if (held.length >= 2) held.splice(0).forEach((one) => json(one));
    });
    const http = hosts.client(port);
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => http.send(get(port))));
    expect(outcomes.map((one) => one.outcome)).toEqual(Array.from({ length: 6 }, () => 'answered'));
    expect(most).toBe(2);
  });

  it('refuses at once when too many exchanges are in progress', async () => {
    const { port } = await hosts.serve(() => undefined);
    const http = hosts.client(port, { limits: { ...hurried, inProgress: 1 } });
    const first = http.send(get(port));
    expect(await http.send(get(port))).toEqual({ outcome: 'failed', fault: 'busy' });
    expect(await first).toEqual({ outcome: 'failed', fault: 'timeout' });
  });

  it('sends a POST with its body and headers', async () => {
    const seen: unknown[] = [];
    const { port } = await hosts.serve((request, response) => {
      request.setEncoding('utf8');
      request.on('data', (chunk) => seen.push(chunk));
      request.on('end', () => {
        seen.push(request.method, request.headers.authorization);
        response.statusCode = 204;
        response.end();
      });
    });
    const outcome = await hosts.client(port).send({
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
