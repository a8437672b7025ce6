import { InProcessBrowser, type Shown } from '../testing/in-process-browser.js';

const MINUTE_MS = 60_000;
const plain = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
const idOf = (page: Shown) => /data-watch="\/devices\/([\w-]+)\/state"/.exec(page.text)?.[1] ?? '';

/** A person with a television in front of them; what became of it is read by its page. */
async function switchedOn() {
  const browser = new InProcessBrowser();
  const page = await browser.press('/flows/device');
  const id = idOf(page);
  const state = async () => (await browser.get(`/devices/${id}/state`)).text;
  /** Waits for a state; the app polls in the background. */
  const reaches = async (wanted: string) => {
    while ((await state()) !== wanted) await new Promise((resolve) => setImmediate(resolve));
    return await browser.get(`/devices/${id}`);
  };
  return { browser, page, id, state, reaches };
}

describe('RFC 8628 a pretended television', () => {
  it('§3.3 shows where to go, the code, and a QR code of both, as a picture in the page', async () => {
    const { browser, page } = await switchedOn();
    expect(plain(page.text)).toContain(`go to ${browser.issuer.issuer}/device and enter WDJB-MJHT`);
    expect(page.text).toMatch(/<svg class="qr" role="img" aria-label="QR code that leads to [^"]*\/device\?user_code=WDJB-MJHT" viewBox="0 0 (\d+) \1"/);
    expect(page.text).toContain('href="http://localhost:3000/device?user_code=WDJB-MJHT" target="_blank"');
    expect(page.text).toContain('wonderland-1');
    browser.issuer.deviceAnswer = 'allow';
  });

  it('goes on by itself once the person allowed it, and every request can be read', async () => {
    const { browser, id, state, reaches } = await switchedOn();
    expect(await state()).toBe('waiting');
    browser.issuer.deviceAnswer = 'allow';
    const done = await reaches('done');
    expect(plain(done.text)).toContain('Welcome');
    expect(done.text).toContain('/actions/userinfo');
    const story = await browser.get(`/runs/${id}`);
    const titles = [...story.text.matchAll(/<h3><span class="visually-hidden">Step \d+: <\/span>([^<]+)<\/h3>/g)].map(([, title]) => title);
    expect(titles).toEqual([
      'The app reads the provider’s metadata', 'The device asks for a code', 'The person enters the code elsewhere',
      'The device asks whether the person has decided', 'The app fetches the provider’s public keys',
    ]);
    expect(story.text).not.toContain('Not a parameter of this flow.');
  });

  it('tells many polls as one, with their number', async () => {
    const { browser, id, reaches } = await switchedOn();
    while (!/asked [2-9]\d* times before that/.test((await browser.get(`/runs/${id}`)).text)) await new Promise((resolve) => setImmediate(resolve));
    browser.issuer.deviceAnswer = 'allow';
    await reaches('done');
    expect((await browser.get(`/runs/${id}`)).text.match(/The device asks whether/g)).toHaveLength(1);
  });

  it.each([
    ['deny', 'said no'],
    ['late', 'Nobody entered the code in time'],
  ] as const)('%s: says what happened, and offers a new code', async (answer, words) => {
    const { browser, reaches } = await switchedOn();
    browser.issuer.deviceAnswer = answer;
    const failed = await reaches('failed');
    expect(failed.text).toContain(words);
    expect(failed.text).toContain('<form method="post" action="/flows/device"><button class="primary">Get a new code');
  });

  it('WCAG 2.2 §2.2.1 warns before the code ends, and offers another', async () => {
    const { browser, id, state } = await switchedOn();
    browser.nowMs += 9 * MINUTE_MS;
    expect(await state()).toBe('ending');
    const { text } = await browser.get(`/devices/${id}`);
    expect(text).toContain('This code ends soon.');
    expect(text).toContain('Get a new code');
    browser.nowMs += 2 * MINUTE_MS;
    expect(await state()).toBe('ended');
    browser.issuer.deviceAnswer = 'allow';
  });

  it('Ours: its page alone may run a script, and that one is a file of ours', async () => {
    const { browser, page } = await switchedOn();
    expect(String(page.headers['content-security-policy'])).toContain("script-src 'self'; connect-src 'self'");
    const [, script = ''] = /<script src="(\/watch-[0-9a-f]{12}\.js)" defer><\/script>/.exec(page.text) ?? [];
    expect((await browser.get(script)).status).toBe(200);
    expect(String((await browser.get('/')).headers['content-security-policy'])).not.toContain('script-src');
    expect(page.text).toContain('Look at the television again');
    browser.issuer.deviceAnswer = 'allow';
  });

  it('is nobody else’s to look at', async () => {
    const { browser, id } = await switchedOn();
    browser.issuer.deviceAnswer = 'allow';
    browser.forget();
    expect([(await browser.get(`/devices/${id}`)).status, (await browser.get(`/devices/${id}/state`)).status]).toEqual([404, 404]);
  });
});
