import { randomUUID } from 'node:crypto';
import { webClient } from '@tessera/protocol/client/testing';
import type { DeviceRequestView } from '@tessera/protocol/device-authorization';
import type { InteractionReply, StepPage } from '@tessera/protocol/interaction';
import { authorityOver, Outage } from '@tessera/vocabulary';
import { useDatabase } from '../../../../libs/testing/src/postgres-suite.js';
import { givenAccount } from '../accounts/testing.js';
import { SignInSystem, type TestBrowser } from '../interaction/testing.js';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const TELEVISION = webClient({ firstParty: true }, { grantTypes: [DEVICE, 'refresh_token'], name: 'Living Room TV' });
const NOW = 1_700_000_030;

const db = useDatabase();
let system: SignInSystem;
beforeEach(async () => {
  await db.owner.query('TRUNCATE client, account, session, interaction, authorization_audit_event, opened_secret, sign_in_failure CASCADE');
  system = new SignInSystem(db.pool('tessera_authorization'), db.owner);
  await system.register(TELEVISION);
  await givenAccount(db.owner);
});

/** A device that asked half a minute ago, from where the browsers of the tests are. */
function asked(overrides: Partial<DeviceRequestView> = {}): DeviceRequestView {
  const device: DeviceRequestView = {
    id: randomUUID(), clientId: TELEVISION.clientId, userCode: 'WDJBMJHT', request: { authority: authorityOver(['openid', 'profile', 'email'], []), acrValues: [] },
    confirmation: null, sourceAddress: '203.0.113.7', createdAt: NOW - 30, expiresAt: NOW + 570, state: 'pending', now: NOW, ...overrides,
  };
  system.devices.stored.set(device.id, device);
  return device;
}

/** Enters a code; the browser is at the interaction then. */
async function enter(browser: TestBrowser, userCode = 'wdjb-mjht') {
  const reply = await system.parts.userCodes.enter({ userCode, browser: browser.facts });
  if (reply.kind === 'continue') {
    browser.interaction = reply.interaction;
    browser.cookie = reply.browser ?? browser.cookie;
  }
  return reply;
}

/** A browser in which alice is at the page that compares. */
async function comparing(): Promise<TestBrowser> {
  const browser = system.browser();
  await enter(browser);
  await browser.show();
  await browser.signIn();
  return browser;
}

const answer = (browser: TestBrowser, decision: 'allow' | 'deny', scope: readonly string[] = ['openid', 'profile', 'email']) =>
  browser.submit('device-consent', [['decision', decision], ...scope.map((one): [string, string] => ['scope', one])]);
const outcomeOf = (reply: InteractionReply) => (reply.kind === 'device' ? reply.outcome : reply.kind);
const grants = async () =>
  (await db.owner.query('SELECT id, account_id, client_id, authority, session_id, sid, request_id, revoked_at, revoke_reason, acr FROM authorization_grant ORDER BY created_at')).rows;
const ended = async () => (await db.owner.query<{ outcome: string | null }>('SELECT outcome FROM interaction')).rows.map(({ outcome }) => outcome);

describe('RFC 8628 §3.3 a person enters a user code', () => {
  it('DEV-2 is asked for on behalf of the browser, the source and who is signed in', async () => {
    asked();
    const browser = await comparing();
    await enter(browser, 'nonsense');
    expect(system.devices.attempts).toEqual([
      { userCode: 'WDJBMJHT', browserHash: null, sourceAddress: '203.0.113.7', accountId: null },
      { userCode: null, browserHash: expect.stringMatching(/^[\w-]{43}$/), sourceAddress: '203.0.113.7', accountId: expect.stringMatching(/^usr_/) },
    ]);
  });

  it('no device waits with it: the page again, and no interaction', async () => {
    expect(await enter(system.browser(), 'ZZZZ-ZZZZ')).toEqual({ kind: 'again', problem: 'unknown', waitSeconds: null });
    expect(await ended()).toEqual([]);
  });

  it('UIX-3 the interaction is of no use in another browser, and says nothing of the user code', async () => {
    asked();
    const browser = system.browser();
    await enter(browser);
    await expect(system.browser().show(browser.interaction)).rejects.toMatchObject({ reason: 'interaction.other_browser' });
    expect(JSON.stringify((await db.owner.query('SELECT * FROM interaction')).rows)).not.toContain('WDJBMJHT');
  });
});

describe('RFC 8628 §5.4, DEV-5 what is shown before a decision', () => {
  it('who asks, for whom, what for, from where and when, and the code to compare; a client of the house is no exception', async () => {
    asked({ request: { authority: authorityOver(['openid', 'offline_access'], []), acrValues: [] } });
    const browser = await comparing();
    const shown = await browser.show();
    const page: StepPage | null = shown.kind === 'step' ? shown.page : null;
    expect(page).toEqual({
      step: 'device-consent', client: expect.objectContaining({ name: 'Living Room TV' }), person: expect.objectContaining({ identifier: 'alice' }),
      scope: [{ scope: 'openid', resource: null }, { scope: 'offline_access', resource: null }], offline: true, userCode: 'WDJB-MJHT', sourceAddress: '203.0.113.7', sameSource: true,
      askedSecondsAgo: 30, secondsLeft: 570,
    });
  });

  it.each([['198.51.100.1', false], ['203.0.113.7', true], ['', false]])('a device at %j is at the address of the browser: %s', async (sourceAddress, sameSource) => {
    asked({ sourceAddress });
    const shown = await (await comparing()).show();
    expect(shown).toMatchObject({ page: { sourceAddress, sameSource } });
  });

  it('another account may be chosen; then that person is asked', async () => {
    await givenAccount(db.owner, { username: 'bob' });
    asked();
    const browser = await comparing();
    await browser.submit('select-account', [['choice', 'other']]);
    expect(await browser.show()).toMatchObject({ page: { step: 'password', person: null } });
    await browser.signIn('bob');
    expect(await browser.show()).toMatchObject({ page: { step: 'device-consent', person: { identifier: 'bob' } } });
  });

  it.each([
    ['approved', 'approved_before'], ['redeemed', 'approved_before'], ['denied', 'denied_before'], ['expired', 'expired'], ['cancelled', 'expired'],
  ] as const)('a request that is %s meanwhile is no longer asked about', async (state, outcome) => {
    const device = asked();
    const browser = await comparing();
    asked({ ...device, state });
    expect(outcomeOf(await browser.show())).toBe(outcome);
  });

  it('a client that was disabled or lost the grant type meanwhile gets nothing', async () => {
    asked();
    const browser = await comparing();
    system.clients.set(TELEVISION.clientId, { ...TELEVISION, grantTypes: [] });
    await expect(browser.show()).rejects.toMatchObject({ reason: 'interaction.client_gone' });
    await expect(answer(browser, 'allow')).rejects.toMatchObject({ reason: 'interaction.client_gone' });
    expect(await grants()).toEqual([]);
  });
});

describe('RFC 8628 §3.3, decision 2 an approval', () => {
  it('records the grant before it is told to the owner of the request, and ends the interaction after that', async () => {
    const device = asked();
    const browser = await comparing();
    const seen: unknown[] = [];
    system.devices.meets = async () => void seen.push((await grants()).length, await ended());
    expect(outcomeOf(await answer(browser, 'allow', ['openid', 'email']))).toBe('approved');
    expect(seen).toEqual([1, [null]]);
    const [grant] = await grants();
    expect(grant).toMatchObject({ client_id: TELEVISION.clientId, session_id: null, sid: null, revoked_at: null, acr: '1', authority: { scope: ['openid', 'email'] } });
    expect(system.devices.stored.get(device.id)).toMatchObject({ state: 'approved', grantId: grant?.['id'], accountId: grant?.['account_id'] });
    expect(await ended()).toEqual(['granted']);
    expect(await grants()).toHaveLength(1);
  });

  it('I1 ends with the first answer; whoever did not hear what became of it is told once more, in this browser only', async () => {
    asked();
    const browser = await comparing();
    await answer(browser, 'allow');
    expect([outcomeOf(await browser.show()), outcomeOf(await answer(browser, 'deny')), outcomeOf(await answer(browser, 'allow'))]).toEqual(['approved', 'approved', 'approved']);
    expect(await ended()).toEqual(['granted']);
    await expect(system.browser().show(browser.interaction)).rejects.toMatchObject({ reason: 'interaction.other_browser' });
  });

  it('F05 an approval whose answer was lost is shown as failed, and the same answer again makes it whole: one grant, one decision', async () => {
    const device = asked();
    const browser = await comparing();
    system.devices.meets = () => Promise.reject(new Outage('device-ciba', 'killed before the statement'));
    await expect(answer(browser, 'allow')).rejects.toBeInstanceOf(Outage);
    expect(system.devices.stored.get(device.id)?.state).toBe('pending');
    system.devices.meets = () => undefined;
    expect(outcomeOf(await answer(browser, 'allow'))).toBe('approved');
    expect(await grants()).toHaveLength(1);
    expect(system.devices.stored.get(device.id)?.grantId).toBe((await grants())[0]?.['id']);
  });

  it('F05 killed after the statement: the approval is durable, and the page says so', async () => {
    const device = asked();
    const browser = await comparing();
    const { decide } = system.devices;
    system.devices.decide = async (decision) => {
      await decide.call(system.devices, decision);
      throw new Outage('device-ciba', 'killed after the statement');
    };
    await expect(answer(browser, 'allow')).rejects.toBeInstanceOf(Outage);
    system.devices.decide = decide;
    expect(system.devices.stored.get(device.id)?.state).toBe('approved');
    expect(outcomeOf(await browser.show())).toBe('approved_before');
    expect(outcomeOf(await answer(browser, 'allow'))).toBe('approved');
    expect(await grants()).toHaveLength(1);
  });

  it('I2 who changes their mind between two tries gets what they agreed to last, in a grant of its own', async () => {
    asked();
    const browser = await comparing();
    system.devices.meets = () => Promise.reject(new Outage('device-ciba', 'away'));
    await expect(answer(browser, 'allow')).rejects.toBeInstanceOf(Outage);
    system.devices.meets = () => undefined;
    await answer(browser, 'allow', ['openid']);
    const approved = [...system.devices.stored.values()][0]?.grantId;
    expect((await grants()).find(({ id }) => id === approved)).toMatchObject({ authority: { scope: ['openid'] } });
  });

  it('that comes after another decision revokes its own grant, which nobody can redeem', async () => {
    const device = asked();
    const browser = await comparing();
    system.devices.meets = () => void asked({ ...device, state: 'denied' });
    expect(outcomeOf(await answer(browser, 'allow'))).toBe('denied_before');
    expect(await grants()).toEqual([expect.objectContaining({ revoke_reason: 'not-decided' })]);
    expect(await ended()).toEqual(['refused']);
  });

  it.each([
    ['the session ended', 'UPDATE session SET ended_at = now(), end_reason = $1', 'logout'],
    ['the account was disabled', 'UPDATE account SET enabled = false WHERE $1 = $1', 'x'],
    ['the client was disabled', 'UPDATE client SET enabled = false WHERE $1 = $1', 'x'],
  ])('I8 gives nothing where %s while it was read', async (_case, change, value) => {
    asked();
    const browser = await comparing();
    await db.owner.query(change, [value]);
    const reply = await answer(browser, 'allow').catch((error: unknown) => error);
    expect(reply).not.toMatchObject({ kind: 'device' });
    expect(await grants()).toEqual([]);
    expect([...system.devices.stored.values()][0]?.state).toBe('pending');
  });

  it('OIDC Core §8 names the person to a pairwise client as it knows them', async () => {
    system.clients.set(TELEVISION.clientId, { ...TELEVISION, registration: { ...TELEVISION.registration, subjectType: 'pairwise', sectorIdentifier: 'tv.example' } });
    asked();
    await answer(await comparing(), 'allow');
    const { rows } = await db.owner.query<{ subject: string; account_id: string }>('SELECT subject, account_id FROM authorization_grant');
    expect(rows[0]?.subject).not.toBe(rows[0]?.account_id);
  });
});

describe('RFC 8628 §3.3 a denial', () => {
  it('records no grant, and the same again is the same', async () => {
    const device = asked();
    const browser = await comparing();
    const { decide } = system.devices;
    system.devices.decide = async (decision) => {
      await decide.call(system.devices, decision);
      throw new Outage('device-ciba', 'the answer was lost');
    };
    await expect(answer(browser, 'deny')).rejects.toBeInstanceOf(Outage);
    system.devices.decide = decide;
    expect(outcomeOf(await answer(browser, 'deny'))).toBe('denied');
    expect(system.devices.stored.get(device.id)?.state).toBe('denied');
    expect(await grants()).toEqual([]);
    expect(await ended()).toEqual(['refused']);
    expect(outcomeOf(await browser.show())).toBe('denied');
  });

  it('is what agreeing to nothing comes to', async () => {
    asked({ request: { authority: authorityOver(['orders.read'], []), acrValues: [] } });
    expect(outcomeOf(await answer(await comparing(), 'allow', []))).toBe('denied');
  });
});
