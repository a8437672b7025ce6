import { randomBytes } from 'node:crypto';
import { PUSHED_REQUEST_URI_PREFIX, requestUriHash } from '@tessera/protocol/authorization-request';
import { webClient } from '@tessera/protocol/client/testing';
import { authorizationRequest } from '@tessera/protocol/interaction/testing';
import { OAuthError } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { givenAccount } from '../accounts/testing.js';
import { firstParty, redemption, responseOf, SignInSystem, type TestBrowser } from './testing.js';

const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, account, session, interaction, authorization_audit_event, opened_secret, sign_in_failure CASCADE');
});

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await db.owner.query(sql)).rows;
async function ready(client = firstParty()) {
  const system = new SignInSystem(db.pool('tessera_authorization'), db.owner);
  await system.register(client);
  const alice = await givenAccount(db.owner);
  return { system, alice, browser: system.browser() };
}
const refusal = (pending: Promise<unknown>) => pending.then(() => 'no refusal', (error: unknown) => (error instanceof OAuthError ? error.reason : error));
const unknown = () => randomBytes(32).toString('base64url');
/** A pushed request of the client. */
async function pushed(system: SignInSystem, overrides = {}) {
  const requestUri = `${PUSHED_REQUEST_URI_PREFIX}${unknown()}`;
  const request = authorizationRequest(overrides);
  await system.parts.pushedRequests.store(requestUriHash(requestUri), request.clientId, request, 90);
  return { client_id: request.clientId, request_uri: requestUri };
}

describe('UIX-3 an interaction belongs to the browser that began it', () => {
  it('MUST fail in another browser, by looking and by answering', async () => {
    const { system, browser } = await ready();
    await browser.authorize();
    const other = system.browser();
    expect(await refusal(other.show(browser.interaction))).toBe('interaction.other_browser');
    other.cookie = unknown();
    other.interaction = browser.interaction;
    expect([await refusal(other.show()), await refusal(other.signIn())]).toEqual(['interaction.other_browser', 'interaction.other_browser']);
    expect(await rows('SELECT FROM session')).toEqual([]);
  });

  it('a cross-site POST comes without cookies: the browser that looks first is the one', async () => {
    const { system, browser } = await ready();
    expect(await browser.authorize({}, 'POST')).toMatchObject({ kind: 'continue', browser: null });
    const other = system.browser();
    other.interaction = browser.interaction;
    expect(await refusal(other.signIn())).toBe('interaction.other_browser');
    expect(await browser.show()).toMatchObject({ kind: 'step' });
    expect(browser.cookie).toHaveLength(43);
    expect(await refusal(other.show())).toBe('interaction.other_browser');
    expect(responseOf(await browser.signIn())['code']).toHaveLength(43);
  });

  it('a cross-site POST finds the session at the GET that follows (OIDC Core §3.1.2.1)', async () => {
    const { browser } = await ready();
    await browser.through();
    const { cookie, session } = browser;
    browser.cookie = browser.session = null;
    await browser.authorize({ prompt: 'none' }, 'POST');
    browser.cookie = cookie;
    browser.session = session;
    expect(responseOf(await browser.show())['code']).toHaveLength(43);
  });

  it('prompt=none by cross-site POST without a session: login_required', async () => {
    const { browser } = await ready();
    await browser.authorize({ prompt: 'none' }, 'POST');
    expect(responseOf(await browser.show())).toMatchObject({ error: 'login_required' });
  });
});

describe('Ours: what an interaction that is over says', () => {
  it.each([
    ['expired', `UPDATE interaction SET expires_at = now()`, 'interaction.expired'],
    ['completed', `UPDATE interaction SET ended_at = now(), outcome = 'granted'`, 'interaction.ended'],
    ['aborted by logout', `UPDATE interaction SET ended_at = now(), outcome = 'aborted'`, 'interaction.aborted'],
    ['removed', 'DELETE FROM interaction', 'interaction.unknown'],
  ])('%s', async (_case, change, reason) => {
    const { browser } = await ready();
    await browser.authorize();
    await db.owner.query(change);
    expect([await refusal(browser.show()), await refusal(browser.signIn())]).toEqual([reason, reason]);
    expect(await rows('SELECT FROM session')).toEqual([]);
  });

  it('of a client that was disabled or removed', async () => {
    const { system, browser } = await ready();
    await browser.authorize();
    system.clients.set('s6BhdRkqt3', webClient({}, { enabled: false }));
    expect(await refusal(browser.show())).toBe('interaction.client_gone');
    system.clients.set('s6BhdRkqt3', webClient({}, { grantTypes: ['client_credentials'] }));
    expect(await refusal(browser.show())).toBe('interaction.client_gone');
    system.clients.clear();
    expect(await refusal(browser.show())).toBe('interaction.client_gone');
  });

  it('of a client whose redirect URI was taken away: nothing goes there, a refusal neither (AUT-2)', async () => {
    const { system, browser } = await ready(webClient());
    await browser.authorize();
    await browser.signIn();
    system.clients.set('s6BhdRkqt3', webClient({ redirectUris: ['https://client.example.org/other'] }));
    const answers = [await refusal(browser.show()), await refusal(browser.agree()), await refusal(browser.submit('consent', [['decision', 'deny']]))];
    expect(new Set(answers)).toEqual(new Set(['authorization_request.redirect_uri_mismatch']));
    expect(await rows('SELECT FROM authorization_grant')).toEqual([]);
  });

  it('reload works as long as it is open', async () => {
    const { browser } = await ready(webClient());
    await browser.authorize();
    const first = await browser.show();
    expect(await browser.show()).toEqual(first);
    await browser.signIn();
    const consent = await browser.show();
    expect(consent).toMatchObject({ page: { step: 'consent' } });
    expect(await browser.show()).toEqual(consent);
  });
});

describe('RFC 9126 §4 (PAR-3) a pushed request yields one authorization', () => {
  it('is over when it is not there any more, as if it were spent', async () => {
    const { system, browser } = await ready();
    const asked = await pushed(system);
    await browser.keep(system.parts.endpoint.authorize(edgeOf(asked), browser.facts));
    await db.owner.query('DELETE FROM pushed_authorization_request');
    expect([await refusal(browser.show()), await refusal(browser.signIn())]).toEqual(['interaction.request_uri_used', 'interaction.request_uri_used']);
    expect(await rows('SELECT FROM session')).toEqual([]);
  });

  it('may be looked at twice before it is completed, and then is over', async () => {
    const { system, browser } = await ready();
    const asked = await pushed(system);
    const authorize = () => browser.keep(system.parts.endpoint.authorize(edgeOf(asked), browser.facts));
    await authorize();
    const first = browser.interaction;
    await authorize();
    expect(browser.interaction).not.toBe(first);
    expect(responseOf(await browser.signIn())['code']).toHaveLength(43);
    browser.interaction = first;
    expect(await refusal(browser.show())).toBe('interaction.request_uri_used');
    expect(await refusal(authorize())).toBe('authorization_request.request_uri_unknown');
  });

  it('login may take longer than the request_uri lives', async () => {
    const { system, browser } = await ready();
    await browser.keep(system.parts.endpoint.authorize(edgeOf(await pushed(system)), browser.facts));
    await db.owner.query('UPDATE pushed_authorization_request SET expires_at = now()');
    expect(responseOf(await browser.signIn())['code']).toHaveLength(43);
  });

  it('a denied one is over as well', async () => {
    const { system, browser } = await ready(webClient());
    const asked = await pushed(system);
    await browser.keep(system.parts.endpoint.authorize(edgeOf(asked), browser.facts));
    await browser.signIn();
    await browser.submit('consent', [['decision', 'deny']]);
    expect(await refusal(system.parts.endpoint.authorize(edgeOf(asked), browser.facts))).toBe('authorization_request.request_uri_unknown');
  });
});

describe('Ours: how long sessions live, by the clock of the database', () => {
  it.each([
    ['unused too long', 'idle_expires_at = now()'],
    ['past its absolute end', 'expires_at = now()'],
    ['ended', `ended_at = now(), end_reason = 'logout'`],
  ])('%s: nobody is signed in', async (_case, change) => {
    const { browser } = await ready();
    await browser.through();
    await db.owner.query(`UPDATE session SET ${change}`);
    expect(await browser.authorize({ prompt: 'none' })).toMatchObject({ reason: 'interaction.login_required' });
  });

  it.each([['disabled', 'enabled = false'], ['locked', 'locked_at = now()']])('of an account that is %s: nobody is signed in (GEN-6)', async (_case, change) => {
    const { browser } = await ready();
    await browser.through();
    await db.owner.query(`UPDATE account SET ${change}`);
    expect(await browser.authorize({ prompt: 'none' })).toMatchObject({ reason: 'interaction.login_required' });
  });

  it('use moves the sliding end, at most once a minute and never beyond the absolute one', async () => {
    const { browser } = await ready();
    await browser.through();
    const ends = async () => (await rows('SELECT extract(epoch FROM idle_expires_at - now())::float8 AS idle, idle_expires_at = expires_at AS capped FROM session'))[0];
    await db.owner.query(`UPDATE session SET idle_expires_at = now() + interval '10 seconds', used_at = now() - interval '59 seconds'`);
    await browser.authorize();
    expect(Number((await ends())?.['idle'])).toBeLessThanOrEqual(10);
    await db.owner.query(`UPDATE session SET used_at = now() - interval '61 seconds'`);
    await browser.authorize();
    expect(Number((await ends())?.['idle'])).toBeGreaterThan(900);
    await db.owner.query(`UPDATE session SET used_at = now() - interval '61 seconds', expires_at = now() + interval '20 seconds'`);
    await browser.authorize();
    expect(await ends()).toMatchObject({ capped: true });
  });

  it('the cookie of an earlier sign-in is nobody (UIX-2)', async () => {
    const { browser } = await ready();
    await browser.through();
    const before = browser.session;
    await browser.through({ prompt: 'login' });
    browser.session = before;
    expect(await browser.authorize({ prompt: 'none' })).toMatchObject({ reason: 'interaction.login_required' });
  });
});

describe('LOG-3 an interaction with pages to come goes with the session it signed in', () => {
  it('consent of who signed out meanwhile is asked from nobody', async () => {
    const { system, browser } = await ready(webClient());
    await browser.authorize();
    await browser.signIn();
    const facts = browser.facts;
    const elsewhere = system.browser();
    Object.assign(elsewhere, { session: browser.session, cookie: browser.cookie });
    await elsewhere.signOut();
    await elsewhere.submit('confirm-logout', [['decision', 'sign-out']]);
    expect(facts.browser).toBe(browser.cookie);
    expect(await refusal(browser.agree())).toBe('interaction.aborted');
    expect(await rows('SELECT FROM authorization_grant')).toEqual([]);
  });
});

describe('I8 another person signs in in the same browser: nothing that was open for the one before is answered by the next', () => {
  async function alicesPage(begin: (browser: TestBrowser) => Promise<unknown>) {
    const { system, browser } = await ready(webClient());
    await givenAccount(db.owner, { username: 'bob' });
    await browser.through();
    await begin(browser);
    const tab = system.browser();
    Object.assign(tab, { session: browser.session, cookie: browser.cookie, interaction: browser.interaction });
    return { browser, tab };
  }

  it.each<[string, string | null, (browser: TestBrowser) => Promise<unknown>]>([
    ['from where Alice was signed in', 'aborted', (browser) => browser.authorize({ prompt: 'consent' })],
    ['by POST from another site', null, async (browser) => {
      const { session, cookie } = browser;
      browser.cookie = browser.session = null;
      await browser.authorize({ prompt: 'consent' }, 'POST');
      Object.assign(browser, { session, cookie });
      await browser.show();
    }],
  ])('a consent page that was begun %s', async (_case, outcome, begin) => {
    const { browser, tab } = await alicesPage(begin);
    expect(await browser.show()).toMatchObject({ page: { step: 'consent', person: { identifier: 'alice' } } });
    await tab.authorize({ prompt: 'login' });
    expect(await tab.signIn('bob')).toMatchObject({ kind: 'continue' });
    // One jar: the tab of Alice sends what Bob was given.
    Object.assign(browser, { session: tab.session, cookie: tab.cookie });
    expect(await refusal(browser.agree())).toBe('interaction.other_browser');
    expect(await rows('SELECT outcome FROM interaction ORDER BY created_at OFFSET 1 LIMIT 1')).toEqual([{ outcome }]);
    expect(await tab.show()).toMatchObject({ page: { step: 'consent', person: { identifier: 'bob' } } });
    expect(responseOf(await tab.agree())['code']).toHaveLength(43);
    expect(await rows('SELECT end_reason FROM session ORDER BY end_reason')).toEqual([{ end_reason: 'replaced' }, { end_reason: null }]);
  });

  it('the same person once more goes on with everything', async () => {
    const { browser, tab } = await alicesPage((one) => one.authorize({ prompt: 'consent' }));
    const { cookie } = tab;
    await tab.authorize({ prompt: 'login' });
    await tab.signIn('alice');
    expect(tab.cookie).toBe(cookie);
    Object.assign(browser, { session: tab.session });
    expect(responseOf(await browser.agree())['code']).toHaveLength(43);
  });
});

describe('Ours: a session that ended takes its codes with it', () => {
  it.each([
    ['logout', `UPDATE session SET ended_at = now(), end_reason = 'logout'`],
    ['the account disabled', 'UPDATE account SET enabled = false'],
    ['the account locked', 'UPDATE account SET locked_at = now()'],
    ['the client disabled', 'UPDATE client SET enabled = false'],
    ['the grant revoked', `UPDATE authorization_grant SET revoked_at = now(), revoke_reason = 'test'`],
  ])('%s between code and redemption: unknown (GEN-6)', async (_case, change) => {
    const { system, browser } = await ready();
    const { code } = await browser.through();
    await db.owner.query(change);
    expect(await system.parts.codes.redeem(redemption(code))).toEqual({ outcome: 'unknown' });
    expect(await rows('SELECT attempts FROM authorization_code')).toEqual([{ attempts: 1 }]);
  });
});

function edgeOf(parameters: Record<string, string>) {
  return { parameters: Object.entries(parameters), authorization: [], dpop: [], method: 'GET', url: '', clientCertificate: null, sourceAddress: '', requestId: 'b7mXkq2n0r9w4c1z' as never };
}
