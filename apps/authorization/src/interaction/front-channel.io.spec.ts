import { ResponseType } from '@tessera/protocol/client';
import { webClient } from '@tessera/protocol/client/testing';
import { OAuthError, Outage } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { givenAccount } from '../accounts/testing.js';
import { CALLBACK, ISSUER, redemption, responseOf, SignInSystem } from './testing.js';

const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, account, session, interaction, authorization_audit_event, opened_secret, sign_in_failure CASCADE');
});

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
const PROFILE = { claims: { name: 'Alice Adams', email: 'alice@example.com', email_verified: true } };
const every = (registration = {}) =>
  webClient(
    { firstParty: true, responseTypes: ResponseType.options, responseModes: ['query', 'fragment', 'form_post'], ...registration },
    { grantTypes: ['authorization_code', 'implicit', 'refresh_token'] },
  );

/** A system with one client that may ask for every response type, Alice, and her browser. */
async function ready(client = every()) {
  const system = new SignInSystem(db.pool('tessera_authorization'), db.owner);
  await system.register(client);
  const alice = await givenAccount(db.owner, { email: 'alice@example.com' });
  await db.owner.query('UPDATE account SET claims = $1', [JSON.stringify(PROFILE.claims)]);
  return { system, alice, browser: system.browser() };
}

describe('OIDC Core §3.2, §3.3 from the request to a response with tokens', () => {
  it.each([
    ['id_token', ['id_token', 'state', 'iss'], 0],
    ['id_token token', ['access_token', 'token_type', 'expires_in', 'scope', 'id_token', 'state', 'iss'], 0],
    ['code id_token', ['code', 'id_token', 'state', 'iss'], 1],
    ['code token', ['code', 'access_token', 'token_type', 'expires_in', 'scope', 'state', 'iss'], 1],
    ['code id_token token', ['code', 'access_token', 'token_type', 'expires_in', 'scope', 'id_token', 'state', 'iss'], 1],
  ])('%s: what it carries, one grant, one question to token', async (responseType, names, codes) => {
    const { system, alice, browser } = await ready();
    await browser.authorize({ response_type: responseType, nonce: 'n-0S6' });
    const reply = await browser.signIn();
    expect(reply).toMatchObject({ kind: 'response', mode: 'fragment', redirectUri: CALLBACK, reason: null });
    expect(Object.keys(responseOf(reply))).toEqual(names);
    expect(system.tokens.asked).toEqual([
      expect.objectContaining({ responseType, state: 'xyz', code: responseOf(reply)['code'] ?? null, grant: expect.objectContaining({ subject: alice, nonce: 'n-0S6', acr: '1', amr: ['pwd'], offline: false }) }),
    ]);
    expect(await rows('SELECT (SELECT count(*) FROM authorization_grant)::int AS grants, (SELECT count(*) FROM authorization_code)::int AS codes')).toEqual([{ grants: 1, codes }]);
  });

  it('code alone asks nobody', async () => {
    const { system, browser } = await ready();
    expect((await browser.through())['code']).toHaveLength(43);
    expect(system.tokens.asked).toEqual([]);
  });

  it('the code of a hybrid response is redeemed like any other, for the same grant', async () => {
    const { system, browser } = await ready();
    const { code } = await browser.through({ response_type: 'code id_token', nonce: 'n' });
    const [asked] = system.tokens.asked;
    expect(await system.parts.codes.redeem(redemption(code))).toMatchObject({ outcome: 'redeemed', grant: { grantId: asked?.grant.grantId, nonce: 'n', sid: asked?.grant.sid } });
  });

  it('who is signed in is answered silently, with form_post where that was asked', async () => {
    const { browser } = await ready();
    await browser.through();
    const reply = await browser.authorize({ response_type: 'id_token token', prompt: 'none', nonce: 'n', response_mode: 'form_post' });
    expect(reply).toMatchObject({ kind: 'response', mode: 'form_post' });
    expect(responseOf(reply)).toMatchObject({ access_token: 'access', id_token: 'id', iss: ISSUER });
  });

  it('OIDC Core §5.4 claims of scopes are for the ID token only where no access token tells them', async () => {
    const { system, browser } = await ready();
    await browser.through({ response_type: 'id_token', nonce: 'n', scope: 'openid email' });
    await browser.through({ response_type: 'id_token token', nonce: 'n', scope: 'openid email' });
    await browser.through({ response_type: 'code id_token', nonce: 'n', scope: 'openid', claims: JSON.stringify({ id_token: { name: { essential: true } } }) });
    expect(system.tokens.asked.map(({ grant }) => grant.idTokenClaims)).toEqual([{ email: 'alice@example.com', email_verified: true }, {}, { name: 'Alice Adams' }]);
  });
});

describe('OIDC Core §3.2.2.6, §3.3.2.6 errors', () => {
  it('prompt=none without a session: login_required in the fragment, with state', async () => {
    const { browser } = await ready();
    const reply = await browser.authorize({ response_type: 'code id_token', nonce: 'n', prompt: 'none' });
    expect(reply).toMatchObject({ kind: 'response', mode: 'fragment', reason: 'interaction.login_required' });
    expect(responseOf(reply)).toMatchObject({ error: 'login_required', state: 'xyz', iss: ISSUER });
  });

  it('who denies: access_denied in the fragment, and token is not asked', async () => {
    const { system, browser } = await ready(every({ firstParty: false }));
    await browser.authorize({ response_type: 'id_token token', nonce: 'n' });
    await browser.signIn();
    const reply = await browser.submit('consent', [['decision', 'deny']]);
    expect(reply).toMatchObject({ mode: 'fragment' });
    expect(responseOf(reply)).toMatchObject({ error: 'access_denied' });
    expect(system.tokens.asked).toEqual([]);
  });

  it.each([
    ['token is away', new Outage('token', 'no answer'), 'temporarily_unavailable', 'authorization_response.tokens_unavailable'],
    ['the resource was withdrawn', new OAuthError('resource.unknown'), 'invalid_target', 'resource.unknown'],
  ])('MUST tell the client when %s: no code, no token, and asking again works', async (_case, failure, error, reason) => {
    const { system, browser } = await ready();
    system.tokens.failure = failure;
    await browser.authorize({ response_type: 'code id_token', nonce: 'n' });
    const reply = await browser.signIn();
    expect(reply).toMatchObject({ kind: 'response', mode: 'fragment', reason });
    expect(Object.keys(responseOf(reply))).toEqual(['error', 'error_description', 'state', 'iss']);
    expect(responseOf(reply)).toMatchObject({ error });
    system.tokens.failure = null;
    expect((await browser.through({ response_type: 'code id_token', nonce: 'n' }))['id_token']).toBe('id');
  });

  it('a failure of ours is no answer of the client\'s', async () => {
    const { system, browser } = await ready();
    system.tokens.failure = new TypeError('a bug');
    await browser.authorize({ response_type: 'id_token', nonce: 'n' });
    await expect(browser.signIn()).rejects.toThrow('a bug');
  });

  it('AUT-3 a type that was taken from the client meanwhile is not answered', async () => {
    const { system, browser } = await ready();
    await browser.authorize({ response_type: 'id_token', nonce: 'n' });
    await system.register(every({ responseTypes: ['code'] }));
    await expect(browser.show()).rejects.toMatchObject({ reason: 'interaction.client_gone' });
  });
});

describe('AUT-10, I1 the race law for responses with tokens', () => {
  it('one of 12 answers to one page gets a response, and token is asked once', async () => {
    const { system, browser } = await ready(every({ firstParty: false }));
    await browser.authorize({ response_type: 'code id_token token', nonce: 'n' });
    await browser.signIn();
    const answers = await Promise.allSettled(Array.from({ length: 12 }, () => browser.agree()));
    expect(answers.filter((one) => one.status === 'fulfilled' && one.value.kind === 'response')).toHaveLength(1);
    expect(system.tokens.asked).toHaveLength(1);
    expect(await rows('SELECT count(*)::int AS n FROM authorization_grant')).toEqual([{ n: 1 }]);
  });
});
