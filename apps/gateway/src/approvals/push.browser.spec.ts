/// <reference lib="dom" />
import { createHash } from 'node:crypto';
import { ShowApprovals } from '@tessera/contracts';
import type { ApprovalChange } from '@tessera/protocol/backchannel-authentication';
import type { Page } from 'playwright-core';
import { BROWSER_HANDLE } from '../pages/testing.js';
import { EMPTY_INBOX, ENROLLED } from '../pages/testing-approvals.js';
import { BrowsedEdge, findings } from '../pages/testing-browser.js';

const MINUTE_MS = 60_000;
const ENDPOINT = 'https://push.example/send/1';
const KEYS = { p256dh: ENROLLED.publicKey, auth: 'A'.repeat(22) };
const ENROL = 'Tell me in this browser';

let browsed: BrowsedEdge;
let changes: ApprovalChange[];
let problems: string[];
beforeAll(async () => {
  browsed = await BrowsedEdge.start(process.env['TESSERA_CHROMIUM']);
}, MINUTE_MS);
beforeEach(() => {
  [changes, problems] = [[], []];
  shows({ ...EMPTY_INBOX, push: { ...ENROLLED, browsers: [] } });
});
afterAll(() => browsed.close());

function shows(inbox: typeof EMPTY_INBOX): void {
  browsed.edge.owners.to(ShowApprovals).reply(({ change }) => {
    if (change !== null) changes.push(change);
    return { ...inbox, outcome: change === null ? null : change.change === 'enrol' ? 'enrolled' : 'withdrawn' };
  });
}

async function open(options: Parameters<BrowsedEdge['open']>[0] = {}, before: (page: Page) => Promise<unknown> = async () => {}) {
  const context = await browsed.open({ viewport: { width: 360, height: 720 }, ...options });
  await context.addCookies([{ name: 'tessera-browser', value: BROWSER_HANDLE, url: browsed.origin }]);
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await before(page);
  await page.goto(`${browsed.origin}/approvals`);
  return { context, page };
}

/** What the browser of a test has in place of a push service; everything before and after it is real. */
const pushService = (page: Page, enrolled: boolean) =>
  page.addInitScript(
    ({ endpoint, keys, enrolled: already }) => {
      const subscription = { endpoint, toJSON: () => ({ endpoint, keys }), unsubscribe: () => Promise.resolve(true) } as unknown as PushSubscription;
      PushManager.prototype.subscribe = function subscribe(options) {
        Object.assign(window, { asked: options });
        return Promise.resolve(subscription);
      };
      PushManager.prototype.getSubscription = () => Promise.resolve(already ? subscription : null);
    },
    { endpoint: ENDPOINT, keys: KEYS, enrolled },
  );

describe('Ours: browsers that are told, on the approvals page', () => {
  it('without JavaScript those that are enrolled are listed and forgotten, and how to add one is said', async () => {
    shows({ ...EMPTY_INBOX, push: ENROLLED });
    const { context, page } = await open({ javaScriptEnabled: false });
    expect(await page.getByRole('heading', { name: 'Be told in your browsers' }).isVisible()).toBe(true);
    expect(await page.getByText('JavaScript has to be on').isVisible()).toBe(true);
    expect(await page.getByRole('button', { name: ENROL }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Do not tell me there any more Chrome' }).press('Enter');
    await page.waitForURL('**/approvals?done=withdrawn*');
    expect(changes).toEqual([{ change: 'withdraw', browser: ENROLLED.browsers[0]?.id }]);
    expect(await page.textContent('[role=status].notice')).toContain('not told any more');
    await context.close();
  }, MINUTE_MS);

  it('with it this browser is enrolled by one press; the script and the worker are ours alone (UIX-5)', async () => {
    const { context, page } = await open({}, (fresh) => pushService(fresh, false));
    await context.grantPermissions(['notifications'], { origin: browsed.origin });
    await page.getByRole('button', { name: ENROL }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: ENROL }).press('Enter');
    await page.waitForURL('**/approvals?done=enrolled*');
    expect(changes).toEqual([{ change: 'enrol', subscription: { endpoint: ENDPOINT, ...KEYS } }]);
    const worker = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return { scope: registration.scope, script: registration.active?.scriptURL };
    });
    expect(worker).toEqual({ scope: `${browsed.origin}/approvals`, script: `${browsed.origin}/approvals-worker.js` });
    expect(problems).toEqual([]);
    await context.close();
  }, MINUTE_MS);

  it('asks for nothing before it is pressed, and says so when notices are not allowed', async () => {
    const { context, page } = await open({}, (fresh) => pushService(fresh, false));
    expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
    await page.evaluate(() => (Notification.requestPermission = () => Promise.resolve('denied')));
    await page.getByRole('button', { name: ENROL }).click();
    await page.getByRole('alert').filter({ hasText: 'does not allow notices' }).waitFor();
    expect([changes, await findings(page)]).toEqual([[], []]);
    await context.close();
  }, MINUTE_MS);

  it('a push service that is not there leaves the page as it was, with a word', async () => {
    const { context, page } = await open({}, (fresh) => fresh.addInitScript(() => (PushManager.prototype.subscribe = () => Promise.reject(new DOMException('no service', 'AbortError')))));
    await context.grantPermissions(['notifications'], { origin: browsed.origin });
    await page.getByRole('button', { name: ENROL }).click();
    await page.getByRole('alert').filter({ hasText: 'could not be reached' }).waitFor();
    expect(changes).toEqual([]);
    await context.close();
  }, MINUTE_MS);

  it('knows the browser it is in, and does not offer to enrol it again', async () => {
    const [first] = ENROLLED.browsers;
    if (first === undefined) throw new Error('nobody is enrolled');
    shows({ ...EMPTY_INBOX, push: { ...ENROLLED, browsers: [{ ...first, endpointHash: createHash('sha256').update(ENDPOINT).digest('base64url') }] } });
    const { context, page } = await open({}, (fresh) => pushService(fresh, true));
    await page.evaluate(() => navigator.serviceWorker.register('/approvals-worker.js', { scope: '/approvals' }).then(() => navigator.serviceWorker.ready));
    await page.reload();
    await page.getByText('This browser', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: ENROL }).isVisible()).toBe(false);
    expect(await findings(page)).toEqual([]);
    await context.close();
  }, MINUTE_MS);

  it('RFC 8030 the worker shows what came, and something general for what it cannot read', async () => {
    const { context, page } = await open();
    await context.grantPermissions(['notifications'], { origin: browsed.origin });
    await page.evaluate(() => navigator.serviceWorker.register('/approvals-worker.js', { scope: '/approvals' }).then(() => navigator.serviceWorker.ready));
    const devtools = await context.newCDPSession(page);
    const registered = new Promise<string>((resolve) =>
      devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => registrations[0] !== undefined && resolve(registrations[0].registrationId)),
    );
    await devtools.send('ServiceWorker.enable');
    const registrationId = await registered;
    const [worker] = context.serviceWorkers();
    if (worker === undefined) throw new Error('there is no worker');
    // What a browser without a screen does with a notice is its own business: what it is asked to show is ours.
    await worker.evaluate(() => {
      const scope = globalThis as unknown as { registration: ServiceWorkerRegistration; shown: unknown[] };
      scope.shown = [];
      scope.registration.showNotification = async (title, options) => void scope.shown.push({ title, ...options });
    });
    const shown = async (data: string): Promise<unknown> => {
      await devtools.send('ServiceWorker.deliverPushMessage', { origin: browsed.origin, registrationId, data });
      return await worker.evaluate(async () => {
        const { shown: asked } = globalThis as unknown as { shown: unknown[] };
        for (let look = 0; look < 100 && asked.length === 0; look += 1) await new Promise((resolve) => setTimeout(resolve, 50));
        return asked.shift() ?? null;
      });
    };
    expect(await shown(JSON.stringify({ title: 'Call centre asks for your approval', body: 'It waits.' }))).toEqual({ title: 'Call centre asks for your approval', body: 'It waits.', tag: 'approvals', renotify: true });
    expect(await shown('{"title":1}')).toMatchObject({ title: 'A request waits for you' });
    await context.close();
  }, MINUTE_MS);
});
