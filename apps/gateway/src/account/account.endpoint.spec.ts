import { AccountPage } from '@tessera/contracts';
import { openSealed } from '@tessera/jose';
import { formToken } from '../browser/index.js';
import { ACCOUNT, BROWSER_HANDLE, handleOf } from '../pages/testing.js';
import { OPENING_KEY, RunningEdge } from '../testing.js';

const COOKIE = `Cookie: __Host-tessera-browser=${BROWSER_HANDLE}; __Host-tessera-session=${'s'.repeat(43)}`;
const CSRF = formToken(BROWSER_HANDLE, 'account:account');

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start();
});
beforeEach(() => {
  edge.forget();
  edge.owners.to(AccountPage).reply(({ change }) => ({ ...ACCOUNT, done: change?.change ?? null }));
});
afterAll(() => edge.close());

const post = (fields: Readonly<Record<string, string>>, headers = [COOKIE, 'Origin: https://as.example.com']) =>
  edge.form('/account', new URLSearchParams({ csrf: CSRF, ...fields }).toString(), headers);
const changes = () => edge.owners.questions(AccountPage).map(({ change }) => change);

describe('UIX-9 a person sees sessions, apps and password, and can end or change each', () => {
  it('shows them to whoever is signed in', async () => {
    const { status, body } = await edge.send('GET', '/account', [COOKIE]);
    expect(status).toBe(200);
    for (const text of ['Alice Example', 'Chrome on Linux', 'Safari on iPhone', 'Unknown browser', 'Acme Orders', 'Photo Prints', 'Current password']) expect(body).toContain(text);
    expect(edge.owners.questions(AccountPage)).toEqual([expect.objectContaining({ change: null, browser: expect.objectContaining({ session: 's'.repeat(43) }) })]);
  });

  it('leads whoever is not signed in to an interaction of this browser', async () => {
    edge.owners.to(AccountPage).reply(() => ({ kind: 'continue', interaction: handleOf('sign-in'), session: { change: 'clear' }, browser: BROWSER_HANDLE }));
    const { status, headers, wire } = await edge.send('GET', '/account');
    expect([status, headers['location']]).toEqual([303, `/interaction?interaction=${handleOf('sign-in')}`]);
    expect(wire).toContain(`__Host-tessera-browser=${BROWSER_HANDLE}`);
  });

  it('UIX-4 binds its forms to the browser, which gets its cookie here if it has none', async () => {
    const { headers, body } = await edge.send('GET', '/account', [`Cookie: __Host-tessera-session=${'s'.repeat(43)}`]);
    const handle = /__Host-tessera-browser=([\w-]{43});/.exec(headers['set-cookie'] ?? '')?.[1] ?? 'none';
    expect(body).toContain(`name="csrf" value="${formToken(handle, 'account:account')}"`);
  });

  it.each([
    [{ change: 'end-session', session: '2' }, { change: 'end-session', session: '2' }],
    [{ change: 'end-other-sessions' }, { change: 'end-other-sessions' }],
    [{ change: 'end-access', client_id: 'acme-orders' }, { change: 'end-access', clientId: 'acme-orders' }],
  ])('asks for %j, then confirms it on a page that a reload does not repeat', async (fields, change) => {
    const { status, headers } = await post(fields);
    expect(changes()).toEqual([change]);
    expect(status).toBe(303);
    const { body } = await edge.send('GET', headers['location'] ?? '', [COOKIE]);
    expect(body).toContain('role="status"');
  });

  it('Ours: nobody can make up a confirmation for somebody else', async () => {
    const proof = formToken('o'.repeat(43), 'notice:change-password');
    for (const target of ['/account?done=change-password', `/account?done=change-password&proof=${proof}`, '/account?done=constructor&proof=x']) {
      expect((await edge.send('GET', target, [COOKIE])).body).not.toContain('role="status"');
    }
  });

  it('decision 8: both passwords leave sealed, each for its own purpose', async () => {
    const { headers } = await post({ change: 'change-password', current_password: 'old one', new_password: 'new one!', end_offline: 'yes' });
    const [change] = changes();
    if (change?.change !== 'change-password') throw new Error('no change of the password was asked for');
    const rid = headers['x-request-id'];
    expect(openSealed(change.sealedCurrent, [OPENING_KEY])).toEqual({ secret: 'old one', rid, purpose: 'current-password', exp: 1_060 });
    expect(openSealed(change.sealedNew, [OPENING_KEY])).toEqual({ secret: 'new one!', rid, purpose: 'new-password', exp: 1_060 });
    expect(change.endOffline).toBe(true);
    expect(edge.log).toEqual([]);
  });

  it('keeps offline access unless the box is ticked', async () => {
    await post({ change: 'change-password', current_password: 'a', new_password: 'b' });
    expect(changes()[0]).toMatchObject({ endOffline: false });
  });

  it('tells what was not changed at once, where the field is', async () => {
    edge.owners.to(AccountPage).reply(() => ({ ...ACCOUNT, problem: 'password-too-short' }));
    const { status, body } = await post({ change: 'change-password', current_password: 'a', new_password: 'b' });
    expect(status).toBe(200);
    expect(body).toContain('<a href="#new">The new password is too short.</a>');
    expect(body).toMatch(/<input id="new"[^>]*aria-invalid="true" aria-describedby="problem hint"/);
  });

  it('leads to sign-in when the session of this browser is over', async () => {
    edge.owners.to(AccountPage).reply(() => ({ kind: 'continue', interaction: handleOf('sign-in'), session: { change: 'clear' }, browser: null }));
    const { status, headers } = await post({ change: 'end-session', session: '1' });
    expect([status, headers['location']]).toEqual([303, `/interaction?interaction=${handleOf('sign-in')}`]);
    expect(headers['set-cookie']).toContain('__Host-tessera-session=; Max-Age=0');
  });
});

describe('UIX-4 a change counts only from our own page', () => {
  it.each([
    ['another origin', {}, [COOKIE, 'Origin: https://evil.example']],
    ['no cookie', {}, ['Origin: https://as.example.com']],
    ['no token', { csrf: '' }, undefined],
    ['the token of an interaction', { csrf: formToken(BROWSER_HANDLE, `interaction:${handleOf('sign-in')}`) }, undefined],
    ['the proof of a confirmation', { csrf: formToken(BROWSER_HANDLE, 'notice:end-session') }, undefined],
  ])('MUST refuse %s', async (_case, fields, headers) => {
    const answer = await post({ change: 'end-other-sessions', ...fields }, headers);
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('request.forged');
    expect(edge.owners.asked).toEqual([]);
  });

  it.each([[{}], [{ change: 'toString' }], [{ change: 'end-session' }], [{ change: 'end-access', client_id: '' }]])('MUST refuse the form %j, which is none of ours', async (fields) => {
    expect((await post(fields)).status).toBe(400);
    expect(edge.owners.asked).toEqual([]);
  });
});
