import { PushedAuthorizationRequest, Token } from '@tessera/contracts';
import { openSealed } from '@tessera/jose';
import { OPENING_KEY, RunningEdge } from '../testing.js';

const FORM = 'grant_type=password&username=alice&password=correct+horse&scope=openid';

async function asked(form: string, passwordGrant: boolean) {
  const edge = await RunningEdge.start({ features: { passwordGrant, requirePushedAuthorizationRequests: false, requestUri: false, clientRegistration: false } });
  const answer = await edge.form('/token', form);
  await edge.close();
  return { parameters: edge.owners.questions(Token)[0]?.parameters ?? [], requestId: answer.headers['x-request-id'], everything: JSON.stringify(edge.owners.asked) + edge.log.join('') };
}

describe('Decision 8, CCR-3 the password of a token request', () => {
  it('is sealed for this grant and this request', async () => {
    const { parameters, requestId, everything } = await asked(FORM, true);
    expect(parameters.map(([name]) => name)).toEqual(['grant_type', 'username', 'scope', 'password']);
    expect(openSealed(parameters[3]?.[1] ?? '', [OPENING_KEY])).toEqual({ secret: 'correct horse', rid: requestId, purpose: 'password-grant', exp: 1_060 });
    expect(everything).not.toContain('correct horse');
  });

  it.each([
    ['where the grant is switched off (GEN-10)', FORM, false],
    ['with another grant type', 'grant_type=client_credentials&password=correct+horse', true],
    ['without a grant type', 'password=correct+horse', true],
    ['when it is empty', 'grant_type=password&password=', true],
  ])('goes nowhere %s', async (_case, form, passwordGrant) => {
    const { parameters, everything } = await asked(form, passwordGrant);
    expect(parameters.map(([name]) => name)).not.toContain('password');
    expect(everything).not.toContain('correct horse');
  });

  it('leaves every other request as it came', async () => {
    expect((await asked('grant_type=authorization_code&code=x', true)).parameters).toEqual([['grant_type', 'authorization_code'], ['code', 'x']]);
  });
});

describe('RFC 9126 §2 the pushed authorization request endpoint', () => {
  it('MUST take a form and answer as its owner does, to scripts of public clients too', async () => {
    const edge = await RunningEdge.start();
    edge.owners.to(PushedAuthorizationRequest).reply(() => ({ status: 201, body: { request_uri: 'urn:ietf:params:oauth:request_uri:x', expires_in: 90 }, headers: {} }));
    const answer = await edge.form('/par', 'client_id=a', ['Authorization: Basic YTpi', 'Origin: https://app.example']);
    const get = await edge.send('GET', '/par');
    await edge.close();
    expect(answer).toMatchObject({ status: 201, body: '{"request_uri":"urn:ietf:params:oauth:request_uri:x","expires_in":90}' });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'access-control-allow-origin': '*' });
    expect(edge.owners.questions(PushedAuthorizationRequest)[0]).toMatchObject({ authorization: ['Basic YTpi'], url: 'https://as.example.com/par' });
    expect(get.status).toBe(405);
  });
});
