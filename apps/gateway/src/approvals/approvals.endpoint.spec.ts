import { ShowApprovals, SubmitInteraction } from '@tessera/contracts';
import { formToken } from '../browser/index.js';
import { BROWSER_HANDLE, handleOf } from '../pages/testing.js';
import { approvalOf, EMPTY_INBOX, ENROLLED, INBOX } from '../pages/testing-approvals.js';
import { RunningEdge } from '../testing.js';

const COOKIE = `Cookie: __Host-tessera-browser=${BROWSER_HANDLE}; __Host-tessera-session=${'s'.repeat(43)}`;
const CSRF = formToken(BROWSER_HANDLE, 'approvals:approvals');

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start();
});
beforeEach(() => {
  edge.forget();
  edge.owners.to(ShowApprovals).reply(({ change }) => ({ ...INBOX, outcome: change === null ? null : 'approved' }));
});
afterAll(() => edge.close());

const post = (fields: Readonly<Record<string, string>>, headers = [COOKIE, 'Origin: https://as.example.com']) =>
  edge.form('/approvals', new URLSearchParams({ csrf: CSRF, ...fields }).toString(), headers);
const changes = () => edge.owners.questions(ShowApprovals).map(({ change }) => change);
const BROWSER = '6f0d2a8e-2f3b-4f5e-9a51-6f8f4c1d2e3f';
const SUBSCRIPTION = { endpoint: 'https://push.example/send/1', p256dh: ENROLLED.publicKey, auth: 'A'.repeat(22) };
const ANSWER = { change: 'answer', approval: approvalOf('payment') };

describe('CIBA Core §8 the approval inbox', () => {
  it('shows what waits for whoever is signed in, complete without JavaScript (CIB-3)', async () => {
    const { status, body } = await edge.send('GET', '/approvals', [COOKIE]);
    expect(status).toBe(200);
    for (const text of ['Alice Example', 'Acme Bank', 'Pay 12.50 to M', '&amp; S', 'Use Payments', 'It ends in about 4 minutes', 'value="42"']) expect(body).toContain(text);
    expect(edge.owners.questions(ShowApprovals)).toEqual([expect.objectContaining({ change: null, browser: expect.objectContaining({ session: 's'.repeat(43) }) })]);
  });

  it('CIB-3 a binding message is escaped, and what turns its direction is not written', async () => {
    const [first] = INBOX.waiting;
    if (first === undefined) throw new Error('the inbox is empty');
    edge.owners.to(ShowApprovals).reply(() => ({ ...INBOX, waiting: [{ ...first, bindingMessage: '<img src=x onerror=alert(1)>"\u202E' }] }));
    const { body } = await edge.send('GET', '/approvals', [COOKIE]);
    expect(body).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;</span>');
  });

  it('UIX-5 runs its one script, asks nobody but ourselves, and its forms lead to ourselves', async () => {
    const { headers, body } = await edge.send('GET', '/approvals', [COOKIE]);
    const nonce = /<script nonce="([\w-]+)">/.exec(body)?.[1] ?? 'none';
    const policy = headers['content-security-policy'] ?? '';
    for (const rule of ["default-src 'none'", `script-src 'nonce-${nonce}'`, "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'"]) expect(policy).toContain(rule);
    expect(headers['cache-control']).toBe('no-store');
    expect((await edge.send('GET', '/approvals', [COOKIE])).body).not.toContain(nonce);
  });

  it('leads whoever is not signed in to an interaction of this browser, and back', async () => {
    edge.owners.to(ShowApprovals).reply(() => ({ kind: 'continue', interaction: handleOf('sign-in'), session: { change: 'keep' }, browser: BROWSER_HANDLE }));
    const { status, headers } = await edge.send('GET', '/approvals');
    expect([status, headers['location']]).toEqual([303, `/interaction?interaction=${handleOf('sign-in')}`]);
    edge.owners.to(SubmitInteraction).reply(() => ({ kind: 'account', page: 'approvals', session: { change: 'keep' }, browser: null }));
    const form = new URLSearchParams({ interaction: handleOf('sign-in'), step: 'password', csrf: formToken(BROWSER_HANDLE, `interaction:${handleOf('sign-in')}`), identifier: 'alice', password: 'x' });
    const signedIn = await edge.form('/interaction', form.toString(), [COOKIE, 'Origin: https://as.example.com']);
    expect([signedIn.status, signedIn.headers['location']]).toEqual([303, '/approvals']);
  });

  it.each([
    [{ ...ANSWER, answer: 'approve' }, { change: 'answer', approval: ANSWER.approval, answer: { answer: 'approve' } }],
    [{ ...ANSWER, answer: 'deny' }, { change: 'answer', approval: ANSWER.approval, answer: { answer: 'deny' } }],
    [{ ...ANSWER, answer: 'silence' }, { change: 'answer', approval: ANSWER.approval, answer: { answer: 'silence' } }],
    [{ ...ANSWER, number: '42' }, { change: 'answer', approval: ANSWER.approval, answer: { answer: 'pick', number: 42 } }],
    [{ change: 'listen', client_id: 'bank' }, { change: 'listen', clientId: 'bank' }],
    [{ change: 'enrol', ...SUBSCRIPTION }, { change: 'enrol', subscription: SUBSCRIPTION }],
    [{ change: 'withdraw', browser: BROWSER }, { change: 'withdraw', browser: BROWSER }],
  ])('hands on %j, then says what became of it on a page that a reload does not repeat', async (fields, change) => {
    const { status, headers } = await post(fields);
    expect(changes()).toEqual([change]);
    expect(status).toBe(303);
    expect((await edge.send('GET', headers['location'] ?? '', [COOKIE])).body).toContain('The app goes on by itself');
  });

  it.each([
    ['no change', {}],
    ['a subscription without TLS', { change: 'enrol', ...SUBSCRIPTION, endpoint: 'http://push.example/send/1' }],
    ['a subscription with a password in it', { change: 'enrol', ...SUBSCRIPTION, endpoint: 'https://a:b@push.example/send/1' }],
    ['an endpoint without end', { change: 'enrol', ...SUBSCRIPTION, endpoint: `https://push.example/${'x'.repeat(2_048)}` }],
    ['a compressed point', { change: 'enrol', ...SUBSCRIPTION, p256dh: `A${SUBSCRIPTION.p256dh.slice(1)}` }],
    ['half of a point', { change: 'enrol', ...SUBSCRIPTION, p256dh: SUBSCRIPTION.p256dh.slice(0, 43) }],
    ['a secret that is too short', { change: 'enrol', ...SUBSCRIPTION, auth: 'A'.repeat(21) }],
    ['a subscription without keys', { change: 'enrol', endpoint: SUBSCRIPTION.endpoint }],
    ['a browser that is none', { change: 'withdraw', browser: 'all' }],
    ['another change', { change: 'approve-all' }],
    ['no approval', { change: 'answer', answer: 'approve' }],
    ['an approval that is no handle', { change: 'answer', approval: 'x', answer: 'approve' }],
    ['no answer', ANSWER],
    ['another answer', { ...ANSWER, answer: 'maybe' }],
    ['a number that is none', { ...ANSWER, number: '042' }],
    ['a number of three digits', { ...ANSWER, number: '421' }],
  ])('takes no form with %s', async (_case, fields) => {
    expect((await post(fields)).status).toBe(400);
    expect(changes()).toEqual([]);
  });

  it.each([
    ['without the token', { csrf: '' }, [COOKIE, 'Origin: https://as.example.com']],
    ['with the token of another page', { csrf: formToken(BROWSER_HANDLE, 'account:account') }, [COOKIE, 'Origin: https://as.example.com']],
    ['with the token of another browser', { csrf: formToken('o'.repeat(43), 'approvals:approvals') }, [COOKIE, 'Origin: https://as.example.com']],
    ['from another origin', {}, [COOKIE, 'Origin: https://evil.example']],
    ['from another site', {}, [COOKIE, 'Origin: https://as.example.com', 'Sec-Fetch-Site: cross-site']],
    ['of a browser without its cookie', {}, ['Origin: https://as.example.com']],
  ])('CIB-5, UIX-4 decides nothing %s', async (_case, fields, headers) => {
    expect((await post({ ...ANSWER, answer: 'approve', ...fields }, headers)).status).toBe(403);
    expect(changes()).toEqual([]);
  });

  it('Ours: nobody can make up what became of an answer', async () => {
    edge.owners.to(ShowApprovals).reply(() => EMPTY_INBOX);
    const proof = formToken('o'.repeat(43), 'notice:approved');
    for (const target of ['/approvals?done=approved', `/approvals?done=approved&proof=${proof}`, '/approvals?done=constructor&proof=x']) {
      expect((await edge.send('GET', target, [COOKIE])).body).not.toContain('The app goes on by itself');
    }
  });
});

describe('Ours: the service worker of the approvals page', () => {
  it('is a script of ours, in no cache (GEN-2), and the page may register it and no other', async () => {
    const { status, headers, body } = await edge.send('GET', '/approvals-worker.js');
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' });
    expect(body).toContain('const APPROVALS = "/approvals"');
    const page = await edge.send('GET', '/approvals', [COOKIE]);
    expect(page.headers['content-security-policy']).toContain("worker-src 'self'");
  });

  it('the page says nothing of it where no browser is told', async () => {
    edge.owners.to(ShowApprovals).reply(() => EMPTY_INBOX);
    const { headers, body } = await edge.send('GET', '/approvals', [COOKIE]);
    expect(headers['content-security-policy']).not.toContain('worker-src');
    expect(body).not.toContain('serviceWorker');
    expect(body).not.toContain('id="push"');
  });
});
