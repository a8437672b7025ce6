import { AccountPage, EndSession, SubmitInteraction } from '@tessera/contracts';
import { OAuthError, Outage } from '@tessera/vocabulary';
import { formToken } from '../browser/index.js';
import { BROWSER_HANDLE, handleOf } from '../pages/testing.js';
import { RunningEdge } from '../testing.js';

const HANDLE = handleOf('sign-in');
const COOKIE = `Cookie: __Host-tessera-browser=${BROWSER_HANDLE}`;
const CSRF = formToken(BROWSER_HANDLE, `interaction:${HANDLE}`);
const TO_INTERACTION = `/interaction?interaction=${HANDLE}`;

let edge: RunningEdge;
beforeAll(async () => {
  edge = await RunningEdge.start();
});
beforeEach(() => edge.forget());
afterAll(() => edge.close());

/** Where the links of a page lead. */
const links = (body: string) => [...body.matchAll(/<a class="button[^"]*" href="([^"]*)"/g)].map(([, href]) => href);
const submit = (fields: Readonly<Record<string, string>> = {}, headers = [COOKIE]) =>
  edge.form('/interaction', new URLSearchParams({ interaction: HANDLE, csrf: CSRF, step: 'consent', decision: 'allow', ...fields }).toString(), headers);

describe('Ours: no error page is a dead end', () => {
  it.each([
    ['a token of another browser, the cookie of which was replaced', { csrf: formToken('o'.repeat(43), `interaction:${HANDLE}`) }, [COOKIE], 403],
    ['no cookie', {}, [], 403],
    ['a step that is none of ours', { step: 'passkey' }, [COOKIE], 400],
  ])('a form with %s leads back to its page, made anew', async (_case, fields, headers, status) => {
    const answer = await submit(fields, headers);
    expect(answer.status).toBe(status);
    expect(links(answer.body)).toEqual([TO_INTERACTION, '/account']);
  });

  it.each([
    ['an outage', new Outage('nats', 'x'), 503],
    ['a bug', new TypeError('x'), 500],
    ['a form its owner cannot read', new OAuthError('interaction.not_an_answer'), 400],
  ])('a form that met %s leads back to its page', async (_case, error, status) => {
    edge.owners.to(SubmitInteraction).reply(() => Promise.reject(error));
    const answer = await submit();
    expect(answer.status).toBe(status);
    expect(links(answer.body)).toEqual([TO_INTERACTION, '/account']);
  });

  it.each([
    ['interaction.ended', 'This is done already'],
    ['interaction.other_browser', 'This was started in another browser'],
    ['interaction.unknown', 'You cannot go on from here'],
    ['interaction.expired', 'You cannot go on from here'],
    ['interaction.aborted', 'You cannot go on from here'],
  ] as const)('%s says in words how to go on, and does not lead in a circle', async (reason, title) => {
    edge.owners.to(SubmitInteraction).reply(() => Promise.reject(new OAuthError(reason)));
    const { status, body } = await submit();
    expect(status).toBe(400);
    expect(body).toContain(`<h1>${title}</h1>`);
    expect(body).toContain('Go back to the app you came from');
    expect(links(body)).toEqual(['/account']);
  });

  it.each([
    ['no handle', `csrf=${CSRF}`],
    ['two handles', `interaction=${HANDLE}&interaction=${HANDLE}`],
    ['a handle that is an address', 'interaction=https%3A%2F%2Fevil.example%2Fplanted'],
    ['a handle that breaks out', `interaction=${encodeURIComponent(`${HANDLE}"><script>planted`)}`],
  ])('UIX-10 a form with %s leads to the account page only', async (_case, body) => {
    const answer = await edge.form('/interaction', body, [COOKIE]);
    expect(links(answer.body)).toEqual(['/account']);
    expect(answer.wire).not.toContain('planted');
  });

  it('a change of the account that nobody answered leads to the account page, where it shows what was done', async () => {
    edge.owners.to(AccountPage).reply(() => Promise.reject(new Outage('nats', 'x')));
    const answer = await edge.form('/account', new URLSearchParams({ csrf: formToken(BROWSER_HANDLE, 'account:account'), change: 'end-other-sessions' }).toString(), [COOKIE]);
    expect(answer.status).toBe(503);
    expect(links(answer.body)).toEqual(['/account']);
  });

  it('a logout by POST that nobody answered can be asked for again', async () => {
    edge.owners.to(EndSession).reply(() => Promise.reject(new Outage('nats', 'x')));
    const answer = await edge.form('/end_session', 'client_id=a', [COOKIE]);
    expect(links(answer.body)).toEqual(['/end_session', '/account']);
    expect(answer.body).not.toContain('client_id');
  });

  it('RFC 6749 §4.1.2.1 a request of a client that is refused is not asked for again', async () => {
    expect(links((await edge.send('GET', '/end_session?id_token_hint=a&id_token_hint=b')).body)).toEqual(['/account']);
  });
});
