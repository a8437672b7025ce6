import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { type ConformanceSystem, startConformanceSystem } from '../flows/conformance-system.js';
import { ReceiverCertificate } from '../flows/logout-receiver.js';
import { accessibilityFindings, screenshot } from './browser.js';
import { RelyingSite } from './relying-site.js';

jest.setTimeout(60_000);

const certificate = new ReceiverCertificate();
let running: ConformanceSystem;
let site: RelyingSite;
const loaded = async () => ({ ...(await import('./sign-in.js')), ...(await import('../flows/demo.js')) });
let drivers: Awaited<ReturnType<typeof loaded>>;
const open: (() => Promise<void>)[] = [];

beforeAll(async () => {
  [running, site] = [await startConformanceSystem(), await RelyingSite.open(certificate)];
  drivers = await loaded();
}, 120_000);
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
  site.visits.length = 0;
});
afterAll(async () => {
  await running.stop();
  await site.close();
  certificate.remove();
}, 60_000);

/** A browser of its own, as a person sets it up: with cookies of other sites in frames, or without. */
async function browser({ thirdPartyCookies, javaScript = true }: { readonly thirdPartyCookies: boolean; readonly javaScript?: boolean }): Promise<BrowserContext> {
  const profile = mkdtempSync(path.join(tmpdir(), 'tessera-profile-'));
  mkdirSync(path.join(profile, 'Default'));
  // What the settings page of the browser writes: 1 blocks third-party cookies, 0 does not.
  const preferences = { profile: { cookie_controls_mode: thirdPartyCookies ? 0 : 1, block_third_party_cookies: !thirdPartyCookies } };
  writeFileSync(path.join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env['TESSERA_CHROMIUM'] || '/usr/bin/chromium',
    args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    ignoreHTTPSErrors: true,
    javaScriptEnabled: javaScript,
  });
  context.setDefaultTimeout(15_000);
  open.push(async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  });
  return context;
}

interface Client {
  readonly client_id: string;
  readonly client_secret: string;
}

async function registered(metadata: Readonly<Record<string, unknown>> = {}): Promise<Client> {
  const body = JSON.stringify({
    redirect_uris: [`${site.origin}/cb`],
    post_logout_redirect_uris: [`${site.origin}/bye`],
    frontchannel_logout_uri: `${site.origin}/out`,
    frontchannel_logout_session_required: true,
    ...metadata,
  });
  const response = await fetch(`${drivers.demo.issuer}/register`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return (await response.json()) as Client;
}

const authorization = ({ client_id }: Client) => {
  const url = new URL(`${drivers.demo.issuer}/authorize`);
  for (const [name, value] of [['response_type', 'code'], ['client_id', client_id], ['redirect_uri', `${site.origin}/cb`], ['scope', 'openid']] as const) url.searchParams.set(name, value);
  return url.href;
};

/** Somebody signs in and lands at the client; the parameters of the response, and the ID token. */
async function signIn(page: Page, client: Client) {
  await page.goto(authorization(client));
  await drivers.answerPages(page);
  await page.waitForURL(`${site.origin}/cb**`);
  const answer = new URL(page.url()).searchParams;
  const response = await fetch(`${drivers.demo.issuer}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code: answer.get('code') ?? '', redirect_uri: `${site.origin}/cb` }).toString(),
  });
  const { id_token: idToken } = (await response.json()) as { id_token: string };
  return { answer, idToken, claims: JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()) as { sid: string; iss: string } };
}

const logoutUrl = (idToken: string, onward: string | null) => {
  const url = new URL(`${drivers.demo.issuer}/end_session`);
  url.searchParams.set('id_token_hint', idToken);
  if (onward !== null) url.searchParams.set('post_logout_redirect_uri', onward);
  if (onward !== null) url.searchParams.set('state', 'a state');
  return url.href;
};

/** A page of the client that asks the frame of the provider, and the word it hears. */
async function watching(context: BrowserContext, { client_id }: Client, sessionState: string | null) {
  const page = await context.newPage();
  const url = new URL(`${site.origin}/watch`);
  url.searchParams.set('frame', `${drivers.demo.issuer}/check_session`);
  url.searchParams.set('message', `${client_id} ${sessionState ?? ''}`);
  await page.goto(url.href);
  return { says: (word: string) => page.locator('#said', { hasText: new RegExp(`^${word}$`) }).waitFor() };
}

describe('Session Management §3.1, §3.3 check_session_iframe in a browser', () => {
  it('with third-party cookies: unchanged, and changed as soon as the person signed out', async () => {
    const context = await browser({ thirdPartyCookies: true });
    const [client, page] = [await registered({ frontchannel_logout_uri: null, frontchannel_logout_session_required: null }), await context.newPage()];
    const { answer, idToken } = await signIn(page, client);
    const watch = await watching(context, client, answer.get('session_state'));
    await watch.says('unchanged');
    await page.goto(logoutUrl(idToken, null));
    await watch.says('changed');
  });

  it('with third-party cookies: changed when somebody else signs in', async () => {
    const context = await browser({ thirdPartyCookies: true });
    const [client, page] = [await registered(), await context.newPage()];
    const { answer } = await signIn(page, client);
    const watch = await watching(context, client, answer.get('session_state'));
    await watch.says('unchanged');
    await page.goto(`${authorization(client)}&prompt=login`);
    await drivers.answerPages(page, { person: drivers.demoUser('bob') });
    await watch.says('changed');
  });

  it('without third-party cookies: error, for nobody can know; a client does not ask again and again', async () => {
    const context = await browser({ thirdPartyCookies: false });
    const [client, page] = [await registered(), await context.newPage()];
    const { answer } = await signIn(page, client);
    expect(answer.get('session_state')).not.toBeNull();
    const watch = await watching(context, client, answer.get('session_state'));
    await watch.says('error');
  });
});

describe('Front-Channel Logout §3 (LOG-5) in a browser', () => {
  it.each([
    ['with third-party cookies: the client is told, with its own cookies', true],
    ['without third-party cookies: the client is told, without its cookies', false],
  ])('%s, and the person goes on with state', async (_case, thirdPartyCookies) => {
    const context = await browser({ thirdPartyCookies });
    const [client, page] = [await registered(), await context.newPage()];
    const { idToken, claims } = await signIn(page, client);
    await page.goto(logoutUrl(idToken, `${site.origin}/bye`));
    await page.waitForURL(`${site.origin}/bye?state=a+state`);
    const [told, ...more] = site.at('/out');
    expect(more).toEqual([]);
    expect([told?.query.get('iss'), told?.query.get('sid'), told?.destination]).toEqual([claims.iss, claims.sid, 'iframe']);
    expect(told?.cookie.includes('app=signed-in')).toBe(thirdPartyCookies);
    await page.goto(`${authorization(client)}&prompt=none`);
    expect(new URL(page.url()).searchParams.get('error')).toBe('login_required');
  });

  it('without JavaScript: the frames are loaded, a link leads on, and so does the browser', async () => {
    const context = await browser({ thirdPartyCookies: true, javaScript: false });
    const [client, page] = [await registered(), await context.newPage()];
    const { idToken } = await signIn(page, client);
    await page.goto(logoutUrl(idToken, `${site.origin}/bye`));
    expect(await page.locator('a#onward').getAttribute('href')).toBe(`${site.origin}/bye?state=a+state`);
    await page.waitForURL(`${site.origin}/bye?state=a+state`);
    expect(site.at('/out')).toHaveLength(1);
  });

  it('the page that leads on can be read by everybody while it waits', async () => {
    const context = await browser({ thirdPartyCookies: true });
    const [client, page] = [await registered(), await context.newPage()];
    const { idToken } = await signIn(page, client);
    // As somebody sees it whose browser neither runs the script nor goes on by itself.
    const shown = await (await context.request.get(logoutUrl(idToken, `${site.origin}/bye`))).text();
    await page.route('**/end_session?**', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: shown.replace(/<script[\s\S]*?<\/script>|<meta http-equiv="refresh"[^>]*>/gi, '') }));
    await page.goto(logoutUrl(idToken, `${site.origin}/bye`));
    await page.locator('a#onward').waitFor();
    expect(await page.locator('h1').textContent()).toBe('You are signed out');
    await screenshot(page, 'front-channel-logout-onward');
    expect(await accessibilityFindings(page)).toEqual([]);
  });

  it('a client that does not answer holds nobody up', async () => {
    const context = await browser({ thirdPartyCookies: true });
    const [client, page] = [await registered(), await context.newPage()];
    const { idToken } = await signIn(page, client);
    await context.route('**/out?**', () => new Promise(() => {}));
    await page.goto(logoutUrl(idToken, `${site.origin}/bye`), { waitUntil: 'commit' });
    await page.waitForURL(`${site.origin}/bye?state=a+state`);
  });

  it('where it leads nowhere it is the page after a logout, readable, with the frames out of sight', async () => {
    const context = await browser({ thirdPartyCookies: true });
    const [client, page] = [await registered(), await context.newPage()];
    const { idToken } = await signIn(page, client);
    await page.goto(logoutUrl(idToken, null));
    expect(await page.locator('h1').textContent()).toBe('You are signed out');
    expect(site.at('/out')).toHaveLength(1);
    await screenshot(page, 'front-channel-logout');
    expect(await accessibilityFindings(page)).toEqual([]);
  });
});
