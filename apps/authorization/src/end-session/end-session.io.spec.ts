import { webClient } from '@tessera/protocol/client/testing';
import { OAuthError, Outage } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { givenAccount } from '../accounts/testing.js';
import { IdTokenKey, redemption, responseOf, SignInSystem } from '../interaction/testing.js';

const GONE = 'https://client.example.org/gone';
const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, account, session, interaction, authorization_audit_event, opened_secret, sign_in_failure CASCADE');
});

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
const refusal = (pending: Promise<unknown>) => pending.then(() => 'no refusal', (error: unknown) => (error instanceof OAuthError ? error.reason : error));
/** Alice, signed in at a client, with the ID token it got. */
async function signedIn(registration = {}) {
  const system = new SignInSystem(db.pool('tessera_authorization'), db.owner);
  const issuer = new IdTokenKey(system);
  await system.register(webClient({ firstParty: true, postLogoutRedirectUris: [GONE], ...registration }));
  const alice = await givenAccount(db.owner);
  const browser = system.browser();
  const { code } = await browser.through();
  const redeemed = await system.parts.codes.redeem(redemption(code));
  if (redeemed.outcome !== 'redeemed') throw new Error(redeemed.outcome);
  const idToken = issuer.idToken(redeemed.grant);
  return { system, issuer, alice, browser, code, idToken, grant: redeemed.grant };
}
const ended = async () => (await rows('SELECT end_reason FROM session')).map((one) => one['end_reason']);

describe('RP-Initiated Logout 1.0 §2, §3 with the ID token of this session', () => {
  it('signs out at once, clears the cookies and redirects with state and nothing else', async () => {
    const { browser, idToken } = await signedIn();
    const cookie = browser.cookie;
    const state = 's'.repeat(128);
    const reply = await browser.signOut({ id_token_hint: idToken, post_logout_redirect_uri: GONE, state });
    expect(reply).toMatchObject({ kind: 'response', mode: 'query', redirectUri: GONE, parameters: [['state', state]], session: { change: 'clear' } });
    expect(browser.cookie).not.toBe(cookie);
    expect(await ended()).toEqual(['logout']);
    expect(await browser.authorize({ prompt: 'none' })).toMatchObject({ reason: 'interaction.login_required' });
  });

  it('without state there is none', async () => {
    const { browser, idToken } = await signedIn();
    expect(await browser.signOut({ id_token_hint: idToken, post_logout_redirect_uri: GONE })).toMatchObject({ parameters: [] });
  });

  it('accepts an ID token that has expired', async () => {
    const { browser, issuer, grant } = await signedIn();
    expect(await browser.signOut({ id_token_hint: issuer.idToken(grant, { exp: 1_000, iat: 400 }), post_logout_redirect_uri: GONE })).toMatchObject({ kind: 'response' });
    expect(await ended()).toEqual(['logout']);
  });

  it('a pairwise client has another sub, and the same rights', async () => {
    const { browser, idToken, grant, alice } = await signedIn({ subjectType: 'pairwise', sectorIdentifier: 'client.example.org' });
    expect(grant.subject).not.toBe(alice);
    expect(await browser.signOut({ id_token_hint: idToken, client_id: 's6BhdRkqt3', post_logout_redirect_uri: GONE })).toMatchObject({ kind: 'response' });
    expect(await ended()).toEqual(['logout']);
  });

  it('by POST from another site the browser comes back with its cookies first', async () => {
    const { browser, idToken } = await signedIn();
    const { cookie, session } = browser;
    browser.cookie = browser.session = null;
    expect(await browser.signOut({ id_token_hint: idToken, post_logout_redirect_uri: GONE }, 'POST')).toMatchObject({ kind: 'continue', browser: null });
    expect(await ended()).toEqual([null]);
    browser.cookie = cookie;
    browser.session = session;
    expect(await browser.show()).toMatchObject({ kind: 'response', redirectUri: GONE, session: { change: 'clear' } });
    expect(await ended()).toEqual(['logout']);
  });

  it('ends what is open and every grant that is not offline (LOG-3)', async () => {
    const { system, browser, idToken } = await signedIn();
    const offline = await browser.through({ scope: 'openid offline_access' });
    await browser.authorize({ prompt: 'login' });
    const open = browser.interaction;
    const { cookie } = browser;
    await browser.signOut({ id_token_hint: idToken });
    browser.cookie = cookie;
    expect(await refusal(browser.show(open))).toBe('interaction.aborted');
    expect(await rows('SELECT offline FROM live_grant')).toEqual([{ offline: true }]);
    expect(await system.parts.codes.redeem(redemption(offline['code']))).toMatchObject({ outcome: 'redeemed' });
    expect(await rows(`SELECT action FROM authorization_audit_event WHERE action = 'session.ended'`)).toHaveLength(1);
  });

  it('who is signed out already goes on to where they wanted', async () => {
    const { browser, idToken } = await signedIn();
    await browser.signOut({ id_token_hint: idToken });
    expect(await browser.signOut({ id_token_hint: idToken, post_logout_redirect_uri: GONE })).toMatchObject({ kind: 'response', redirectUri: GONE });
  });
});

describe('RP-Initiated Logout 1.0 §6 (LOG-2) the person confirms', () => {
  const asks = async (parameters: Record<string, string>) => {
    const one = await signedIn();
    expect(await one.browser.signOut(parameters)).toMatchObject({ kind: 'continue', session: { change: 'keep' } });
    expect(await one.browser.show()).toMatchObject({ kind: 'step', page: { step: 'confirm-logout', person: { identifier: 'alice' } } });
    expect(await ended()).toEqual([null]);
    return one.browser;
  };

  it('without a hint: a request alone ends nothing; confirmed, it is a page of ours', async () => {
    const browser = await asks({});
    expect(await browser.submit('confirm-logout', [['decision', 'sign-out']])).toMatchObject({ kind: 'signed-out', client: null, session: { change: 'clear' } });
    expect(await ended()).toEqual(['logout']);
  });

  it('of a client that gives its id: confirmed, back to it', async () => {
    const browser = await asks({ client_id: 's6BhdRkqt3', post_logout_redirect_uri: GONE, state: 'x' });
    expect(await browser.show()).toMatchObject({ page: { client: { clientId: 's6BhdRkqt3' } }, formTargets: ['https://client.example.org'] });
    expect(await browser.submit('confirm-logout', [['decision', 'sign-out']])).toMatchObject({ kind: 'response', redirectUri: GONE, parameters: [['state', 'x']] });
  });

  it('who stays stays signed in', async () => {
    const browser = await asks({});
    expect(await browser.submit('confirm-logout', [['decision', 'stay']])).toMatchObject({ kind: 'account', session: { change: 'keep' } });
    expect(await ended()).toEqual([null]);
    expect(await refusal(browser.submit('confirm-logout', [['decision', 'sign-out']]))).toBe('interaction.ended');
    expect(await browser.authorize({ prompt: 'none' })).toMatchObject({ reason: null });
  });

  it('an answer that could not be carried out counts for nothing, and may be given again (I3)', async () => {
    const browser = await asks({});
    const other = await db.owner.connect();
    await other.query('BEGIN; SELECT FROM session FOR UPDATE');
    await expect(browser.submit('confirm-logout', [['decision', 'sign-out']])).rejects.toBeInstanceOf(Outage);
    await other.query('ROLLBACK');
    other.release();
    expect(await ended()).toEqual([null]);
    expect(await browser.submit('confirm-logout', [['decision', 'sign-out']])).toMatchObject({ kind: 'signed-out', session: { change: 'clear' } });
    expect(await ended()).toEqual(['logout']);
    expect(await rows(`SELECT action FROM authorization_audit_event WHERE action IN ('interaction.granted', 'session.ended') ORDER BY 1`)).toEqual([{ action: 'interaction.granted' }, { action: 'session.ended' }]);
  });

  it('an answer of another form is refused', async () => {
    const browser = await asks({});
    expect(await refusal(browser.submit('confirm-logout', [['decision', 'allow']]))).toBe('interaction.not_an_answer');
    expect(await refusal(browser.submit('consent', [['decision', 'allow']]))).toBe('interaction.not_an_answer');
  });

  it.each<[string, (one: Awaited<ReturnType<typeof signedIn>>) => string]>([
    ['of another session', ({ issuer, grant }) => issuer.idToken({ ...grant, sid: 'earlier' })],
    ['unsigned (alg none)', ({ idToken }) => `${Buffer.from('{"alg":"none","kid":"issuer-1"}').toString('base64url')}.${idToken.split('.')[1]}.`],
    ['signed by somebody else', ({ system, grant }) => new IdTokenKey(system, false).idToken(grant)],
    ['of another issuer', ({ issuer, grant }) => issuer.idToken(grant, { iss: 'https://evil.example' })],
    ['that is an access token', ({ issuer, grant }) => issuer.idToken(grant, {}, 'at+jwt')],
  ])('MUST ask with a hint %s', async (_case, hint) => {
    const one = await signedIn();
    expect(await one.browser.signOut({ id_token_hint: hint(one) })).toMatchObject({ kind: 'continue' });
    expect(await ended()).toEqual([null]);
  });

  it.each<[string, (one: Awaited<ReturnType<typeof signedIn>>) => string]>([
    ['unsigned (alg none)', ({ idToken }) => `${Buffer.from('{"alg":"none","kid":"issuer-1"}').toString('base64url')}.${idToken.split('.')[1]}.`],
    ['signed by somebody else', ({ system, grant }) => new IdTokenKey(system, false).idToken(grant)],
  ])('MUST NOT redirect with a hint %s, confirmed or not', async (_case, hint) => {
    const one = await signedIn();
    await one.browser.signOut({ id_token_hint: hint(one), client_id: 's6BhdRkqt3', post_logout_redirect_uri: GONE, state: 'x' });
    expect(await one.browser.submit('confirm-logout', [['decision', 'sign-out']])).toMatchObject({ kind: 'signed-out' });
  });
});

describe('RP-Initiated Logout 1.0 §3 (LOG-1) requests that contradict themselves end nothing', () => {
  it.each<[string, Record<string, string>, string]>([
    ['an address that is not registered', { post_logout_redirect_uri: 'https://evil.example/' }, 'end_session.unregistered_redirect_uri'],
    ['an address with a query added', { post_logout_redirect_uri: `${GONE}?a=b` }, 'end_session.unregistered_redirect_uri'],
    ['a client_id that is not the audience', { client_id: 'other' }, 'end_session.client_mismatch'],
  ])('%s', async (_case, parameters, reason) => {
    const { browser, idToken } = await signedIn();
    expect(await refusal(browser.signOut({ id_token_hint: idToken, ...parameters }))).toBe(reason);
    expect(await ended()).toEqual([null]);
  });

  it('nobody is signed in, nothing is asked: a page of ours', async () => {
    const { system } = await signedIn();
    expect(await system.browser().signOut({ state: 'x' })).toMatchObject({ kind: 'signed-out', client: null });
  });
});

describe('OIDC Core §3.1.2.1 id_token_hint at the authorization endpoint (AUT-7)', () => {
  it('names who is signed in: answered', async () => {
    const { browser, idToken } = await signedIn();
    expect(responseOf(await browser.authorize({ prompt: 'none', id_token_hint: idToken }))['code']).toHaveLength(43);
  });

  it('names somebody else: never a code, and nobody is signed in by the way', async () => {
    const { system, browser, idToken } = await signedIn();
    await givenAccount(db.owner, { username: 'bob' });
    const bobs = system.browser();
    await bobs.through({}, 'bob');
    expect(responseOf(await bobs.authorize({ prompt: 'none', id_token_hint: idToken }))).toMatchObject({ error: 'login_required' });
    await bobs.authorize({ id_token_hint: idToken });
    expect(await bobs.show()).toMatchObject({ page: { step: 'password', person: null, identifier: null } });
    expect(await bobs.signIn('bob')).toMatchObject({ kind: 'step', page: { problem: 'other_person' } });
    expect(responseOf(await bobs.signIn('alice'))['code']).toHaveLength(43);
    expect(await browser.authorize({ prompt: 'none' })).toMatchObject({ reason: null });
  });

  it('MUST NOT tell who is behind a sub to a browser they are not signed in in (OIDC Core §8.1)', async () => {
    const { system, browser, idToken } = await signedIn({ subjectType: 'pairwise', sectorIdentifier: 'client.example.org' });
    const clients = system.browser();
    await clients.authorize({ id_token_hint: idToken });
    expect(JSON.stringify(await clients.show())).not.toContain('alice');
    await browser.authorize({ id_token_hint: idToken, prompt: 'login' });
    expect(await browser.show()).toMatchObject({ page: { step: 'password', person: { identifier: 'alice' }, identifier: 'alice' } });
  });

  it('of a pairwise client names the person behind its sub', async () => {
    const { browser, idToken } = await signedIn({ subjectType: 'pairwise', sectorIdentifier: 'client.example.org' });
    expect(responseOf(await browser.authorize({ prompt: 'none', id_token_hint: idToken }))['code']).toHaveLength(43);
  });

  it('of another client names nobody', async () => {
    const { browser, issuer, grant } = await signedIn();
    expect(responseOf(await browser.authorize({ id_token_hint: issuer.idToken(grant, { aud: 'other' }) }))['error']).toBe('invalid_request');
  });
});
