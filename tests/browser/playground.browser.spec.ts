import { jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { demo, demoUser } from '../flows/demo.js';
import { accessibilityFindings, type Look, measuredLoad, overflowsSideways, screenshot, useBrowser } from './browser.js';
import { answerPages, type Answers, isAtProvider, press } from './sign-in.js';

const FLOW_MS_MAX = 60_000;
jest.setTimeout(FLOW_MS_MAX);

const { addresses } = z.object({ addresses: z.object({ playground: z.string() }) }).parse(JSON.parse(readFileSync(process.env['TESSERA_DEMO'] ?? '', 'utf8')));
const PLAYGROUND = addresses.playground;
const suite = useBrowser();

/** Opens the first page and presses a button there. */
async function begin(page: Page, button: string, choices: Readonly<Record<string, string>> = {}, byKeyboard = false): Promise<void> {
  await page.goto(PLAYGROUND);
  const card = page.locator('article', { has: page.getByRole('button', { name: button, exact: true }) });
  if (Object.keys(choices).length > 0) await card.locator('summary').click();
  for (const [name, value] of Object.entries(choices)) {
    const field = card.locator(`[name="${name}"]`);
    if (name === 'offline') await field.check();
    else await field.selectOption(value);
  }
  await press(page, card.getByRole('button', { name: button, exact: true }), byKeyboard);
}

/** A sign-in from the button to the page that tells it; returns the steps the person met at the provider. */
async function signIn(page: Page, button: string, { choices = {}, ...answers }: Answers & { readonly choices?: Readonly<Record<string, string>> } = {}): Promise<readonly string[]> {
  await begin(page, button, choices, answers.byKeyboard);
  const steps = await answerPages(page, answers);
  await page.waitForURL(`${PLAYGROUND}/runs/*`);
  return steps;
}

/** Presses a button of the page of a run, answers what the provider asks, and comes back to a page of a run. */
async function act(page: Page, button: string): Promise<void> {
  await press(page, page.getByRole('button', { name: button, exact: true }).first());
  await answerPages(page);
  await page.waitForURL(`${PLAYGROUND}/runs/*`);
}

const outcome = (page: Page) => page.locator('.outcome').first().innerText();
const stepTitles = (page: Page) => page.locator('.timeline h3').allInnerTexts();

async function expectGoodPage(page: Page, name: string): Promise<void> {
  await screenshot(page, name);
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await overflowsSideways(page)).toBe(false);
}

const LOOKS: readonly (readonly [name: string, look: Look])[] = [
  ['wide, light, with JavaScript', { viewport: 'wide', scheme: 'light', javaScript: true }],
  ['narrow, dark, without JavaScript', { viewport: 'narrow', scheme: 'dark', javaScript: false }],
];
const shot = (look: Look, name: string) => `playground-${name}-${look.viewport}-${look.scheme}`;

const SIGN_INS = [
  ['pkce', 'Sign in with PKCE', 'POST /token'],
  ['par', 'Sign in with PAR', 'POST /par'],
  ['public', 'Sign in as a public client', 'POST /token'],
] as const;

describe.each(LOOKS)('Ours: the playground runs every flow in a real browser: %s', (_look, look) => {
  it('the first page: small, alone, readable', async () => {
    const page = await suite.page(look);
    const load = await measuredLoad(page, PLAYGROUND);
    expect(load.origins).toEqual([PLAYGROUND]);
    expect(load.requests).toBeLessThanOrEqual(3);
    expect(load.bytes).toBeLessThan(30_000);
    await expectGoodPage(page, shot(look, 'home'));
  });

  it.each(SIGN_INS)('OIDC Core §3.1 sign in: %s', async (name, button, request) => {
    const page = await suite.page(look);
    expect(await signIn(page, button)).toEqual(['password']);
    expect(await outcome(page)).toMatch(/^It worked\./);
    expect(await page.locator('.sequence').innerText()).toContain(request);
    expect((await stepTitles(page)).at(-1)).toContain('The app checks the ID token');
    await expectGoodPage(page, shot(look, name));
  });

  it('OIDC Core §3.1.2.4 an app of somebody else asks for consent, and is remembered', async () => {
    const page = await suite.page(look);
    expect((await signIn(page, 'Sign in and be asked', { person: demoUser('bob') }))[0]).toBe('password');
    expect(await signIn(page, 'Sign in and be asked', { person: demoUser('bob') })).toEqual([]);
    expect(await outcome(page)).toMatch(/^It worked\./);
  });

  it('OIDC Core §3.1.2.6 a person who refuses: the app is told, and explains', async () => {
    const page = await suite.page(look);
    expect(await signIn(page, 'Sign in and be asked', { consent: 'deny', choices: { prompt: 'consent' }, look: (step) => expectGoodPage(page, shot(look, `provider-${step}`)) })).toEqual(['password', 'consent']);
    expect(await outcome(page)).toContain('access_denied');
    await expectGoodPage(page, shot(look, 'denied'));
  });

  it('userinfo, refresh, introspection, revocation, logout, one after the other', async () => {
    const page = await suite.page(look);
    await signIn(page, 'Sign in with PKCE');
    await act(page, 'Ask who this is');
    expect(await outcome(page)).toContain('Alice Marie Adams');
    await expectGoodPage(page, shot(look, 'userinfo'));
    await act(page, 'Get fresh tokens');
    expect(await outcome(page)).toContain('Fresh tokens');
    await expectGoodPage(page, shot(look, 'refresh'));
    await act(page, 'Ask what the access token is worth');
    expect(await outcome(page)).toContain('The access token is valid.');
    await act(page, 'Give the access token back');
    await act(page, 'Ask what the access token is worth');
    expect(await outcome(page)).toContain('not valid any more');
    await act(page, 'Ask who this is');
    expect(await outcome(page)).toContain('invalid_token');
    await expectGoodPage(page, shot(look, 'invalid-token'));
    await act(page, 'Sign out');
    expect(await outcome(page)).toContain('Signed out here and at the provider.');
    await expectGoodPage(page, shot(look, 'signed-out'));
    await signIn(page, 'Sign in with PKCE', { choices: { prompt: 'none' } });
    expect(await outcome(page)).toContain('login_required');
  });

  it('RFC 7009 §2.1 a refresh token that was given back is of no use, nor what came from it', async () => {
    const page = await suite.page(look);
    await signIn(page, 'Sign in with PAR');
    await act(page, 'Give the refresh token back');
    expect(await outcome(page)).toContain('The refresh token was given back');
    await act(page, 'Ask what the access token is worth');
    expect(await outcome(page)).toContain('not valid any more');
  });

  it('OAuth 2.0 Form Post Response Mode §2 the answer comes in a form', async () => {
    const page = await suite.page(look);
    expect(await signIn(page, 'Sign in with PKCE', { choices: { response_mode: 'form_post' } })).toContain('password');
    expect(await outcome(page)).toMatch(/^It worked\./);
    expect(await page.locator('.sequence').innerText()).toContain('POST /callback');
  });

  it('OIDC Core §11 offline_access', async () => {
    const page = await suite.page(look);
    await signIn(page, 'Sign in with PKCE', { choices: { offline: 'yes' } });
    expect(await page.locator('.timeline').innerText()).toContain('offline_access');
    await act(page, 'Get fresh tokens');
    expect(await outcome(page)).toContain('Fresh tokens');
  });

  it('OIDC Core §3.1.2.1 prompt=login asks again', async () => {
    const page = await suite.page(look);
    await signIn(page, 'Sign in with PKCE');
    expect(await signIn(page, 'Sign in with PKCE')).toEqual([]);
    expect(await signIn(page, 'Sign in with PKCE', { choices: { prompt: 'login' } })).toEqual(['password']);
  });

  it('RFC 6749 §4.4 client credentials', async () => {
    const page = await suite.page(look);
    await begin(page, 'Get a token for a service');
    expect(await outcome(page)).toMatch(/^It worked\./);
    await act(page, 'Ask what the access token is worth');
    expect(await outcome(page)).toContain('The access token is valid.');
    await expectGoodPage(page, shot(look, 'service'));
  });

  it('RFC 6749 §4.3 the password grant, and a wrong password', async () => {
    const page = await suite.page(look);
    await begin(page, 'Trade a password for tokens');
    expect(await outcome(page)).toMatch(/^It worked\./);
    await act(page, 'Ask who this is');
    expect(await outcome(page)).toContain('Alice Marie Adams');
    await page.goto(PLAYGROUND);
    await page.getByLabel('Password', { exact: true }).fill('not her password');
    await press(page, page.getByRole('button', { name: 'Trade a password for tokens' }));
    expect(await outcome(page)).toContain('invalid_grant');
    expect(await page.getByText('Request id').count()).toBeGreaterThan(0);
    await expectGoodPage(page, shot(look, 'wrong-password'));
  });
});

describe('Ours: with keys only', () => {
  it('a sign-in with consent and the way back', async () => {
    const page = await suite.page();
    const steps = await signIn(page, 'Sign in and be asked', { byKeyboard: true, person: demoUser('bob') });
    expect(steps[0]).toBe('password');
    expect(isAtProvider(page)).toBe(false);
    expect(await outcome(page)).toMatch(/^It worked\./);
  });
});

describe('OIDC RP-Initiated Logout §2 the session of the provider ends too', () => {
  it('the next sign-in asks for the password again', async () => {
    const page = await suite.page();
    await signIn(page, 'Sign in with PKCE');
    await act(page, 'Sign out');
    expect(await signIn(page, 'Sign in with PKCE')).toEqual(['password']);
    expect(new URL(demo.issuer).hostname).not.toBe(new URL(PLAYGROUND).hostname);
  });
});
