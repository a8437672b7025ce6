/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { AccountPage, ShowApprovals } from '@tessera/contracts';
import type { Page, Route } from 'playwright-core';
import { accountAs, BROWSER_HANDLE, playScenes, SCENES } from './testing.js';
import { approvalsAs } from './testing-approvals.js';
import { BrowsedEdge, findings } from './testing-browser.js';

const MINUTE_MS = 60_000;
const WEIGHT_BYTES_MAX = 30 * 1024;
const REQUESTS_MAX = 3;
const TARGET_PIXELS_MIN = 24;
const SHOTS = process.env['TESSERA_SHOTS'];

let browsed: BrowsedEdge;
beforeAll(async () => {
  browsed = await BrowsedEdge.start(process.env['TESSERA_CHROMIUM']);
  playScenes(browsed.edge.owners);
}, MINUTE_MS);
afterAll(() => browsed.close());

async function visit(page: Page, scene: string): Promise<void> {
  if (scene === 'form-post') await page.route('**/authorize?*', withoutScript);
  browsed.edge.owners.to(ShowApprovals).reply(() => approvalsAs(scene.replace('approvals-', '')));
  browsed.edge.owners.to(AccountPage).reply(() => accountAs(scene.replace('account-', '')));
  await page.context().addCookies([{ name: 'tessera-browser', value: BROWSER_HANDLE, url: browsed.origin }]);
  await page.goto(`${browsed.origin}${SCENES[scene]}`);
}

/** The page that posts itself on would be gone before anybody looked at it. */
async function withoutScript(route: Route): Promise<void> {
  const response = await route.fetch();
  const body = (await response.text()).replace(/<script[\s\S]*<\/script>/, '');
  await route.fulfill({ response, body });
}

describe.each([
  [360, 'light'],
  [360, 'dark'],
  [1280, 'light'],
  [1280, 'dark'],
] as const)('WCAG 2.2 AA at %i pixels, %s', (width, colorScheme) => {
  it('axe-core MUST find nothing on any page', async () => {
    const context = await browsed.open({ viewport: { width, height: 720 }, colorScheme });
    const page = await context.newPage();
    const found: Record<string, string[]> = {};
    for (const scene of Object.keys(SCENES)) {
      await visit(page, scene);
      if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${scene}-${width}-${colorScheme}.png`, fullPage: true });
      const problems = await findings(page);
      if (problems.length > 0) found[scene] = problems;
    }
    await context.close();
    expect(found).toEqual({});
  }, 3 * MINUTE_MS);
});

describe('Ours: a page weighs at most 30 KB in 3 requests, all of them to ourselves', () => {
  it('on every page, with an empty cache', async () => {
    const tooMuch: Record<string, unknown> = {};
    for (const scene of Object.keys(SCENES)) {
      const context = await browsed.open({ javaScriptEnabled: false });
      const page = await context.newPage();
      const answers: { url: string; bytes: Promise<number> }[] = [];
      page.on('response', (response) => answers.push({ url: response.url(), bytes: response.body().then((body) => body.length) }));
      await visit(page, scene);
      await page.waitForLoadState('load');
      const fetched = answers.filter(({ url }) => !url.startsWith('data:'));
      const bytes = (await Promise.all(fetched.map((answer) => answer.bytes))).reduce((sum, one) => sum + one, 0);
      const foreign = fetched.filter(({ url }) => !url.startsWith(`${browsed.origin}/`));
      if (bytes > WEIGHT_BYTES_MAX || fetched.length > REQUESTS_MAX || foreign.length > 0 || fetched.length < 2) tooMuch[scene] = { bytes, fetched };
      await context.close();
    }
    expect(tooMuch).toEqual({});
  }, 2 * MINUTE_MS);
});

describe('WCAG 2.2 §1.4.10, §2.5.8 on the narrowest screens', () => {
  it('nothing runs over at 320 pixels, and everything can be hit with a finger', async () => {
    const context = await browsed.open({ viewport: { width: 320, height: 640 } });
    const page = await context.newPage();
    const wrong: Record<string, unknown> = {};
    for (const scene of Object.keys(SCENES)) {
      await visit(page, scene);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      const small = await page.evaluate(
        (least) => [...document.querySelectorAll('button, .button, input:not([type=hidden]):not([aria-hidden]), .policies a')].filter((one) => (one.closest('label') ?? one).getBoundingClientRect().height < least).map((one) => one.outerHTML),
        TARGET_PIXELS_MIN,
      );
      if (over > 0 || small.length > 0) wrong[scene] = { over, small };
    }
    await context.close();
    expect(wrong).toEqual({});
  }, MINUTE_MS);

  it('§1.4.4 nothing runs over with text twice as large', async () => {
    const context = await browsed.open({ viewport: { width: 640, height: 640 } });
    const page = await context.newPage();
    const wrong: string[] = [];
    for (const scene of Object.keys(SCENES)) {
      await visit(page, scene);
      const over = await page.evaluate(() => {
        document.documentElement.style.fontSize = '200%';
        return document.documentElement.scrollWidth - document.documentElement.clientWidth;
      });
      if (over > 0) wrong.push(scene);
    }
    await context.close();
    expect(wrong).toEqual([]);
  }, MINUTE_MS);
});

describe('WCAG 2.2 §2.3.3, §1.4.11 what a person asked their system for', () => {
  it('nothing moves where motion is to be reduced', async () => {
    const context = await browsed.open({ reducedMotion: 'reduce' });
    const page = await context.newPage();
    await visit(page, 'sign-in');
    const moving = await page.evaluate(() => [...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).transitionDuration !== '0s' || getComputedStyle(one).animationName !== 'none').length);
    await context.close();
    expect(moving).toBe(0);
  });

  it('every control keeps an edge where colours are forced', async () => {
    const context = await browsed.open({ forcedColors: 'active' });
    const page = await context.newPage();
    await visit(page, 'consent');
    const edges = await page.evaluate(() => [...document.querySelectorAll('button')].map((one) => getComputedStyle(one).borderTopWidth));
    await context.close();
    expect(new Set(edges)).toEqual(new Set(['1px']));
  });
});

describe('WCAG 2.2 §3.3.1, §4.1.3 a problem is told first', () => {
  it.each([
    ['sign-in-wrong', 'The user name or the password is not right. Check both and try again.', ['identifier', 'password']],
    ['account-problem', 'The current password is not right.', ['current']],
  ])('%s has the focus on its summary, and its fields refer to it', async (scene, text, fields) => {
    const context = await browsed.open();
    const page = await context.newPage();
    await visit(page, scene);
    expect(await page.title()).toMatch(/^Problem: /);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(text);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('alert');
    for (const id of fields) {
      const field = page.locator(`#${id}`);
      expect([await field.getAttribute('aria-invalid'), await field.getAttribute('aria-describedby')]).toEqual(['true', 'problem']);
    }
    await context.close();
  });

  it.each([
    ['sign-in', 'identifier'],
    ['sign-in-with-hint', 'password'],
    ['sign-in-again', 'password'],
  ])('without a problem %s begins at the first field that is empty', async (scene, field) => {
    const context = await browsed.open();
    const page = await context.newPage();
    await visit(page, scene);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe(field);
    await context.close();
  });

  it('HTML §4.10.18.7 fields say what they are to password managers', async () => {
    const context = await browsed.open();
    const page = await context.newPage();
    await visit(page, 'sign-in');
    expect(await page.locator('#identifier').getAttribute('autocomplete')).toBe('username');
    expect(await page.locator('#password').getAttribute('autocomplete')).toBe('current-password');
    await visit(page, 'account');
    expect(await page.locator('#current').getAttribute('autocomplete')).toBe('current-password');
    expect(await page.locator('#new').getAttribute('autocomplete')).toBe('new-password');
    await context.close();
  });
});
