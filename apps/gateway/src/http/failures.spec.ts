import { connect } from 'node:net';
import { OAuthError, Outage } from '@tessera/vocabulary';
import { RunningEdge } from '../testing.js';

let edge: RunningEdge;
beforeEach(async () => {
  edge = await RunningEdge.start();
});
afterEach(() => edge.close());

const ask = () => edge.form('/token', 'grant_type=client_credentials&client_id=s6BhdRkqt3');
const failWith = (error: Error) => {
  edge.owners.answer = () => Promise.reject(error);
};

describe('RFC 6749 §5.2 a refusal', () => {
  it('is the code and the public text, and nothing of the detail', async () => {
    failWith(new OAuthError('scope.not_registered', { scope: 'planted-detail' }));
    const answer = await ask();
    expect(answer).toMatchObject({
      status: 400,
      body: '{"error":"invalid_scope","error_description":"the scope exceeds what the client may request"}',
    });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', pragma: 'no-cache' });
    expect(answer.wire).not.toContain('planted-detail');
  });

  it('invalid_client MUST be 401 with the challenge of the scheme, realm the issuer', async () => {
    failWith(new OAuthError('client_authentication.wrong_secret'));
    const answer = await ask();
    expect(answer).toMatchObject({ status: 401, body: '{"error":"invalid_client","error_description":"client authentication failed"}' });
    expect(answer.headers['www-authenticate']).toBe('Basic realm="https://as.example.com"');
  });

  it('Ours: a reason of a newer release is answered in its words and counted as unknown', async () => {
    failWith(OAuthError.fromPeer({ reason: 'future.reason', code: 'invalid_grant', description: 'the future is here', status: 400 }));
    expect(await ask()).toMatchObject({ status: 400, body: '{"error":"invalid_grant","error_description":"the future is here"}' });
    expect(await edge.exposition()).toContain('tessera_http_refusals_total{endpoint="token",reason="unknown",process="gateway"} 1');
    expect(edge.lines().at(-1)).toMatchObject({ reason: 'future.reason', status: 400 });
  });

  it('decision 7: has one log line with reason, request id and what was expected, and one count', async () => {
    failWith(new OAuthError('scope.not_registered', { clientId: 's6BhdRkqt3' }));
    const answer = await ask();
    expect(edge.lines()).toEqual([
      expect.objectContaining({
        level: 'info',
        msg: 'request refused',
        reason: 'scope.not_registered',
        code: 'invalid_scope',
        expected: 'scopes registered for the client',
        requestId: answer.headers['x-request-id'],
        path: 'token',
        method: 'POST',
        status: 400,
        source: '127.0.0.1',
        detail: { clientId: 's6BhdRkqt3' },
      }),
    ]);
    expect(await edge.exposition()).toContain('tessera_http_refusals_total{endpoint="token",reason="scope.not_registered",process="gateway"} 1');
  });
});

describe('REL-2 an outage is 503 temporarily_unavailable, never a statement about the request', () => {
  it('says when to ask again', async () => {
    failWith(new Outage('nats', 'planted-internals'));
    const answer = await ask();
    expect(answer).toMatchObject({
      status: 503,
      body: '{"error":"temporarily_unavailable","error_description":"the service is temporarily unavailable"}',
    });
    expect(answer.headers).toMatchObject({ 'retry-after': '1', 'cache-control': 'no-store' });
    expect(answer.wire).not.toContain('planted-internals');
    expect(edge.lines()).toEqual([expect.objectContaining({ level: 'warn', dependency: 'nats', requestId: 'request-1', status: 503 })]);
  });
});

describe('EDG-9 whatever else is thrown is a constant 500', () => {
  class RemoteIncident extends Error {
    readonly incident = 'incident-42';
  }
  it.each([
    ['a bug', new TypeError('planted-internals at /srv/app.ts:1')],
    ['an incident of another service', new RemoteIncident('planted-internals')],
    ['an error that looks like one of Fastify', Object.assign(new Error('planted-internals'), { statusCode: 418, name: 'FastifyError' })],
  ])('also for %s', async (_case, error) => {
    failWith(error);
    const answer = await ask();
    expect(answer).toMatchObject({ status: 500, body: '{"error":"server_error","error_description":"the request could not be answered"}' });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-request-id': 'request-1' });
    expect(answer.wire).not.toMatch(/planted|stack|node_modules/);
    expect(edge.lines()).toEqual([expect.objectContaining({ level: 'error', msg: 'request failed', requestId: 'request-1' })]);
  });

  it('finds the log of the service that failed by its incident', async () => {
    failWith(new RemoteIncident('x'));
    await ask();
    expect(edge.lines()[0]).toMatchObject({ incident: 'incident-42' });
  });

  it('also for an answer that cannot be sent', async () => {
    edge.owners.answer = () => ({ status: 200, body: {}, headers: { 'Retry-After': 'a\r\nX-Injected: 1' } });
    const answer = await ask();
    expect(answer.status).toBe(500);
    expect(answer.headers['x-injected']).toBeUndefined();
  });
});

describe('Ours: a client that goes away before its body is complete', () => {
  it('is a refused request in the log and no incident', async () => {
    const socket = connect(edge.port, '127.0.0.1', () => {
      socket.write('POST /token HTTP/1.1\r\nHost: as.example.com\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nab');
      setImmediate(() => socket.destroy());
    });
    await edge.logged(2); // the connection that ended too early, and the request that was on it
    expect(edge.lines().map(({ level, reason }) => ({ level, reason }))).toEqual([
      { level: 'info', reason: 'request.malformed' },
      { level: 'info', reason: 'request.malformed' },
    ]);
    expect(edge.owners.asked).toEqual([]);
  });
});

describe('SEC-2 logs never contain what a client sent', () => {
  const PLANTED = 'pLaNtEd-s3cret';
  it.each([
    ['in a form that is refused', () => edge.form('/token', `client_secret=${PLANTED}&client_secret=${PLANTED}`)],
    ['in a form that is malformed', () => edge.form('/token', `client_secret=${PLANTED}%ff`)],
    ['in a query', () => edge.form(`/token?client_secret=${PLANTED}`, '')],
    ['in a path', () => edge.send('GET', `/callback/${PLANTED}?code=${PLANTED}`)],
    ['in a host', () => edge.send('GET', '/jwks', [`Host: ${PLANTED}`])],
    ['in header fields', () => edge.form('/token', 'a=1&a=2', [`Authorization: Bearer ${PLANTED}`, `Cookie: ${PLANTED}`, `DPoP: ${PLANTED}`])],
    ['in a method', () => edge.raw(`${PLANTED} / HTTP/1.1\r\n\r\n`)],
    ['in header fields that are too large', () => edge.send('GET', '/jwks', [`Authorization: ${PLANTED}${'x'.repeat(20_000)}`])],
  ])('%s', async (_case, send) => {
    await send();
    expect(edge.log).toHaveLength(1);
    expect(edge.log.join('')).not.toContain(PLANTED);
    expect(await edge.exposition()).not.toContain(PLANTED);
  });

  it('in anything that is answered as asked, because there is no line at all', async () => {
    await edge.form('/token', `client_secret=${PLANTED}`);
    expect(edge.log).toEqual([]);
  });
});

describe('CLI-10, EDG-8 too many failed authentications', () => {
  const wrong = (client: string) => edge.form('/token', 'grant_type=client_credentials', [`Authorization: Basic ${Buffer.from(`${client}:x`).toString('base64')}`]);

  it('are answered 429 with Retry-After, without asking the owner, for that client only, for a minute', async () => {
    failWith(new OAuthError('client_authentication.wrong_secret'));
    for (let attempt = 0; attempt < 30; attempt += 1) expect((await wrong('a')).status).toBe(401);
    const answer = await wrong('a');
    expect(answer).toMatchObject({ status: 429, body: expect.stringContaining('"error":"temporarily_unavailable"') });
    expect(answer.headers).toMatchObject({ 'retry-after': '60', 'cache-control': 'no-store' });
    expect(edge.owners.asked).toHaveLength(30);
    expect((await wrong('b')).status).toBe(401);
    edge.clock.advance(60_000);
    expect((await wrong('a')).status).toBe(401);
  });

  it('count the same when the owner answers 401 by itself', async () => {
    edge.owners.answer = () => ({ status: 401, body: { error: 'invalid_client' }, headers: {} });
    for (let attempt = 0; attempt < 30; attempt += 1) await wrong('a');
    expect((await wrong('a')).status).toBe(429);
  });

  it('do not count what is refused for another reason', async () => {
    failWith(new OAuthError('scope.not_registered'));
    for (let attempt = 0; attempt < 31; attempt += 1) expect((await wrong('a')).status).toBe(400);
  });
});
