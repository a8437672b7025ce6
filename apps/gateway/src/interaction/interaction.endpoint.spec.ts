import { SubmitInteraction, ShowInteraction } from '@tessera/contracts';
import { openSealed } from '@tessera/jose';
import { OAuthError, Outage } from '@tessera/vocabulary';
import { formToken } from '../browser/index.js';
import { BROWSER_HANDLE, handleOf, stepReply } from '../pages/testing.js';
import { OPENING_KEY, PUBLISHED, RunningEdge } from '../testing.js';

const HANDLE = handleOf('sign-in');
const KEEP = { session: { change: 'keep' as const }, browser: null };
const COOKIE = `Cookie: __Host-tessera-browser=${BROWSER_HANDLE}`;
const CSRF = formToken(BROWSER_HANDLE, `interaction:${HANDLE}`);
/** What a browser sends from our own page, which has no referrer. */
const OWN = [COOKIE, 'Origin: null', 'Sec-Fetch-Site: same-origin'];

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start();
});
beforeEach(() => {
  edge.forget();
  edge.owners.to(ShowInteraction).reply(() => stepReply('sign-in'));
  edge.owners.to(SubmitInteraction).reply(() => ({ kind: 'continue', interaction: HANDLE, ...KEEP }));
});
afterAll(() => edge.close());

const body = (fields: Readonly<Record<string, string>>) => new URLSearchParams({ interaction: HANDLE, csrf: CSRF, ...fields }).toString();
const submit = (fields: Readonly<Record<string, string>>, headers: readonly string[] = OWN) => edge.form('/interaction', body(fields), headers);
const SIGN_IN = { step: 'password', identifier: 'alice', password: 'correct horse' };
const asked = () => edge.owners.questions(SubmitInteraction);

describe('Decision 15 the page of a step', () => {
  it('is shown to the browser of the cookie, and bound to it', async () => {
    const answer = await edge.send('GET', `/interaction?interaction=${HANDLE}`, [COOKIE]);
    expect(answer.status).toBe(200);
    expect(edge.owners.questions(ShowInteraction)).toEqual([{ interaction: HANDLE, browser: expect.objectContaining({ browser: BROWSER_HANDLE }) }]);
    expect(answer.body).toContain(`<input type="hidden" name="interaction" value="${HANDLE}">`);
    expect(answer.body).toContain('<input type="hidden" name="step" value="password">');
    expect(answer.body).toContain(`<input type="hidden" name="csrf" value="${CSRF}">`);
  });

  it('UIX-5 MUST have the strictest policy, which lets its forms lead to ourselves and to the proven redirect URI', async () => {
    const { headers } = await edge.send('GET', `/interaction?interaction=${HANDLE}`, [COOKIE]);
    expect(headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' https://orders.acme.example; frame-ancestors 'none'; base-uri 'none'",
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    ['without a handle', '/interaction', 'request.missing_parameter'],
    ['with an empty one', '/interaction?interaction=', 'request.missing_parameter'],
    ['with one that is none', '/interaction?interaction=short', 'request.malformed_parameter'],
  ])('is a page of its own %s', async (_case, target, reason) => {
    const answer = await edge.send('GET', target, [COOKIE]);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain(reason);
    expect(edge.owners.asked).toEqual([]);
  });
});

describe('Decision 8 the password leaves this process sealed', () => {
  it('for this request, for signing in, for a minute, and nothing else of the form with it', async () => {
    const answer = await submit({ ...SIGN_IN, sealed_password: 'planted', extra: 'planted' });
    const [{ input = [], ...question } = {}] = asked();
    expect(question).toMatchObject({ interaction: HANDLE, step: 'password', requestId: answer.headers['x-request-id'] });
    expect(input.map(([name]) => name)).toEqual(['identifier', 'sealed_password']);
    expect(openSealed(input[1]?.[1] ?? '', [OPENING_KEY])).toEqual({ secret: 'correct horse', rid: answer.headers['x-request-id'], purpose: 'sign-in', exp: 1_060 });
    expect(JSON.stringify(edge.owners.asked)).not.toContain('correct horse');
  });

  it('a password that was not typed is not sealed: its owner sees that it is missing', async () => {
    await submit({ ...SIGN_IN, password: '' });
    expect(asked()[0]?.input).toEqual([['identifier', 'alice']]);
  });

  it('CCR-5 however long it is, what is sealed stays short enough to be opened and long enough to be refused', async () => {
    await submit({ ...SIGN_IN, password: 'x'.repeat(16_000) });
    const { secret } = openSealed(asked()[0]?.input[1]?.[1] ?? '', [OPENING_KEY]);
    expect(secret).toHaveLength(2_048);
  });

  it('SEC-2 is in no log line, however the request ends', async () => {
    edge.owners.to(SubmitInteraction).reply(() => Promise.reject(new OAuthError('interaction.ended')));
    await submit(SIGN_IN);
    await submit(SIGN_IN, []);
    await edge.form('/interaction', `password=correct+horse&password=correct+horse`, OWN);
    expect(edge.log).toHaveLength(3);
    expect(edge.log.join('')).not.toMatch(/correct.horse|sealed_password/);
  });

  it('I7 without a key to seal to it goes nowhere', async () => {
    const keyless = await RunningEdge.start({
      published: {
        ...PUBLISHED,
        sealingKey: () => {
          throw new Outage('key-management', 'no key');
        },
      },
    });
    const answer = await keyless.form('/interaction', body(SIGN_IN), OWN);
    await keyless.close();
    expect(answer).toMatchObject({ status: 503, headers: expect.objectContaining({ 'retry-after': '1' }) });
    expect(keyless.owners.asked).toEqual([]);
  });
});

describe('UIX-4 a form counts only from our own page, in the browser it was shown to', () => {
  it.each([
    ['the page without a referrer', OWN],
    ['the page with its origin named', [COOKIE, 'Origin: https://as.example.com', 'Sec-Fetch-Site: same-origin']],
    ['a browser that does not say what site', [COOKIE, 'Origin: https://as.example.com']],
    ['a browser that says neither', [COOKIE]],
  ])('accepts %s', async (_case, headers) => {
    expect((await submit(SIGN_IN, headers)).status).toBe(303);
  });

  it.each([
    ['another origin', [COOKIE, 'Origin: https://evil.example']],
    ['another origin that ends alike', [COOKIE, 'Origin: https://as.example.com.evil.example']],
    ['our host by another scheme', [COOKIE, 'Origin: http://as.example.com']],
    ['another site', [COOKIE, 'Origin: null', 'Sec-Fetch-Site: cross-site']],
    ['another host of the same site', [COOKIE, 'Origin: https://www.example.com', 'Sec-Fetch-Site: same-site']],
    ['a frame without an origin', [COOKIE, 'Origin: null']],
    ['another site that names us', [COOKIE, 'Origin: https://as.example.com', 'Sec-Fetch-Site: cross-site']],
    ['two origins', [COOKIE, 'Origin: https://as.example.com', 'Origin: https://as.example.com']],
    ['no cookie', ['Origin: https://as.example.com']],
    ['the cookie of another browser', [`Cookie: __Host-tessera-browser=${'o'.repeat(43)}`, 'Origin: https://as.example.com']],
  ])('MUST refuse %s with 403, and ask nobody', async (_case, headers) => {
    const answer = await submit(SIGN_IN, headers);
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('request.forged');
    expect(edge.owners.asked).toEqual([]);
  });

  it.each([
    ['no token', ''],
    ['a token of another interaction', formToken(BROWSER_HANDLE, `interaction:${handleOf('other')}`)],
    ['the token of the account page', formToken(BROWSER_HANDLE, 'account:account')],
    ['a token that is longer', `${CSRF}A`],
    ['a token with its last character changed', `${CSRF.slice(0, -1)}${CSRF.endsWith('A') ? 'B' : 'A'}`],
  ])('MUST refuse %s', async (_case, csrf) => {
    expect((await submit({ ...SIGN_IN, csrf })).status).toBe(403);
    expect(edge.owners.asked).toEqual([]);
  });
});

describe('Decision 15 the answer to a step', () => {
  it.each([
    ['select-account', { choice: 'other' }, [['choice', 'other']]],
    ['consent', { decision: 'allow', password: 'planted' }, [['decision', 'allow']]],
    ['confirm-logout', { decision: 'stay' }, [['decision', 'stay']]],
  ])('%s hands on its own fields', async (step, fields, expected) => {
    await submit({ step, ...fields });
    expect(asked()[0]).toMatchObject({ step, input: expected });
  });

  it('UIX-7 consent has one field for each scope that stays ticked', async () => {
    await edge.form('/interaction', `${body({ step: 'consent', decision: 'allow' })}&scope=openid&scope=email`, OWN);
    expect(asked()[0]?.input).toEqual([['decision', 'allow'], ['scope', 'openid'], ['scope', 'email']]);
  });

  it.each([
    ['no step', {}],
    ['a step there is not', { step: 'passkey' }],
    ['a step named like a member of every object', { step: 'constructor' }],
  ])('MUST refuse a form with %s', async (_case, fields) => {
    expect((await submit(fields)).status).toBe(400);
    expect(edge.owners.asked).toEqual([]);
  });

  it('MUST refuse any other field that is repeated (GEN-1)', async () => {
    expect((await edge.form('/interaction', `${body(SIGN_IN)}&identifier=bob`, OWN)).status).toBe(400);
    expect(edge.owners.asked).toEqual([]);
  });

  it('Ours: leads to the next step by 303, so that a reload sends no form again', async () => {
    edge.owners.to(SubmitInteraction).reply(() => ({ ...stepReply('consent'), session: { change: 'set', handle: 's'.repeat(43), maxAgeSeconds: 60 } }));
    const answer = await submit(SIGN_IN);
    expect(answer).toMatchObject({ status: 303, headers: expect.objectContaining({ location: `/interaction?interaction=${handleOf('consent')}` }) });
    expect(answer.wire).toContain(`__Host-tessera-session=${'s'.repeat(43)}`);
  });

  it('UIX-6 shows the same step again with what was wrong, and never what was typed as password', async () => {
    edge.owners.to(SubmitInteraction).reply(() => stepReply('sign-in-wrong'));
    const answer = await submit(SIGN_IN);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('The user name or the password is not right.');
    expect(answer.body).not.toContain('correct horse');
  });

  it('says how long to wait after too many attempts', async () => {
    edge.owners.to(SubmitInteraction).reply(() => stepReply('sign-in-too-many'));
    const answer = await submit(SIGN_IN);
    expect(answer).toMatchObject({ status: 429, headers: expect.objectContaining({ 'retry-after': '300' }) });
    expect(answer.body).toContain('5 minutes');
  });

  it('RFC 9700 §4.12, AUT-5: ends at the client by 303', async () => {
    edge.owners.to(SubmitInteraction).reply(() => ({ kind: 'response', mode: 'query', redirectUri: 'https://orders.acme.example/cb', parameters: [['code', 'x']], reason: null, ...KEEP }));
    const answer = await submit(SIGN_IN);
    expect(answer).toMatchObject({ status: 303, headers: expect.objectContaining({ location: 'https://orders.acme.example/cb?code=x' }) });
  });

  it('ends at the account page when that was what it was for', async () => {
    edge.owners.to(SubmitInteraction).reply(() => ({ kind: 'account', ...KEEP }));
    expect((await submit(SIGN_IN)).headers['location']).toBe('/account');
  });

  it('AUT-6 has no CORS headers', async () => {
    const { headers } = await submit(SIGN_IN);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('UIX-10 no parameter of a page says where to go afterwards', () => {
  const AWAY = ['return_to', 'continue', 'next', 'redirect_uri', 'action', 'url'].map((name) => [name, 'https://evil.example/planted'] as [string, string]);

  it('whatever the address or the form says', async () => {
    const query = new URLSearchParams([['interaction', HANDLE], ...AWAY]).toString();
    const shown = await edge.send('GET', `/interaction?${query}`, [COOKIE]);
    const sent = await edge.form('/interaction', `${body(SIGN_IN)}&${new URLSearchParams(AWAY).toString()}`, OWN);
    expect([shown.status, sent.status]).toEqual([200, 303]);
    expect(shown.wire + sent.wire + JSON.stringify(edge.owners.asked)).not.toContain('evil.example');
  });
});
