import { connect } from 'node:net';
import { FORM_BYTES_MAX, HEADER_BYTES_MAX } from '@tessera/vocabulary';
import { RunningEdge } from '../testing.js';

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start();
});
afterAll(() => edge.close());

const refused = (error_description: string): string => JSON.stringify({ error: 'invalid_request', error_description });

describe('EDG-3 limits are enforced before authentication', () => {
  it('refuses a body above 64 KiB by its length, before reading it', async () => {
    const answer = await edge.form('/token', `a=${'x'.repeat(FORM_BYTES_MAX)}`);
    expect(answer).toMatchObject({ status: 413, body: refused('the request body is too large') });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
    expect(answer.headers['x-request-id']).toMatch(/^request-/);
  });

  it('delivers that answer while the client goes on sending, and then serves the connection on', async () => {
    const length = 1_000_000;
    const head = 'Host: as.example.com\r\nContent-Type: application/x-www-form-urlencoded\r\n';
    const tooMuch = `POST /token HTTP/1.1\r\n${head}Content-Length: ${length}\r\n\r\n${'x'.repeat(length)}`;
    const { wire } = await edge.raw(`${tooMuch}GET /jwks HTTP/1.1\r\n${head}Connection: close\r\n\r\n`);
    expect(wire.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
  });

  it('refuses a chunked body above 64 KiB', async () => {
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
    const answer = await edge.form('/token', `${chunk.repeat(3)}0\r\n\r\n`, ['Transfer-Encoding: chunked']);
    expect(answer).toMatchObject({ status: 413, body: refused('the request body is too large') });
  });

  it('takes a body of 64 KiB', async () => {
    const body = Array.from({ length: 8 }, (_, index) => `p${index}=${'x'.repeat(8188)}`).join('&');
    expect(body.length).toBeLessThanOrEqual(FORM_BYTES_MAX);
    expect(body.length).toBeGreaterThan(FORM_BYTES_MAX - 20);
    expect((await edge.form('/token', body)).status).toBe(200);
  });

  it('refuses a URL above 8 KiB with 414', async () => {
    const answer = await edge.send('GET', `/jwks?${'x'.repeat(8 * 1024)}`);
    expect(answer).toMatchObject({ status: 414, body: refused('the request URL is too long') });
  });

  it('refuses header fields above 16 KiB with 431, request id and no-store', async () => {
    const answer = await edge.send('GET', '/jwks', [`X-Long: ${'x'.repeat(HEADER_BYTES_MAX)}`]);
    expect(answer).toMatchObject({ status: 431, body: refused('the request header fields are too large') });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', connection: 'close' });
    expect(answer.headers['x-request-id']).toMatch(/^request-/);
  });

  it('sees a second Authorization behind thousands of other header fields', async () => {
    const many = Array.from({ length: 2_500 }, () => 'a:');
    await edge.form('/token', 'grant_type=x', ['Authorization: Basic a', ...many, 'Authorization: Basic b']);
    expect(edge.owners.asked.at(-1)?.request.authorization).toEqual(['Basic a', 'Basic b']);
  });

  it('refuses 101 parameters', async () => {
    const body = Array.from({ length: 101 }, (_, index) => `p${index}=1`).join('&');
    expect(await edge.form('/token', body)).toMatchObject({ status: 400, body: refused('the request has too many parameters') });
  });

  it('refuses a token above 16 KiB', async () => {
    const answer = await edge.form('/introspect', `token=${'x'.repeat(16 * 1024)}`);
    expect(answer).toMatchObject({ status: 400, body: refused('a request parameter is too long') });
  });
});

describe('RFC 9112 bad framing is answered and ends the connection', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['two lengths', 'POST /token HTTP/1.1\r\nHost: as.example.com\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['length and chunked', 'POST /token HTTP/1.1\r\nHost: as.example.com\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a space before the colon', 'GET /jwks HTTP/1.1\r\nHost : as.example.com\r\n\r\n'],
    ['a folded line', 'GET /jwks HTTP/1.1\r\nHost: as.example.com\r\nX: a\r\n b\r\nX y\r\n\r\n'],
    ['HTTP/2 without negotiation', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('MUST refuse %s', async (_case, bytes) => {
    const answer = await edge.raw(bytes);
    expect(answer).toMatchObject({ status: 400, body: refused('the request is not valid HTTP') });
    expect(answer.headers['x-request-id']).toMatch(/^request-/);
  });

  it('RFC 9110 §10.1.1 refuses an expectation it does not know with 417', async () => {
    const answer = await edge.form('/token', 'a=1', ['Expect: something']);
    expect(answer.status).toBe(417);
    expect(answer.headers['x-request-id']).toMatch(/^request-/);
  });

  it('RFC 9110 §10.1.1 goes on after Expect: 100-continue', async () => {
    const answer = await edge.form('/token', 'grant_type=x', ['Expect: 100-continue']);
    expect(answer.wire).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK/);
  });

  it('ignores an upgrade nobody serves', async () => {
    const answer = await edge.send('GET', '/jwks', ['Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA']);
    expect(answer.status).toBe(200);
  });
});

describe('EDG-6 slow clients', () => {
  it('have 10 s for headers, 15 s for a request, 5 s between requests', () => {
    expect(edge.gateway.timeouts).toEqual({ headersMs: 10_000, requestMs: 15_000, keepAliveMs: 5_000 });
  });

  it('are limited in number per source, the rest is dropped before anything is read', async () => {
    const capped = await RunningEdge.start({ connectionsPerSource: 2 });
    const held = await Promise.all([hold(capped.port), hold(capped.port)]);
    try {
      await expect(capped.send('GET', '/jwks')).rejects.toThrow();
      expect(await capped.exposition()).toContain('tessera_http_connections_dropped_total{process="gateway"} 1');
    } finally {
      for (const socket of held) socket.destroy();
    }
    await capped.close();
  });
});

/** A connection on which nothing is sent. */
function hold(port: number): Promise<ReturnType<typeof connect>> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
  });
}
