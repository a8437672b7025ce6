import { webClient } from '@tessera/protocol/client/testing';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { givenAccount } from '../accounts/testing.js';
import { IdTokenKey, redemption, SignInSystem } from '../interaction/testing.js';

const GONE = 'https://client.example.org/gone';
const db = useDatabase();

beforeEach(async () => {
  await db.owner.query('TRUNCATE client, account, session, interaction, authorization_audit_event, opened_secret, sign_in_failure CASCADE');
});

/** A client with an address for front-channel logout, or without. */
async function registered(system: SignInSystem, clientId: string, uri: string | null, enabled = true): Promise<void> {
  await system.register(webClient({ firstParty: true, postLogoutRedirectUris: [GONE], frontchannelLogoutUri: uri }, { clientId }));
  await db.owner.query('UPDATE client SET registration = $2, enabled = $3 WHERE id = $1', [clientId, JSON.stringify({ frontchannelLogoutUri: uri }), enabled]);
}

/** Alice, signed in at the first of these clients and then at the others, with the ID token of the first. */
async function signedInAt(...clients: readonly (readonly [clientId: string, uri: string | null])[]) {
  const system = new SignInSystem(db.pool('tessera_authorization'), db.owner);
  const issuer = new IdTokenKey(system);
  for (const [clientId, uri] of clients) await registered(system, clientId, uri);
  await givenAccount(db.owner);
  const browser = system.browser();
  const [first, ...others] = clients.map(([clientId]) => clientId);
  const { code } = await browser.through({ client_id: first ?? '' });
  for (const clientId of others) await browser.authorize({ client_id: clientId });
  const redeemed = await system.parts.codes.redeem(redemption(code, { clientId: first ?? '' }));
  if (redeemed.outcome !== 'redeemed') throw new Error(redeemed.outcome);
  return { system, browser, idToken: issuer.idToken(redeemed.grant), sid: redeemed.grant.sid ?? '' };
}

const ONE = 'https://client.example.org/out?a=b';
const TWO = 'https://two.example/out';

describe('Front-Channel Logout §3 (LOG-5) who is told through the browser', () => {
  it('every client of this session that has an address, with iss and sid; then the person goes on', async () => {
    const { browser, idToken, sid } = await signedInAt(['one', ONE], ['two', TWO], ['three', null]);
    const told = `iss=${encodeURIComponent('https://as.example.com')}&sid=${sid}`;
    expect(await browser.signOut({ id_token_hint: idToken, post_logout_redirect_uri: GONE, state: 'a b' })).toMatchObject({
      kind: 'front-channel-logout', frames: [`${ONE}&${told}`, `${TWO}?${told}`], onward: `${GONE}?state=a+b`, session: { change: 'clear' },
    });
  });

  it('and after the person confirmed, on a page that is the end', async () => {
    const { browser } = await signedInAt(['one', ONE]);
    await browser.signOut({});
    expect(await browser.submit('confirm-logout', [['decision', 'sign-out']])).toMatchObject({ kind: 'front-channel-logout', frames: [expect.stringContaining(ONE)], onward: null });
  });

  it('no client of another session, and none that was disabled', async () => {
    const { system, browser, idToken } = await signedInAt(['one', null], ['two', TWO]);
    await registered(system, 'elsewhere', 'https://elsewhere.example/out');
    await system.browser().through({ client_id: 'elsewhere' });
    await db.owner.query("UPDATE client SET enabled = false WHERE id = 'two'");
    expect(await browser.signOut({ id_token_hint: idToken, post_logout_redirect_uri: GONE })).toMatchObject({ kind: 'response' });
  });

  it('nobody twice, and no more than a page can bear', async () => {
    const many = Array.from({ length: 23 }, (_, index) => [`client-${index}`, index === 0 ? 'https://c1.example/out' : `https://c${index}.example/out`] as const);
    const { browser, idToken } = await signedInAt(...many);
    const reply = await browser.signOut({ id_token_hint: idToken });
    const frames = 'frames' in reply ? reply.frames : [];
    expect([frames.length, new Set(frames).size]).toEqual([20, 20]);
  }, 30_000);

  it('nobody when nobody is signed in', async () => {
    const { browser, idToken } = await signedInAt(['one', ONE]);
    await browser.signOut({ id_token_hint: idToken });
    expect(await browser.signOut({ id_token_hint: idToken })).toMatchObject({ kind: 'signed-out' });
  });
});

describe('Session Management §3.2 which responses belong to a session', () => {
  it('those that openid asked for, and no refusal', async () => {
    const { browser } = await signedInAt(['one', null]);
    expect(await browser.authorize({ client_id: 'one' })).toMatchObject({ kind: 'response', sessionOf: 'one' });
    expect(await browser.authorize({ client_id: 'one', prompt: 'none', max_age: '0' })).not.toHaveProperty('sessionOf');
  });
});
