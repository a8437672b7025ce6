/// <reference lib="dom" />
import { ShowApprovals } from '@tessera/contracts';
import type { ApprovalChange } from '@tessera/protocol/backchannel-authentication';
import { BROWSER_HANDLE } from '../pages/testing.js';
import { approvalOf, approvalsAs, EMPTY_INBOX, INBOX } from '../pages/testing-approvals.js';
import { BrowsedEdge, findings } from '../pages/testing-browser.js';

const MINUTE_MS = 60_000;
const NEWS_MS_MAX = 10_000;

let browsed: BrowsedEdge;
let changes: (ApprovalChange | null)[];
beforeAll(async () => {
  browsed = await BrowsedEdge.start(process.env['TESSERA_CHROMIUM']);
}, MINUTE_MS);
beforeEach(() => void (changes = []));
afterAll(() => browsed.close());

/** The inbox as it stands, and what became of an answer. */
function inboxIs(shown: ReturnType<typeof approvalsAs>, outcome: 'approved' | 'denied' | 'wrong_number' = 'approved') {
  browsed.edge.owners.to(ShowApprovals).reply(({ change }) => {
    changes.push(change);
    return change === null ? shown : { ...EMPTY_INBOX, outcome };
  });
}

async function open(options: Parameters<BrowsedEdge['open']>[0] = {}) {
  const context = await browsed.open({ viewport: { width: 360, height: 720 }, ...options });
  await context.addCookies([{ name: 'tessera-browser', value: BROWSER_HANDLE, url: browsed.origin }]);
  const page = await context.newPage();
  await page.goto(`${browsed.origin}/approvals`);
  return { context, page };
}

describe('CIBA Core §8 the inbox on a telephone, 360 pixels wide', () => {
  it('without JavaScript everything works: a request is read and approved by the keyboard', async () => {
    inboxIs({ ...INBOX, waiting: INBOX.waiting.slice(0, 1), silenced: [] });
    const { context, page } = await open({ javaScriptEnabled: false });
    expect(await page.textContent('.message')).toBe('Pay 12.50 to Müller & Söhne 🙂');
    await page.focus(`#approve-${approvalOf('payment').slice(0, 8)}`);
    inboxIs(EMPTY_INBOX);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/approvals?done=approved*');
    expect(changes.filter((one) => one !== null)).toEqual([{ change: 'answer', approval: approvalOf('payment'), answer: { answer: 'approve' } }]);
    expect(await page.textContent('[role=status].notice')).toContain('Approved');
    await context.close();
  }, MINUTE_MS);

  it('number matching: each number is a button with a name, and one press is the answer', async () => {
    inboxIs(approvalsAs('number'), 'wrong_number');
    const { context, page } = await open({ javaScriptEnabled: false });
    await page.getByRole('button', { name: 'The number 17' }).press('Space');
    await page.waitForURL('**/approvals?done=wrong_number*');
    expect(changes.filter((one) => one !== null)).toEqual([{ change: 'answer', approval: approvalOf('number'), answer: { answer: 'pick', number: 17 } }]);
    expect(await page.textContent('[role=alert]')).toContain('That was not the number');
    await context.close();
  }, MINUTE_MS);

  it('with JavaScript what comes in shows up by itself, is told to a screen reader, and the focus stays', async () => {
    inboxIs(EMPTY_INBOX);
    const { context, page } = await open();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    expect(await page.title()).toBe('Your approvals – Tessera');
    inboxIs({ ...INBOX, waiting: INBOX.waiting.slice(0, 1), silenced: [] });
    await page.waitForSelector('.message', { timeout: NEWS_MS_MAX });
    expect(await page.title()).toBe('(1) Your approvals – Tessera');
    expect(await page.textContent('#news')).toBe('Your approvals have changed.');
    await page.focus(`#deny-${approvalOf('payment').slice(0, 8)}`);
    inboxIs({ ...INBOX, silenced: [] });
    await page.waitForSelector('fieldset.numbers', { timeout: NEWS_MS_MAX });
    expect(await page.evaluate(() => document.activeElement?.id)).toBe(`deny-${approvalOf('payment').slice(0, 8)}`);
    expect(await findings(page)).toEqual([]);
    inboxIs(EMPTY_INBOX, 'denied');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/approvals?done=denied*');
    expect(errors).toEqual([]);
    await context.close();
  }, MINUTE_MS);
});
