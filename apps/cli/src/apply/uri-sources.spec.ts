import { openSealed } from '@tessera/jose';
import { applying, clientDeclaration } from '../testing.js';

const WEB = ['grant_types: [authorization_code]', 'scope: openid'];
const CALLBACK = 'https://client.example.org/cb';
const registered = (state: ReturnType<typeof applying>['state']) => state.stored.clients[0]?.record.registration;

async function applied(lines: string[], environment: Record<string, string> = {}) {
  const { at, state } = applying(openSealed, clientDeclaration(...WEB, ...lines));
  at.environment = environment;
  return { code: await at.run('apply', 'd.yaml'), at, state };
}

describe('Ours: URIs that only the place of installation knows', () => {
  const SOURCED = ['redirect_uris:', '  from_environment: CALLBACKS', `  otherwise: [${CALLBACK}]`, 'client_uri: { from_environment: HOME, otherwise: https://client.example.org }'];

  it('are those of the variable, several separated by white space', async () => {
    const { code, state } = await applied(SOURCED, { CALLBACKS: ' http://127.0.0.1:4200/cb\n http://127.0.0.1:4200/other ', HOME: 'http://127.0.0.1:4200' });
    expect([code, registered(state)]).toMatchObject([
      0,
      { redirectUris: ['http://127.0.0.1:4200/cb', 'http://127.0.0.1:4200/other'], clientUri: 'http://127.0.0.1:4200' },
    ]);
  });

  it.each([
    ['not set', {}],
    ['empty', { CALLBACKS: '', HOME: '' }],
    ['white space', { CALLBACKS: ' \n', HOME: ' ' }],
  ])('are what stands there otherwise when the variable is %s', async (_case, environment) => {
    const { code, state } = await applied(SOURCED, environment);
    expect([code, registered(state)]).toMatchObject([0, { redirectUris: [CALLBACK], clientUri: 'https://client.example.org' }]);
  });

  it('may stand in the file', async () => {
    const { code, state } = await applied([`redirect_uris: [${CALLBACK}]`, 'post_logout_redirect_uris: [https://client.example.org/bye]', 'require_pkce: false', 'default_max_age: 60']);
    expect([code, registered(state)]).toMatchObject([
      0,
      { redirectUris: [CALLBACK], postLogoutRedirectUris: ['https://client.example.org/bye'], requireProofKey: false, defaultMaxAgeSeconds: 60 },
    ]);
  });

  it.each([
    ['no variable and nothing otherwise', ['redirect_uris: { from_environment: CALLBACKS }'], 'clients[0].redirect_uris.from_environment'],
    ['one URI where a list belongs', [`redirect_uris: { from_environment: CALLBACKS, otherwise: ${CALLBACK} }`], 'clients[0].redirect_uris '],
    ['a list where one URI belongs', [`redirect_uris: [${CALLBACK}]`, `client_uri: { from_environment: HOME, otherwise: [${CALLBACK}] }`], 'clients[0].client_uri '],
    ['no variable named', [`redirect_uris: { otherwise: [${CALLBACK}] }`], 'clients[0].redirect_uris '],
    ['another member', [`redirect_uris: { from_environment: CALLBACKS, else: [${CALLBACK}] }`], 'clients[0].redirect_uris '],
    ['one text where a list belongs', [`redirect_uris: ${CALLBACK}`], 'clients[0].redirect_uris '],
  ])('MUST tell the place of %s, and change nothing', async (_case, lines, place) => {
    const { code, at, state } = await applied(lines);
    expect(code).not.toBe(0);
    expect(at.err[0]).toContain(place);
    expect(state.writes).toBe(0);
  });

  it('REG-2 are judged like written ones', async () => {
    const { code, at } = await applied(SOURCED, { CALLBACKS: 'http://client.example.org/cb' });
    expect(code).not.toBe(0);
    expect(at.err[0]).toContain('clients[0].redirect_uris[0]');
  });
});
