import { Authorization } from '@tessera/contracts';
import { OAuthError, Outage } from '@tessera/vocabulary';
import { STYLE_SHEET_NAME } from './style-sheet.js';
import { RunningEdge } from '../testing.js';

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start();
});
beforeEach(() => edge.forget());
afterAll(() => edge.close());

const failWith = (error: Error) => edge.owners.to(Authorization).reply(() => Promise.reject(error));
const ask = () => edge.send('GET', '/authorize?client_id=a&state=planted');

describe('EDG-9 where people come, what goes wrong is a page', () => {
  it('a refusal keeps its status and says what a developer needs, and nothing of the detail', async () => {
    failWith(new OAuthError('authorization_request.unknown_client', { clientId: 'planted-detail' }));
    const answer = await ask();
    expect(answer.status).toBe(400);
    for (const text of ['authorization_request.unknown_client', 'the client is not known', 'the client_id of a declared client', 'invalid_request']) expect(answer.body).toContain(text);
    expect(answer.body).toContain(`<code>${answer.headers['x-request-id']}</code>`);
    expect(answer.wire).not.toContain('planted');
  });

  it('REL-2 an outage is 503 with Retry-After and a way to try again', async () => {
    failWith(new Outage('nats', 'planted-internals'));
    const answer = await ask();
    expect(answer).toMatchObject({ status: 503, headers: expect.objectContaining({ 'retry-after': '1', 'content-type': 'text/html; charset=utf-8' }) });
    expect(answer.body).toContain('<a class="button" href="">Try again</a>');
    expect(answer.wire).not.toContain('planted');
  });

  it('I7 does not claim to know what was done while a part did not answer', async () => {
    failWith(new Outage('nats', 'x'));
    const { body } = await ask();
    expect(body).toContain('We do not know whether your last step was completed.');
    expect(body).not.toContain('Nothing was changed');
    expect(body).toContain('<a class="button quiet" href="/account">');
  });

  it('a bug is a constant 500, but for the request number', async () => {
    failWith(new TypeError('planted-internals at /srv/app.ts:1'));
    const [first, second] = [await ask(), await ask()];
    expect(first.status).toBe(500);
    expect(first.wire).not.toMatch(/planted|stack|node_modules|\.ts\b/);
    expect(first.body.replace(/request-\d+/, '')).toBe(second.body.replace(/request-\d+/, ''));
  });

  it('every one has the same headers as any other page', async () => {
    failWith(new Outage('nats', 'x'));
    expect((await ask()).headers).toMatchObject({
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    });
  });

  it('a refusal of a newer release is shown in its own words', async () => {
    failWith(OAuthError.fromPeer({ reason: 'future.<b>', code: 'invalid_request', description: 'the <future>', status: 400 }));
    const { body } = await ask();
    expect(body).toContain('the &lt;future&gt;');
    expect(body).toContain('future.&lt;b&gt;');
  });

  it('an address nobody has is a page for a browser and JSON for a client', async () => {
    expect((await edge.send('GET', '/', ['Accept: text/html,application/xhtml+xml'])).body).toContain('There is no page at this address');
    expect((await edge.send('GET', '/', ['Accept: application/json'])).body).toContain('{"error":"invalid_request"');
  });

  it('RFC 6749 §5.2 at an endpoint for clients it is JSON, whatever the browser would like', async () => {
    expect((await edge.form('/token', 'a=1&a=2', ['Accept: text/html'])).headers['content-type']).toContain('application/json');
  });
});

describe('RFC 8246 the style sheet', () => {
  it('is kept for ever under the name that has the hash of its content', async () => {
    const answer = await edge.send('GET', `/${STYLE_SHEET_NAME}`);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=31536000, immutable', 'x-content-type-options': 'nosniff' });
    expect(STYLE_SHEET_NAME).toMatch(/^style\.[0-9a-f]{12}\.css$/);
    expect((await edge.send('GET', '/style.css')).status).toBe(404);
  });

  it('and everything else stands below the path of the issuer', async () => {
    const below = await RunningEdge.start({ issuer: 'https://example.com/tenant/one' });
    below.owners.to(Authorization).reply(() => ({ kind: 'continue', interaction: 'x'.repeat(43), session: { change: 'keep' }, browser: null }));
    const host = ['Host: example.com'];
    const [led, page, style] = [
      await below.send('GET', '/tenant/one/authorize?client_id=a', host),
      await below.send('GET', '/tenant/one/interaction', host),
      await below.send('GET', `/tenant/one/${STYLE_SHEET_NAME}`, host),
    ];
    await below.close();
    expect(led.headers['location']).toBe(`/tenant/one/interaction?interaction=${'x'.repeat(43)}`);
    expect(page.body).toContain(`href="/tenant/one/${STYLE_SHEET_NAME}"`);
    expect(page.body).toContain('href="/tenant/one/account"');
    expect(style.status).toBe(200);
  });
});
