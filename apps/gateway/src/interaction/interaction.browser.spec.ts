/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { Authorization, ShowInteraction, SubmitInteraction } from '@tessera/contracts';
import type { InteractionReply } from '@tessera/protocol/interaction';
import type { Page } from 'playwright-core';
import { BROWSER_HANDLE, handleOf, playScenes, stepReply } from '../pages/testing.js';
import { BrowsedEdge, FakeClient } from '../pages/testing-browser.js';

const MINUTE_MS = 60_000;
const KEEP = { session: { change: 'keep' as const }, browser: null };
const CODE = 'c'.repeat(43);

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

/** An owner with one interaction: a wrong password, the right one, consent, and back to the client. */
function playSignIn(mode: 'query' | 'form_post' = 'query'): void {
  const { owners } = browsed.edge;
  playScenes(owners);
  client.received.length = 0;
  owners.asked.length = 0;
  const formTargets = [client.origin];
  let signedIn = false;
  let attempts = 0;
  const page = (): InteractionReply => ({ ...stepReply(signedIn ? 'consent' : 'sign-in'), interaction: handleOf('one'), formTargets, browser: BROWSER_HANDLE });
  owners.to(Authorization).reply(() => ({ kind: 'continue', interaction: handleOf('one'), ...KEEP, browser: BROWSER_HANDLE }));
  owners.to(ShowInteraction).reply(page);
  owners.to(SubmitInteraction).reply(({ step, input }): InteractionReply => {
    if (step === 'password') {
      attempts += 1;
      signedIn = attempts > 1;
      return signedIn ? page() : { ...stepReply('sign-in-wrong'), interaction: handleOf('one'), formTargets };
    }
    const parameters: [string, string][] = input.some(([, value]) => value === 'allow') ? [['code', CODE]] : [['error', 'access_denied']];
    return { kind: 'response', mode, redirectUri: `${client.origin}/cb?a=b`, parameters: [...parameters, ['state', '<b>"\'&é']], reason: null, ...KEEP };
  });
}

/** Presses Tab until the element with the focus is called so; fails when it comes round without finding it. */
async function tabTo(page: Page, name: string): Promise<void> {
  const presses = await page.locator('a, button, input').count();
  for (let press = 0; press <= presses; press += 1) {
    if ((await page.locator(':focus').evaluateAll((focused) => focused[0]?.textContent?.trim() ?? '')) === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${name}`);
}

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('Decision 15 a sign-in by keyboard alone, %s', (_case, javaScriptEnabled) => {
  it('goes from a wrong password to the right one, to consent, and to the client on another origin', async () => {
    playSignIn();
    const context = await browsed.open({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(`${browsed.origin}/authorize?client_id=acme`);
    await page.keyboard.type('alice');
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('correct horse');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Acme Orders asks for access' }).waitFor();
    // Unticks the profile, which comes first among what can be unticked.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await tabTo(page, 'Allow');
    await page.keyboard.press('Enter');
    await page.getByText('Back at the client').waitFor();
    await context.close();

    expect(client.received).toEqual([{ method: 'GET', url: `/cb?a=b&code=${CODE}&state=${encodeURIComponent('<b>"\'&é').replace("'", '%27')}`, body: '' }]);
    const [, , consent] = browsed.edge.owners.questions(SubmitInteraction);
    expect(consent?.input.filter(([name]) => name === 'scope').map(([, scope]) => scope)).toEqual(['openid', 'email', 'offline_access', 'orders.read', 'orders.write', 'invoices.read']);
    expect(browsed.edge.owners.questions(SubmitInteraction)[1]?.input[0]).toEqual(['identifier', 'alice']);
    expect(JSON.stringify(browsed.edge.owners.asked)).not.toContain('correct horse');
  }, MINUTE_MS);

  it('AUT-8, Form Post Response Mode §2: posts the response to the client, by itself or by a button', async () => {
    playSignIn('form_post');
    browsed.edge.owners.to(ShowInteraction).reply(() => ({ ...stepReply('consent'), interaction: handleOf('one'), formTargets: [client.origin] }));
    const context = await browsed.open({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(`${browsed.origin}/authorize?client_id=acme`);
    await page.getByRole('button', { name: 'Do not allow' }).click();
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Back at the client').waitFor();
    await context.close();
    expect(client.received).toEqual([{ method: 'POST', url: '/cb?a=b', body: new URLSearchParams([['error', 'access_denied'], ['state', '<b>"\'&é']]).toString() }]);
  }, MINUTE_MS);

  it('UIX-3 a reload of the page asks again and sends nothing', async () => {
    playSignIn();
    const context = await browsed.open({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(`${browsed.origin}/authorize?client_id=acme`);
    await page.reload();
    await page.reload();
    await context.close();
    expect(browsed.edge.owners.questions(ShowInteraction)).toHaveLength(3);
    expect(browsed.edge.owners.questions(SubmitInteraction)).toEqual([]);
  }, MINUTE_MS);
});

describe('UIX-4, UIX-5 what a real browser stops', () => {
  it('a form of another site comes without cookies and is refused', async () => {
    playSignIn();
    const context = await browsed.open();
    const page = await context.newPage();
    await page.goto(`${browsed.origin}/authorize?client_id=acme`);
    await page.goto(`${client.origin}/elsewhere`);
    const fields = `<input name="interaction" value="${handleOf('one')}"><input name="step" value="consent"><input name="decision" value="allow">`;
    await page.setContent(`<form method="post" action="${browsed.origin}/interaction">${fields}<button>Win</button></form>`);
    await page.getByRole('button').click();
    await page.getByRole('heading', { name: 'This form is no longer valid' }).waitFor();
    await context.close();
    expect(browsed.edge.owners.questions(SubmitInteraction)).toEqual([]);
  }, MINUTE_MS);

  it('a page of ours in a frame of another site is not shown', async () => {
    playSignIn();
    const context = await browsed.open();
    const page = await context.newPage();
    await page.goto(`${client.origin}/elsewhere`);
    await page.setContent(`<iframe src="${browsed.origin}/interaction?interaction=${handleOf('one')}"></iframe>`);
    const frame = await (await page.locator('iframe').elementHandle())?.contentFrame();
    await page.waitForLoadState('networkidle');
    expect(await frame?.locator('form').count()).toBe(0);
    await context.close();
  }, MINUTE_MS);

  it('a script that got into a page does not run', async () => {
    playSignIn();
    const context = await browsed.open();
    const page = await context.newPage();
    await page.goto(`${browsed.origin}/interaction?interaction=${handleOf('one')}`);
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "ran"';
      document.body.append(script);
      return document.title;
    });
    await context.close();
    expect(ran).not.toBe('ran');
  }, MINUTE_MS);
});
