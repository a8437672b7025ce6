import { InProcessBrowser, type Shown } from '../testing/in-process-browser.js';

const MINUTE_MS = 60_000;
const plain = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
const idOf = (page: Shown) => /data-watch="\/desks\/([\w-]+)\/state"/.exec(page.text)?.[1] ?? '';

/** An agent on the telephone; what became of the request is read by the page. */
async function onTheLine(flow = 'call-centre', matchesNumbers = false) {
  const browser = new InProcessBrowser();
  browser.issuer.matchesNumbers = matchesNumbers;
  const page = await browser.press(`/flows/${flow}`);
  const id = idOf(page);
  const state = async () => (await browser.get(`/desks/${id}/state`)).text;
  const reaches = async (wanted: string) => {
    while ((await state()) !== wanted) await new Promise((resolve) => setImmediate(resolve));
    return await browser.get(`/desks/${id}`);
  };
  return { browser, page, id, state, reaches };
}

describe('CIBA Core: a pretended call centre', () => {
  it('§7.1 shows what the agent reads out, and where the customer decides', async () => {
    const { browser, page } = await onTheLine();
    expect(plain(page.text)).toMatch(/Approve it if it says exactly this:” Transfer \d{4} /);
    expect(page.text).toContain(`href="${browser.issuer.issuer}/approvals" target="_blank"`);
    expect(page.text).toContain('wonderland-1');
    expect(page.text).not.toContain('fake-auth-req-id');
    browser.issuer.deviceAnswer = 'allow';
  });

  it('shows the number instead where the customer has to pick it', async () => {
    const { browser, page } = await onTheLine('call-centre-number', true);
    expect(plain(page.text)).toContain('Pick this number:” 42 ');
    browser.issuer.deviceAnswer = 'allow';
  });

  it('goes on by itself once the customer approved, and every request can be read', async () => {
    const { browser, id, state, reaches } = await onTheLine();
    expect(await state()).toBe('waiting');
    browser.issuer.deviceAnswer = 'allow';
    const done = await reaches('done');
    expect(plain(done.text)).toContain('It is alice');
    const story = await browser.get(`/runs/${id}`);
    const titles = [...story.text.matchAll(/<h3><span class="visually-hidden">Step \d+: <\/span>([^<]+)<\/h3>/g)].map(([, title]) => title);
    expect(titles).toEqual([
      'The app reads the provider’s metadata', 'The call centre asks for its customer', 'The customer decides on a device of their own',
      'The call centre asks whether the customer has decided', 'The app fetches the provider’s public keys',
    ]);
    expect(story.text).not.toContain('Not a parameter of this flow.');
  });

  it('says so when the customer denied', async () => {
    const { browser, reaches } = await onTheLine();
    browser.issuer.deviceAnswer = 'deny';
    expect(plain((await reaches('failed')).text)).toContain('said no');
  });

  it('says so when nobody answered in time', async () => {
    const { browser, reaches } = await onTheLine();
    browser.nowMs += 6 * MINUTE_MS;
    expect(plain((await reaches('ended')).text)).toContain('Nobody answered');
    browser.issuer.deviceAnswer = 'late';
  });

  it('is nobody else’s to see', async () => {
    const { browser, id } = await onTheLine();
    const stranger = new InProcessBrowser();
    expect([(await stranger.get(`/desks/${id}`)).status, (await stranger.get(`/desks/${id}/state`)).status]).toEqual([404, 404]);
    browser.issuer.deviceAnswer = 'allow';
  });
});
