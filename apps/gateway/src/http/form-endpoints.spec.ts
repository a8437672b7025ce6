import { ISSUER, RunningEdge, TOKEN_REPLY } from '../testing.js';

let edge: RunningEdge;
beforeEach(async () => {
  edge = await RunningEdge.start();
});
afterEach(() => edge.close());

describe('Decision 14 what the owner of an endpoint is handed', () => {
  it('is everything of the request and nothing interpreted', async () => {
    await edge.form('/token', 'grant_type=client_credentials&resource=https%3A%2F%2Fa&resource=https%3A%2F%2Fb&x=', [
      'Authorization: Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW',
      'DPoP: proof-1',
      'dpop: proof-2',
    ]);
    expect(edge.owners.asked).toEqual([
      {
        subject: 'token.endpoint.token.v1',
        requestId: 'request-1',
        request: {
          parameters: [
            ['grant_type', 'client_credentials'],
            ['resource', 'https://a'],
            ['resource', 'https://b'],
            ['x', ''],
          ],
          authorization: ['Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW'],
          dpop: ['proof-1', 'proof-2'],
          method: 'POST',
          url: 'https://as.example.com/token',
          clientCertificate: null,
          sourceAddress: '127.0.0.1',
          requestId: 'request-1',
        },
      },
    ]);
  });

  it.each([
    ['/token', 'token.endpoint.token.v1'],
    ['/introspect', 'token.endpoint.introspection.v1'],
    ['/revoke', 'token.endpoint.revocation.v1'],
  ])('goes from %s to %s', async (path, subject) => {
    await edge.form(path, 'token=x');
    expect(edge.owners.asked.map((one) => one.subject)).toEqual([subject]);
  });

  it('POP-7 never takes a header for a client certificate, and mints the request id itself', async () => {
    await edge.form('/token', 'a=1', ['X-SSL-Client-Cert: pem', 'X-Forwarded-Client-Cert: pem', 'Client-Cert: :cGVt:', 'X-Request-Id: chosen-by-client']);
    expect(edge.owners.asked[0]?.request).toMatchObject({ clientCertificate: null, requestId: 'request-1' });
  });

  it('KEY-1, EDG-1 is built from the configured issuer, not from forwarded headers', async () => {
    await edge.form('/token', 'a=1', ['X-Forwarded-For: 198.51.100.1', 'X-Forwarded-Proto: http', 'X-Forwarded-Prefix: /evil']);
    expect(edge.owners.asked[0]?.request).toMatchObject({ url: `${ISSUER}/token`, sourceAddress: '127.0.0.1' });
  });

  it('takes an empty form to its owner, who knows what is missing', async () => {
    await edge.form('/token', '');
    expect(edge.owners.asked[0]?.request.parameters).toEqual([]);
  });
});

describe('RFC 6749 §5.1 the answer of the owner', () => {
  it('is sent as JSON and MUST NOT be stored', async () => {
    const answer = await edge.form('/token', 'grant_type=client_credentials');
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual(TOKEN_REPLY.body);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'x-request-id': 'request-1',
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=31536000',
    });
    expect(answer.headers['server']).toBeUndefined();
    expect(answer.headers['x-powered-by']).toBeUndefined();
  });

  it('RFC 7009 §2.2 may have no body', async () => {
    edge.owners.answer = () => ({ status: 200, body: null, headers: {} });
    const answer = await edge.form('/revoke', 'token=x');
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(answer.headers['content-length']).toBe('0');
  });

  it('keeps status and the headers an owner may set, and no other', async () => {
    const headers = { 'DPoP-Nonce': 'n', 'Retry-After': '3', 'Set-Cookie': 'a=b' };
    edge.owners.answer = () => ({ status: 400, body: { error: 'invalid_grant' }, headers });
    const answer = await edge.form('/token', 'a=1');
    expect(answer).toMatchObject({ status: 400, body: '{"error":"invalid_grant"}' });
    expect(answer.headers).toMatchObject({ 'dpop-nonce': 'n', 'retry-after': '3' });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('I8 belongs to its request when many are in flight and the answers come in another order', async () => {
    const waiting: (() => void)[] = [];
    edge.owners.answer = (_contract, request) =>
      new Promise((resolve) => {
        waiting.push(() => resolve({ status: 200, body: { echo: request.parameters[0]?.[1] }, headers: {} }));
        if (waiting.length === 20) for (const answer of waiting.reverse()) answer();
      });
    const sent = Array.from({ length: 20 }, (_, index) => `value-${index}`);
    const answers = await Promise.all(sent.map((value) => edge.form('/token', `a=${value}`)));
    expect(answers.map((answer) => JSON.parse(answer.body))).toEqual(sent.map((echo) => ({ echo })));
    expect(new Set(answers.map((answer) => answer.headers['x-request-id'])).size).toBe(20);
  });
});

describe('RFC 6749 §3.2 requests that are refused before anybody is asked', () => {
  it.each([
    ['a repeated parameter', 'a=1&a=2', [], 'a request parameter is repeated'],
    ['a NUL', 'a=%00', [], 'the request body is not a valid form'],
    ['invalid UTF-8', 'a=%ff', [], 'the request body is not a valid form'],
    ['a content encoding', 'a=1', ['Content-Encoding: gzip'], 'the request body must be application/x-www-form-urlencoded'],
    ['a second content type', 'a=1', ['Content-Type: application/json'], 'the request is not valid HTTP'],
  ])('MUST refuse %s', async (_case, body, headers, error_description) => {
    const answer = await edge.form('/token', body, headers);
    expect(answer).toMatchObject({ status: 400, body: JSON.stringify({ error: 'invalid_request', error_description }) });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache', 'x-request-id': 'request-1' });
    expect(edge.owners.asked).toEqual([]);
  });

  it.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded; charset=utf-16'])(
    'EDG-4 MUST refuse the content type %s',
    async (type) => {
      const answer = await edge.send('POST', '/token', [`Content-Type: ${type}`], 'a=1');
      expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('"error":"invalid_request"') });
      expect(edge.owners.asked).toEqual([]);
    },
  );

  it('EDG-4 MUST refuse a request without a content type', async () => {
    expect((await edge.send('POST', '/token')).status).toBe(400);
  });

  it('RFC 6749 §2.3.1 parameters MUST NOT be included in the request URI', async () => {
    const answer = await edge.form('/token?client_secret=x', 'grant_type=client_credentials');
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('parameters belong in the request body') });
    expect(edge.owners.asked).toEqual([]);
  });
});

describe('EDG-1 behind a trusted proxy', () => {
  it('the source is the nearest hop that is no proxy', async () => {
    const { trustedProxies } = await import('./source-address.js');
    const behind = await RunningEdge.start({ proxies: trustedProxies(['127.0.0.0/8']) });
    try {
      await behind.form('/token', 'a=1', ['X-Forwarded-For: 1.1.1.1, 198.51.100.1']);
      expect(behind.owners.asked[0]?.request.sourceAddress).toBe('198.51.100.1');
    } finally {
      await behind.close();
    }
  });
});
