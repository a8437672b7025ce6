import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page, type Response as PageResponse } from 'playwright-core';

const LAUNCHING_MS_MAX = 60_000;
const ACTION_MS_MAX = 15_000;

/** The widths every page is looked at: the narrowest telephone and a desk. */
export const VIEWPORTS = { narrow: { width: 360, height: 740 }, wide: { width: 1280, height: 900 } } as const;

/** How a page is looked at. */
export interface Look {
  readonly viewport?: keyof typeof VIEWPORTS;
  readonly scheme?: 'light' | 'dark';
  readonly javaScript?: boolean;
}

/** The browser of a spec file: started before its first test, ended after its last. */
export interface BrowserSuite {
  /** A browser profile of its own: no cookie of another test. Closed after the test. */
  context(look?: Look & Omit<BrowserContextOptions, 'viewport' | 'colorScheme' | 'javaScriptEnabled'>): Promise<BrowserContext>;
  /** A page of a profile of its own. */
  page(look?: Look): Promise<Page>;
}

/** Gives the spec file that calls it a Chromium (TESSERA_CHROMIUM, else /usr/bin/chromium). */
export function useBrowser(): BrowserSuite {
  let browser: Browser | undefined;
  const open: BrowserContext[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  }, LAUNCHING_MS_MAX);
  afterEach(async () => {
    await Promise.all(open.splice(0).map((context) => context.close()));
  });
  afterAll(async () => {
    await browser?.close();
  });

  const context: BrowserSuite['context'] = async ({ viewport = 'wide', scheme = 'light', javaScript = true, ...more } = {}) => {
    if (browser === undefined) throw new Error('the browser is there in hooks and tests only');
    const made = await browser.newContext({
      viewport: VIEWPORTS[viewport],
      colorScheme: scheme,
      javaScriptEnabled: javaScript,
      reducedMotion: 'reduce',
      // An https issuer under test has a certificate of its own.
      ignoreHTTPSErrors: true,
      ...more,
    });
    made.setDefaultTimeout(ACTION_MS_MAX);
    if (!javaScript) scriptless.add(made);
    open.push(made);
    return made;
  };
  return { context, page: async (look) => (await context(look)).newPage() };
}

/** Chromium without its sandbox only where there is no other way: as root. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['TESSERA_CHROMIUM'] || '/usr/bin/chromium',
    args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
}

/** Contexts in which no script of a page runs. */
const scriptless = new WeakSet<BrowserContext>();

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong with a page by WCAG 2.2 A and AA and its own best practices: one line each, empty when nothing. */
export async function accessibilityFindings(page: Page): Promise<readonly string[]> {
  if (!scriptless.has(page.context())) return axeFindings(page);
  const copy = await scriptedCopy(page);
  try {
    return await axeFindings(copy);
  } finally {
    await copy.context().close();
  }
}

/** The same page where scripts run: axe-core waits on timers, which stand still where none do. */
async function scriptedCopy(page: Page): Promise<Page> {
  const scheme = (await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")) === true ? 'dark' : 'light';
  const context = await page.context().browser()?.newContext({ viewport: page.viewportSize(), colorScheme: scheme, reducedMotion: 'reduce', ignoreHTTPSErrors: true });
  if (context === undefined) throw new Error('the browser is gone');
  const copy = await context.newPage();
  const body = await page.content();
  await copy.route(page.url(), (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
  await copy.goto(page.url());
  return copy;
}

async function axeFindings(page: Page): Promise<readonly string[]> {
  // By the debugger, not by a script element: the page's own policy forbids those, and must go on to do so.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[] }> } };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`));
  });
}

/** Whether something is wider than the window, so that a person would have to scroll sideways. */
export function overflowsSideways(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
}

/** Keeps a picture of the whole page, when TESSERA_SHOTS names a directory to keep it in. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const directory = process.env['TESSERA_SHOTS'];
  if (!directory) return;
  mkdirSync(directory, { recursive: true });
  await page.screenshot({ path: path.join(directory, `${name}.png`), fullPage: true });
}

/** What a page loaded: how many requests, how many bytes of bodies, from which origins. */
export interface PageLoad {
  readonly requests: number;
  readonly bytes: number;
  readonly origins: readonly string[];
}

/** Opens an address and counts what the page loads. */
export async function measuredLoad(page: Page, url: string): Promise<PageLoad> {
  const bodies: Promise<Buffer>[] = [];
  const origins = new Set<string>();
  const note = (response: PageResponse) => {
    const { protocol, origin } = new URL(response.url());
    if (protocol === 'data:') return;
    origins.add(origin);
    if (response.status() < 300 || response.status() >= 400) bodies.push(response.body());
  };
  page.on('response', note);
  await page.goto(url, { waitUntil: 'networkidle' });
  page.off('response', note);
  const sizes = (await Promise.all(bodies)).map((body) => body.length);
  return { requests: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0), origins: [...origins] };
}
