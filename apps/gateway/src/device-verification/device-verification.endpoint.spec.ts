import { DeviceAuthorization, EnterUserCode, SubmitInteraction } from '@tessera/contracts';
import { OAuthError, Outage } from '@tessera/vocabulary';
import { formToken } from '../browser/index.js';
import { ACME, BROWSER_HANDLE, handleOf, playScenes } from '../pages/testing.js';
import { RunningEdge } from '../testing.js';

const COOKIE = `Cookie: __Host-tessera-browser=${BROWSER_HANDLE}`;
const CSRF = formToken(BROWSER_HANDLE, 'device:user-code');
const OURS = [COOKIE, 'Origin: https://as.example.com'];

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start();
});
beforeEach(() => {
  edge.forget();
  playScenes(edge.owners);
  edge.owners.to(EnterUserCode).reply(() => ({ kind: 'continue', interaction: handleOf('device-consent'), browser: null }));
});
afterAll(() => edge.close());

const enter = (fields: Readonly<Record<string, string>>, headers = OURS) => edge.form('/device', new URLSearchParams({ csrf: CSRF, ...fields }).toString(), headers);
const entered = () => edge.owners.questions(EnterUserCode).map(({ userCode }) => userCode);

describe('RFC 8628 §3.1 the device authorization endpoint at the edge', () => {
  it('goes to its owner as it came, and the answer back as it is', async () => {
    edge.owners.to(DeviceAuthorization).reply(() => ({ status: 200, body: { device_code: 'd', user_code: 'WDJB-MJHT', expires_in: 600 }, headers: {} }));
    const { status, headers, body } = await edge.form('/device_authorization', 'client_id=acme&scope=openid');
    expect([status, headers['cache-control'], JSON.parse(body)]).toEqual([200, 'no-store', { device_code: 'd', user_code: 'WDJB-MJHT', expires_in: 600 }]);
    expect(edge.owners.questions(DeviceAuthorization)).toEqual([expect.objectContaining({ url: 'https://as.example.com/device_authorization', parameters: [['client_id', 'acme'], ['scope', 'openid']] })]);
  });

  it('DEV-7 too many waiting is 429 with the code the client knows', async () => {
    edge.owners.to(DeviceAuthorization).reply(() => {
      throw new OAuthError('device_authorization.too_many_waiting');
    });
    const { status, body } = await edge.form('/device_authorization', 'client_id=acme');
    expect([status, JSON.parse(body)]).toMatchObject([429, { error: 'slow_down' }]);
  });
});

describe('RFC 8628 §3.3 code entry', () => {
  it('is a form of this browser, which gets its cookie here if it has none', async () => {
    const { status, headers, body } = await edge.send('GET', '/device');
    const handle = /__Host-tessera-browser=([\w-]{43});/.exec(headers['set-cookie'] ?? '')?.[1] ?? 'none';
    expect(status).toBe(200);
    expect(body).toContain(`name="csrf" value="${formToken(handle, 'device:user-code')}"`);
  });

  it('§3.3.1, DEV-5 verification_uri_complete fills the field in, and asks nobody anything', async () => {
    const { body } = await edge.send('GET', '/device?user_code=WDJB-MJHT', [COOKIE]);
    expect(body).toContain('value="WDJB-MJHT"');
    expect(edge.owners.asked).toEqual([]);
  });

  it.each(['"><script>alert(1)</script>', `${'A'.repeat(500)}`])('EDG-9 what it brings is text, and bounded: %s', async (userCode) => {
    const { body } = await edge.send('GET', `/device?user_code=${encodeURIComponent(userCode)}`, [COOKIE]);
    expect(body).not.toContain('<script>');
    expect(body).not.toContain('A'.repeat(65));
  });

  it('leads to the interaction that goes on with it; the code stands in no address', async () => {
    const { status, headers } = await enter({ user_code: ' wdjb mjht ' });
    expect([status, headers['location']]).toEqual([303, `/interaction?interaction=${handleOf('device-consent')}`]);
    expect(entered()).toEqual([' wdjb mjht ']);
  });

  it('DEV-2 hands on the browser and the address that wrong codes are counted for', async () => {
    await enter({ user_code: 'WDJBMJHT' });
    expect(edge.owners.questions(EnterUserCode)[0]?.browser).toMatchObject({ browser: BROWSER_HANDLE, sourceAddress: '127.0.0.1' });
  });

  it('a wrong code is told beside the field, which keeps what was typed', async () => {
    edge.owners.to(EnterUserCode).reply(() => ({ kind: 'again', problem: 'unknown', waitSeconds: null }));
    const { status, body } = await enter({ user_code: 'ZZZZ' });
    expect(status).toBe(200);
    for (const text of ['role="alert"', 'No device waits with this code', 'value="ZZZZ"', 'aria-invalid="true"', 'aria-describedby="problem hint"', '<title>Problem: ']) expect(body).toContain(text);
  });

  it('too many wrong codes are 429, with how long to wait in words and for machines', async () => {
    edge.owners.to(EnterUserCode).reply(() => ({ kind: 'again', problem: 'too_many', waitSeconds: 540 }));
    const { status, headers, body } = await enter({ user_code: 'ZZZZ' });
    expect([status, headers['retry-after']]).toEqual([429, '540']);
    expect(body).toContain('9 minutes');
  });

  it('an empty field is no guess', async () => {
    const { body } = await enter({ user_code: '  ' });
    expect(body).toContain('Enter the code that your device shows.');
    expect(entered()).toEqual([]);
  });

  it.each([
    ['without a token', { csrf: '' }, OURS],
    ['with the token of another form', { csrf: formToken(BROWSER_HANDLE, 'account:account') }, OURS],
    ['from another site', {}, [COOKIE, 'Origin: https://evil.example', 'Sec-Fetch-Site: cross-site']],
    ['without the cookie', {}, ['Origin: https://as.example.com']],
  ])('UIX-4 a form %s enters nothing', async (_case, fields, headers) => {
    const { status } = await enter({ user_code: 'WDJBMJHT', ...fields }, headers);
    expect(status).toBe(403);
    expect(entered()).toEqual([]);
  });

  it('Ours: an outage leads back to the code entry', async () => {
    edge.owners.to(EnterUserCode).reply(() => {
      throw new Outage('device-ciba', 'away');
    });
    const { status, body } = await enter({ user_code: 'WDJBMJHT' }, [...OURS, 'Accept: text/html']);
    expect(status).toBe(503);
    expect(body).toContain('href="/device"');
  });
});

describe('RFC 8628 §5.4, DEV-5 the page that compares', () => {
  const shown = async (scene: string) => Buffer.from((await edge.send('GET', `/interaction?interaction=${handleOf(scene)}`, [COOKIE])).body, 'latin1').toString('utf8');

  it('shows the code before everything that is to be agreed to, the client, the person, from where and when', async () => {
    const html = await shown('device-consent');
    for (const text of ['Connect Acme Orders?', 'WDJB-MJHT', 'Alice Example', '203.0.113.7, the same network address as this browser', 'just now', 'Use Orders', 'orders.read', 'Go on only if you started this yourself']) {
      expect(html).toContain(text);
    }
    expect(html.indexOf('WDJB-MJHT')).toBeLessThan(html.indexOf('orders.read'));
  });

  it('says so when the device is not where the browser is', async () => {
    expect(await shown('device-consent-elsewhere')).toContain('not the network address of this browser');
  });

  it.each([
    ['device-consent', 'about 10 minutes', 'class="notice warning after-7"'],
    ['device-consent-elsewhere', 'about 2 minutes', 'class="notice warning"'],
  ])('WCAG 2.2 §2.2.1 %s: how long the code is good for, a warning before it ends, a way to another', async (scene, minutes, warning) => {
    const html = await shown(scene);
    for (const text of [minutes, warning, 'The code ends soon.', 'href="/device"']) expect(html).toContain(text);
  });

  it('takes the answer with what stayed ticked, and says what happens on the device', async () => {
    edge.owners.to(SubmitInteraction).reply(() => ({ kind: 'device', outcome: 'approved', client: ACME, session: { change: 'keep' }, browser: null }));
    const interaction = handleOf('device-consent');
    const form = new URLSearchParams([['interaction', interaction], ['step', 'device-consent'], ['csrf', formToken(BROWSER_HANDLE, `interaction:${interaction}`)], ['decision', 'allow'], ['scope', 'openid'], ['scope', 'profile'], ['other', 'x']]);
    const { status, body } = await edge.form('/interaction', form.toString(), OURS);
    expect(status).toBe(200);
    expect(body).toContain('Your device is connected');
    expect(edge.owners.questions(SubmitInteraction)[0]).toMatchObject({ step: 'device-consent', input: [['decision', 'allow'], ['scope', 'openid'], ['scope', 'profile']] });
  });

  it.each([
    ['device-approved', 'goes on by itself', '/account'],
    ['device-denied', 'got nothing', '/device'],
    ['device-approved_before', 'connected already', '/account'],
    ['device-denied_before', 'turned down already', '/device'],
    ['device-expired', 'shows a new code', '/device'],
  ])('Ours: %s says what happens on the device, and leads on', async (scene, text, way) => {
    const html = await shown(scene);
    expect(html).toContain(text);
    expect(html).toContain(`href="${way}"`);
  });
});
