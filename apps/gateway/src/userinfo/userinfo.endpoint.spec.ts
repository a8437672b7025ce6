import { Userinfo } from '@tessera/contracts';
import { OAuthError } from '@tessera/vocabulary';
import { RunningEdge } from '../testing.js';

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start();
});
beforeEach(() => {
  edge.forget();
  edge.owners.answer = () => ({ status: 200, body: { sub: '248289761001' }, headers: {} });
});
afterAll(() => edge.close());

const BEARER = 'Authorization: Bearer mF_9.B5f-4.1JqM';

describe('OIDC Core §5.3 the userinfo endpoint', () => {
  it('MUST support GET with a Bearer token', async () => {
    const answer = await edge.send('GET', '/userinfo', [BEARER]);
    expect(answer).toMatchObject({ status: 200, body: '{"sub":"248289761001"}' });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    expect(edge.owners.questions(Userinfo)[0]).toMatchObject({ method: 'GET', authorization: ['Bearer mF_9.B5f-4.1JqM'], parameters: [], url: 'https://as.example.com/userinfo' });
  });

  it('MUST support POST with the token in the form (RFC 6750 §2.2)', async () => {
    expect((await edge.form('/userinfo', 'access_token=mF_9')).status).toBe(200);
    expect(edge.owners.questions(Userinfo)[0]).toMatchObject({ method: 'POST', parameters: [['access_token', 'mF_9']] });
  });

  it.each([
    ['no body and no type', [BEARER]],
    ['no body and some type', [BEARER, 'Content-Type: text/plain;charset=ISO-8859-1']],
  ])('MUST support POST with the token in the header and %s', async (_case, headers) => {
    expect((await edge.send('POST', '/userinfo', headers)).status).toBe(200);
    expect(edge.owners.questions(Userinfo)[0]).toMatchObject({ authorization: ['Bearer mF_9.B5f-4.1JqM'], parameters: [] });
  });

  it('EDG-4 MUST refuse a body that is no form', async () => {
    expect((await edge.send('POST', '/userinfo', [BEARER, 'Content-Type: application/json'], '{}')).status).toBe(400);
    expect(edge.owners.asked).toEqual([]);
  });

  it('§5.3.2 a signed answer is application/jwt', async () => {
    edge.owners.answer = () => ({ status: 200, body: 'e30.e30.c2ln', headers: {} });
    const answer = await edge.send('GET', '/userinfo', [BEARER]);
    expect(answer).toMatchObject({ status: 200, body: 'e30.e30.c2ln' });
    expect(answer.headers['content-type']).toBe('application/jwt');
  });

  it('AUT-6 lets scripts of any origin read it', async () => {
    const answer = await edge.send('GET', '/userinfo', [BEARER, 'Origin: https://app.example']);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.headers['access-control-expose-headers']).toContain('WWW-Authenticate');
  });
});

describe('RFC 6750 §3 the challenge', () => {
  it.each([
    ['invalid_token', 401, 'userinfo.invalid_token', 'Bearer realm="https://as.example.com", error="invalid_token", error_description="the access token is invalid, expired or revoked"'],
    ['insufficient_scope', 403, 'userinfo.no_openid', 'Bearer realm="https://as.example.com", error="insufficient_scope", error_description="the access token lacks the scope openid", scope="openid"'],
  ] as const)('%s MUST be %i and say what would do', async (error, status, reason, challenge) => {
    edge.owners.answer = () => Promise.reject(new OAuthError(reason));
    const answer = await edge.send('GET', '/userinfo', [BEARER]);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ error });
    expect(answer.headers['www-authenticate']).toBe(challenge);
  });

  it('§3 words of a peer of another release cannot end the quoted string', async () => {
    const refusal = OAuthError.fromPeer({ reason: 'future.reason', code: 'invalid_token', description: 'a "b" \\ c\r\nX: y', status: 401 });
    edge.owners.answer = () => Promise.reject(refusal);
    expect((await edge.send('GET', '/userinfo', [BEARER])).headers['www-authenticate']).toContain('error_description="a  b    c  X: y"');
  });

  it('Ours: an expired token is no failed client authentication, however often it comes', async () => {
    edge.owners.answer = () => Promise.reject(new OAuthError('userinfo.invalid_token'));
    const answers = await Promise.all(Array.from({ length: 40 }, () => edge.send('GET', '/userinfo', [BEARER])));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([401]));
  });
});
