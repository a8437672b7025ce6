import { createHash, randomBytes } from 'node:crypto';
import type { Locator, Page } from 'playwright-core';
import { demo, demoClient, demoUser } from '../flows/demo.js';

const PAGES_MAX = 8;
const SELF_SUBMIT_MS_MAX = 3_000;

/** Who signs in. */
export interface Person {
  readonly username: string;
  readonly password: string;
}

/** How the pages of an interaction are answered. */
export interface Answers {
  readonly person?: Person;
  readonly consent?: 'allow' | 'deny';
  readonly account?: 'current' | 'other';
  readonly logout?: 'sign-out' | 'stay';
  /** With keys only: type, Tab, Enter. */
  readonly byKeyboard?: boolean;
  /** Called at each page before it is answered. */
  readonly look?: (step: string, page: Page) => Promise<void>;
}

/** Whether the browser is at a page of the provider. */
export const isAtProvider = (page: Page): boolean => new URL(page.url()).origin === demo.origin;

/**
 * Answers the provider's pages as a person would, until the browser leaves, or a page asks nothing. Returns the steps that were
 * answered, in order.
 */
export async function answerPages(page: Page, answers: Answers = {}): Promise<readonly string[]> {
  const steps: string[] = [];
  while (steps.length < PAGES_MAX && isAtProvider(page)) {
    const step = await stepOf(page);
    if (step === null) break;
    await answers.look?.(step, page);
    await answer(page, step, answers);
    steps.push(step);
  }
  return steps;
}

/** The step a page asks for, by its hidden field; `form_post` for the page that only carries the answer; null for any other. */
async function stepOf(page: Page): Promise<string | null> {
  const field = page.locator('main input[name="step"]').first();
  if ((await field.count()) > 0) return field.inputValue();
  return (await page.locator('form#response').count()) > 0 ? 'form_post' : null;
}

async function answer(page: Page, step: string, { person = demoUser('alice'), consent = 'allow', account = 'current', logout = 'sign-out', byKeyboard = false }: Answers): Promise<void> {
  switch (step) {
    case 'password':
      return fillIn(page, person, byKeyboard);
    case 'consent':
      return press(page, page.locator(`button[name="decision"][value="${consent}"]`), byKeyboard);
    case 'select-account':
      return press(page, page.locator(`button[name="choice"][value="${account}"]`), byKeyboard);
    case 'confirm-logout':
      return press(page, page.locator(`button[name="decision"][value="${logout}"]`), byKeyboard);
    case 'form_post':
      // Where scripts run it goes on by itself.
      return page.waitForURL(({ origin }) => origin !== demo.origin, { timeout: SELF_SUBMIT_MS_MAX }).catch(() => press(page, page.locator('form#response button'), byKeyboard));
    default:
      throw new Error(`nobody knows how to answer the step ${step}`);
  }
}

async function fillIn(page: Page, { username, password }: Person, byKeyboard: boolean): Promise<void> {
  const identifier = page.locator('input[name="identifier"]');
  if (await identifier.isEditable()) await (byKeyboard ? typeInto(page, identifier, username) : identifier.fill(username));
  const secret = page.locator('input[name="password"]');
  if (!byKeyboard) {
    await secret.fill(password);
    return press(page, page.locator('form:has(input[name="password"]) button[type="submit"]'), false);
  }
  await typeInto(page, secret, password);
  return navigating(page, () => page.keyboard.press('Enter'));
}

/** Presses a button and waits for the page that comes of it. */
export function press(page: Page, button: Locator, byKeyboard = false): Promise<void> {
  return navigating(page, async () => {
    if (!byKeyboard) return button.click();
    await tabTo(page, button);
    await page.keyboard.press('Enter');
  });
}

async function navigating(page: Page, act: () => Promise<unknown>): Promise<void> {
  const navigated = page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame());
  await act();
  await navigated;
  await page.waitForLoadState('load');
}

async function typeInto(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

const TABS_MAX = 200;

/** Moves the focus with the Tab key, as somebody without a mouse must. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the Tab key never reaches it');
}

/**
 * A whole authorization without any relying party: the request of a demo client, the pages, and what came to the redirect URI,
 * which nobody needs to serve.
 */
export async function authorizeInBrowser(page: Page, { parameters = {}, clientId = 'demo-web', ...answers }: Answers & { readonly parameters?: Readonly<Record<string, string>>; readonly clientId?: string } = {}): Promise<{ readonly answer: URLSearchParams; readonly steps: readonly string[]; readonly verifier: string }> {
  const redirectUri = demoClient(clientId).redirect_uris[0] ?? '';
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  await page.route(`${redirectUri}*`, (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<!doctype html><title>back</title>' }));
  const url = new URL(`${demo.issuer}/authorize`);
  const request = { response_type: 'code', client_id: clientId, redirect_uri: redirectUri, scope: 'openid', code_challenge: challenge, code_challenge_method: 'S256', ...parameters };
  for (const [name, value] of Object.entries(request)) url.searchParams.set(name, value);
  await page.goto(url.href);
  const steps = await answerPages(page, answers);
  return { answer: new URL(page.url()).searchParams, steps, verifier };
}
