import { BackchannelAuthentication } from '@tessera/contracts';
import { openSealed } from '@tessera/jose';
import { OPENING_KEY, RunningEdge } from '../testing.js';

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start();
});
beforeEach(() => {
  edge.forget();
  edge.owners.to(BackchannelAuthentication).reply(() => ({ status: 200, body: { auth_req_id: 'x', expires_in: 300, interval: 5 }, headers: {} }));
});
afterAll(() => edge.close());

describe('CIBA Core §7 the backchannel authentication endpoint', () => {
  it('MUST take a form and answer as its owner does, and to no script of another origin', async () => {
    const answer = await edge.form('/bc-authorize', 'scope=openid&login_hint=jane', ['Authorization: Basic YTpi', 'Origin: https://app.example']);
    expect(answer).toMatchObject({ status: 200, body: '{"auth_req_id":"x","expires_in":300,"interval":5}' });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(edge.owners.questions(BackchannelAuthentication)[0]).toMatchObject({ authorization: ['Basic YTpi'], url: 'https://as.example.com/bc-authorize' });
    expect((await edge.send('GET', '/bc-authorize')).status).toBe(405);
  });

  it('decision 8 a user code leaves sealed, for this request', async () => {
    const answer = await edge.form('/bc-authorize', 'scope=openid&login_hint=jane&user_code=7423');
    const parameters = edge.owners.questions(BackchannelAuthentication)[0]?.parameters ?? [];
    expect(parameters.map(([name]) => name)).toEqual(['scope', 'login_hint', 'user_code']);
    expect(openSealed(parameters[2]?.[1] ?? '', [OPENING_KEY])).toEqual({ secret: '7423', rid: answer.headers['x-request-id'], purpose: 'user-code', exp: 1_060 });
    expect(JSON.stringify(edge.owners.asked) + edge.log.join('')).not.toContain('7423');
  });

  it.each([
    ['an empty one', 'user_code=', [['user_code', '']]],
    ['none', 'scope=openid', [['scope', 'openid']]],
  ])('%s is left as it came', async (_case, form, parameters) => {
    await edge.form('/bc-authorize', form);
    expect(edge.owners.questions(BackchannelAuthentication)[0]?.parameters).toEqual(parameters);
  });
});
