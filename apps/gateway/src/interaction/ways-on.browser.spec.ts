/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { randomBytes } from 'node:crypto';
import { Authorization, ShowInteraction, SubmitInteraction } from '@tessera/contracts';
import type { InteractionReply } from '@tessera/protocol/interaction';
import { OAuthError } from '@tessera/vocabulary';
import type { BrowserContext, Page } from 'playwright-core';
import { stepReply } from '../pages/testing.js';
import { BrowsedEdge, FakeClient } from '../pages/testing-browser.js';

const MINUTE_MS = 60_000;
const KEEP = { session: { change: 'keep' as const }, browser: null };
const newHandle = () => randomBytes(32).toString('base64url');

let browsed: BrowsedEdge;
let client: FakeClient;
beforeAll(async () => {
  browsed = await BrowsedEdge.start(process.env['TESSERA_CHROMIUM']);
  client = await FakeClient.start();
}, MINUTE_MS);
afterAll(async () => {
  await client.close();
  await browsed.close();
});

/** An owner that keeps to the rules: an interaction belongs to the browser that began it, and its first answer is its only one. */
class Owner {
  readonly browserOf = new Map<string, string>();
  private readonly ended = new Set<string>();
  /** Tabs that are held back until all of them have asked: as when a browser opens those it had open before. */
  private waiting: (() => void)[] = [];

  constructor(
    private readonly together: number,
    /** Until when the answer that counts is on its way. */
    private readonly held: Promise<void> = Promise.resolve(),
  ) {
    const { owners } = browsed.edge;
    owners.forget();
    client.received.length = 0;
    owners.to(Authorization).reply(({ browser: { browser } }) => this.begin(browser));
    owners.to(ShowInteraction).reply(({ interaction, browser: { browser } }) => this.page(this.open(interaction, browser)));
    owners.to(SubmitInteraction).reply(({ interaction, browser: { browser } }) => this.finish(this.open(interaction, browser)));
  }

  private async begin(browser: string | null): Promise<InteractionReply> {
    const [interaction, fresh] = [newHandle(), browser === null ? newHandle() : null];
    this.browserOf.set(interaction, browser ?? fresh ?? '');
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      if (this.browserOf.size === this.together) for (const go of this.waiting) go();
    });
    return { kind: 'continue', interaction, ...KEEP, browser: fresh };
  }

  private open(interaction: string, browser: string | null): string {
    if (this.browserOf.get(interaction) !== browser) throw new OAuthError('interaction.other_browser');
    if (this.ended.has(interaction)) throw new OAuthError('interaction.ended');
    return interaction;
  }

  private page(interaction: string): InteractionReply {
    return { ...stepReply('consent-small'), interaction, formTargets: [client.origin], browser: null };
  }

  private async finish(interaction: string): Promise<InteractionReply> {
    this.ended.add(interaction);
    await this.held;
    return { kind: 'response', mode: 'query', redirectUri: `${client.origin}/cb`, parameters: [['code', interaction]], reason: null, ...KEEP };
  }
}

/** Each with a state of its own, or the browser would wait for the answer of the first before it asks for the second. */
const begin = (page: Page, state: number) => page.goto(`${browsed.origin}/authorize?client_id=acme&state=${state}`);
const allow = (page: Page) => page.getByRole('button', { name: 'Allow', exact: true });

async function tabs(context: BrowserContext, count: number): Promise<Page[]> {
  const pages = await Promise.all(Array.from({ length: count }, () => context.newPage()));
  await Promise.all(pages.map(begin));
  return pages;
}

describe('UIX-3 a browser that comes for the first time', () => {
  it('finishes in each of the tabs it opened together, the first one last', async () => {
    const owner = new Owner(3);
    const context = await browsed.open();
    const pages = await tabs(context, 3);
    expect(new Set(owner.browserOf.values()).size).toBe(3);
    for (const page of pages.reverse()) {
      await allow(page).click();
      await page.getByText('Back at the client').waitFor();
    }
    await context.close();
    expect(client.received).toHaveLength(3);
  }, MINUTE_MS);

  it('and nothing it began goes on in another browser', async () => {
    new Owner(1);
    const [own, other] = [await browsed.open(), await browsed.open()];
    const [page] = await tabs(own, 1);
    const elsewhere = await other.newPage();
    await elsewhere.goto(page?.url() ?? '');
    await elsewhere.getByRole('heading', { name: 'This was started in another browser' }).waitFor();
    await Promise.all([own.close(), other.close()]);
  }, MINUTE_MS);
});

describe('Ours: a person who does it twice, goes back, or has lost the cookies, finds a way on', () => {
  it('a page whose cookies are gone says so, and leads on', async () => {
    new Owner(1);
    const context = await browsed.open();
    const [page] = await tabs(context, 1);
    if (page === undefined) throw new Error('no tab');
    await context.clearCookies();
    await allow(page).click();
    await page.getByRole('heading', { name: 'This form is no longer valid' }).waitFor();
    await page.getByRole('link', { name: 'Try again' }).click();
    await page.getByText('start again in this browser').waitFor();
    await context.close();
  }, MINUTE_MS);

  it('the way back in the history after the end is a page that says it is done', async () => {
    new Owner(1);
    const context = await browsed.open();
    const [page] = await tabs(context, 1);
    if (page === undefined) throw new Error('no tab');
    await allow(page).click();
    await page.getByText('Back at the client').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'This is done already' }).waitFor();
    await page.getByText('Go back to the app you came from').waitFor();
    await context.close();
  }, MINUTE_MS);

  it('a second click while the first is on its way ends at a page that says it is done', async () => {
    let release = (): void => {};
    new Owner(1, new Promise<void>((resolve) => void (release = resolve)));
    const context = await browsed.open();
    const [page] = await tabs(context, 1);
    if (page === undefined) throw new Error('no tab');
    const box = await allow(page).boundingBox();
    const click = () => page.mouse.click((box?.x ?? 0) + 5, (box?.y ?? 0) + 5);
    await Promise.all([page.waitForRequest((request) => request.method() === 'POST'), click()]);
    await Promise.all([page.waitForRequest((request) => request.method() === 'POST'), click()]);
    await page.getByRole('heading', { name: 'This is done already' }).waitFor();
    release();
    await context.close();
  }, MINUTE_MS);
});
