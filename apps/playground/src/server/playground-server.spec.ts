import { InProcessBrowser } from '../testing/in-process-browser.js';

const plain = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
const stepTitles = (html: string) => [...html.matchAll(/<h3><span class="visually-hidden">Step \d+: <\/span>([^<]+)<\/h3>/g)].map(([, title]) => title);
const tokensOf = (html: string) => /name="tokens" value="([^"]+)"/.exec(html)?.[1] ?? '';

describe('Ours: every button runs its flow and tells it in order', () => {
  const WITH_CODE = ['The app sends the browser to the provider', 'The person signs in', 'The provider sends the browser back', 'The app exchanges the code for tokens', 'The app fetches the provider’s public keys', 'The app checks the ID token'];

  it.each([
    ['sign-in-web', ['The app reads the provider’s metadata', 'The app makes one-time values', ...WITH_CODE]],
    ['sign-in-pushed', ['The app reads the provider’s metadata', 'The app makes one-time values', 'The app hands in its request beforehand', ...WITH_CODE]],
    ['sign-in-public', ['The app reads the provider’s metadata', 'The app makes one-time values', ...WITH_CODE]],
    ['sign-in-third-party', ['The app reads the provider’s metadata', 'The app makes one-time values', ...WITH_CODE]],
    ['client-credentials', ['The app reads the provider’s metadata', 'The app asks for a token of its own']],
  ])('%s', async (flow, titles) => {
    const page = await new InProcessBrowser().press(`/flows/${flow}`);
    expect(page.text).toContain('It worked.');
    expect(stepTitles(page.text)).toEqual(titles);
  });

  it('the password grant shows the password, marked as a secret', async () => {
    const page = await new InProcessBrowser().press('/flows/password', { username: 'alice', password: 'wonderland-1' });
    expect(stepTitles(page.text)[1]).toBe('The app trades the person’s password for tokens');
    expect(plain(page.text)).toContain('password secret wonderland-1');
  });

  it('RFC 6749 §2.3.1 the credentials of the client are shown in clear beside their encoding', async () => {
    const page = await new InProcessBrowser().press('/flows/sign-in-web');
    expect(page.text).toContain('client demo-web, secret web secret:1');
  });

  it('RFC 6749 §2.1 a public client sends no secret', async () => {
    const page = await new InProcessBrowser().press('/flows/sign-in-public');
    expect(page.text).not.toContain('Basic ');
    expect(page.text).toContain('A public client has no secret');
  });

  it('OAuth 2.0 Form Post Response Mode §2 the answer that a form brings is told as a form', async () => {
    const page = await new InProcessBrowser().press('/flows/sign-in-web', { response_mode: 'form_post' });
    expect(page.text).toContain('It worked.');
    expect(page.text).toContain('a form</span>');
    expect(plain(page.text)).toMatch(/POST http:\/\/127\.0\.0\.1:3001\/callback In the form code/);
  });

  it.each([
    ['userinfo', 'this is Alice Marie Adams &lt;b&gt;'],
    ['refresh', 'the old one is used up'],
    ['introspect', 'The access token is valid.'],
    ['revoke', 'was given back'],
    ['revoke-refresh', 'The refresh token was given back'],
    ['sign-out', 'Signed out here and at the provider.'],
  ])('%s', async (action, text) => {
    const browser = new InProcessBrowser();
    const tokens = tokensOf((await browser.press('/flows/sign-in-web')).text);
    expect((await browser.press(`/actions/${action}`, { tokens })).text).toContain(text);
  });

  it('RFC 7009 §2 a token that was given back is told to be worth nothing', async () => {
    const browser = new InProcessBrowser();
    const tokens = tokensOf((await browser.press('/flows/sign-in-web')).text);
    await browser.press('/actions/revoke', { tokens });
    expect((await browser.press('/actions/introspect', { tokens })).text).toContain('The access token is not valid any more.');
  });

  it('after a logout the tokens are gone', async () => {
    const browser = new InProcessBrowser();
    const tokens = tokensOf((await browser.press('/flows/sign-in-web')).text);
    await browser.press('/actions/sign-out', { tokens });
    expect((await browser.press('/actions/userinfo', { tokens })).status).toBe(409);
    expect((await browser.get('/')).text).not.toContain('is signed in');
  });
});

describe('Ours: everything that is shown is explained', () => {
  it.each(['sign-in-pushed', 'sign-in-public', 'client-credentials', 'password'])('%s', async (flow) => {
    const page = await new InProcessBrowser().press(`/flows/${flow}`, { username: 'alice', password: 'x', offline: 'yes', prompt: 'login', response_mode: 'form_post' });
    expect(page.text).not.toContain('Not a parameter of this flow.');
    expect([...page.text.matchAll(/<dt>([^<]+)[^\n]*?<\/dd><dd><\/dd>/g)].map(([, name]) => name)).toEqual([]);
  });
});

describe('Ours: a refusal is explained and can be tried again', () => {
  it('an error of the token endpoint: code, words, request id, a button', async () => {
    const browser = new InProcessBrowser();
    browser.issuer.refuseNext = { error: 'invalid_scope', description: 'orders.read is not registered' };
    const page = await browser.press('/flows/client-credentials');
    expect(plain(page.text)).toContain('The provider refused: invalid_scope');
    expect(plain(page.text)).toContain('“orders.read is not registered”');
    expect(page.text).toMatch(/Request id <span class="code">[0-9a-f]{12}</);
    expect(page.text).toContain('<form method="post" action="/flows/client-credentials"><button class="primary">Try again');
  });

  it('a wrong password: what it means, and the way back to the form', async () => {
    const page = await new InProcessBrowser().press('/flows/password', { username: 'alice', password: 'not hers' });
    expect(plain(page.text)).toContain('The provider refused: invalid_grant');
    expect(page.text).toContain('<a class="button" href="/#password">Try again</a>');
  });

  it('an error that comes through the browser', async () => {
    const page = await new InProcessBrowser().press('/flows/sign-in-web', { prompt: 'none' });
    expect(plain(page.text)).toContain('The provider refused: login_required');
    expect(page.text).toContain('nobody is signed in at the provider');
    expect(stepTitles(page.text).at(-1)).toBe('The provider sends the browser back without a code');
  });

  it('RFC 6750 §3.1 an error of a challenge', async () => {
    const browser = new InProcessBrowser();
    const tokens = tokensOf((await browser.press('/flows/sign-in-web')).text);
    await browser.press('/actions/revoke', { tokens });
    const page = await browser.press('/actions/userinfo', { tokens });
    expect(plain(page.text)).toContain('The provider refused: invalid_token');
    expect(page.text).toContain('the token was revoked');
  });

  it('a provider that does not answer', async () => {
    const browser = new InProcessBrowser();
    browser.issuer.down = true;
    expect((await browser.get('/')).text).toContain('The provider does not answer');
    const page = await browser.press('/flows/client-credentials');
    expect(page.text).toContain('The provider does not answer');
    expect(page.text).toContain('connect ECONNREFUSED');
  });
});

describe('HTML §3.2.6 ids are unique, so that labels and links reach what they name', () => {
  it.each(['/', '/runs'])('%s', async (path) => {
    const browser = new InProcessBrowser();
    const { text } = path === '/' ? await browser.get('/') : await browser.press('/flows/sign-in-web');
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const targets = [...text.matchAll(/(?: for| aria-labelledby|href)="#?([\w-]+)"/g)].map(([, id]) => id);
    expect(targets.filter((id) => !ids.includes(id))).toEqual([]);
  });
});

describe('Ours: no button leads nowhere', () => {
  it('a flow the provider does not offer is not shown', async () => {
    const browser = new InProcessBrowser();
    browser.issuer.without = ['pushed_authorization_request_endpoint', 'grant_types_supported'];
    const page = await browser.get('/');
    expect(page.text).toContain('action="/flows/sign-in-web"');
    expect(page.text).not.toContain('action="/flows/sign-in-pushed"');
    expect(page.text).not.toContain('action="/flows/password"');
  });
});

describe('RFC 9700 §4.7 only the browser that began can finish', () => {
  it('MUST refuse an answer that comes with the cookie of no or another browser', async () => {
    const browser = new InProcessBrowser();
    const begun = await browser.post('/flows/sign-in-web');
    const back = new URL((await browser.issuer.send(begun.location, { method: 'GET' })).headers.get('location') ?? '');
    browser.forget();
    expect((await browser.get(`${back.pathname}${back.search}`)).status).toBe(400);
  });

  it('MUST refuse the same answer a second time', async () => {
    const browser = new InProcessBrowser();
    const begun = await browser.post('/flows/sign-in-web');
    const back = new URL((await browser.issuer.send(begun.location, { method: 'GET' })).headers.get('location') ?? '');
    expect((await browser.get(`${back.pathname}${back.search}`)).status).toBe(303);
    expect((await browser.get(`${back.pathname}${back.search}`)).status).toBe(400);
  });

  it('MUST refuse an answer whose iss is another provider (RFC 9207 §2.4)', async () => {
    const browser = new InProcessBrowser();
    const begun = await browser.post('/flows/sign-in-web');
    const back = new URL((await browser.issuer.send(begun.location, { method: 'GET' })).headers.get('location') ?? '');
    back.searchParams.set('iss', 'http://attacker.example');
    const run = await browser.get(`${back.pathname}${back.search}`);
    expect((await browser.get(run.location)).text).toContain('The app does not accept the answer');
  });

  it('a run is not shown to another browser', async () => {
    const browser = new InProcessBrowser();
    const { location } = await browser.post('/flows/client-credentials');
    expect((await browser.get(location)).status).toBe(200);
    browser.forget();
    expect((await browser.get(location)).status).toBe(404);
  });
});

describe('Ours: forms of other sites do nothing', () => {
  it.each<[string, Record<string, string>]>([
    ['another origin', { origin: 'http://attacker.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['no origin, from another site', { 'sec-fetch-site': 'cross-site' }],
    ['no origin at all', {}],
  ])('%s', async (_case, headers) => {
    const browser = new InProcessBrowser();
    expect((await browser.post('/flows/client-credentials', {}, headers)).status).toBe(403);
    expect((await browser.get('/')).text).not.toContain('What you ran');
  });

  it('another host name is sent to the right one, or refused', async () => {
    const browser = new InProcessBrowser();
    expect(await browser.get('/', { host: 'localhost:3001' })).toMatchObject({ status: 303, location: 'http://127.0.0.1:3001/' });
    expect((await browser.post('/flows/client-credentials', {}, { host: 'attacker.example', origin: 'http://127.0.0.1:3001' })).status).toBe(421);
  });
});

describe('Ours: pages load nothing from elsewhere and run nothing', () => {
  it('the policy allows the one stylesheet and forms to the provider', async () => {
    const { headers, text } = await new InProcessBrowser().get('/');
    expect(headers['content-security-policy']).toBe("default-src 'none'; style-src 'self'; img-src data:; form-action 'self' http://localhost:3000; base-uri 'none'; frame-ancestors 'none'");
    expect(text).not.toMatch(/<script|style=|javascript:|\son[a-z]+=/);
  });

  it('a page weighs at most 30 KB with its stylesheet on the first page', async () => {
    const browser = new InProcessBrowser();
    const { text } = await browser.get('/');
    const style = await browser.get(/href="(\/style-[^"]+)"/.exec(text)?.[1] ?? '');
    expect(style).toMatchObject({ status: 200 });
    expect(text.length + style.text.length).toBeLessThan(30_000);
  });

  it('the cookie is HttpOnly and not sent across sites', async () => {
    const { headers } = await new InProcessBrowser().post('/flows/client-credentials');
    expect(headers['set-cookie']).toMatch(/^tessera-playground=[\w-]{32}; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it('what is not there says so', async () => {
    expect((await new InProcessBrowser().get('/nothing')).status).toBe(404);
    expect((await new InProcessBrowser().press('/flows/nothing')).status).toBe(404);
  });
});

describe('Ours: what is remembered is bounded', () => {
  it('the last runs of a browser only, for some hours only', async () => {
    const browser = new InProcessBrowser();
    const { location } = await browser.post('/flows/client-credentials');
    for (let run = 0; run < 20; run += 1) await browser.post('/flows/client-credentials');
    expect((await browser.get(location)).status).toBe(404);
    browser.nowMs += 9 * 3_600_000;
    expect((await browser.get('/')).text).not.toContain('What you ran');
  });
});
