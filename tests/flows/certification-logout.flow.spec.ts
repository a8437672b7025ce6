import { decodeJwt, exportJWK, SignJWT } from 'jose';
import { keyPairFor } from '../../libs/jose/src/key-pair/testing.js';
import { CertifiedClient } from './certification.js';
import { demo, type DemoClient } from './demo.js';
import { authorizationUrl, departure, page, stepOf, text, UserAgent } from './sign-in.js';
import { declare } from './tessera.js';
import type { Page } from './user-agent.js';

const SITE = 'https://certification-logout.example.org';
const [CALLBACK, AFTER, TOLD] = [`${SITE}/cb`, `${SITE}/bye`, `${SITE}/told`];
const STATE = 's'.repeat(128);

let clientOf: (clientId: string) => DemoClient;
beforeAll(async () => {
  const client = (clientId: string, more = '') => `
  - client_id: ${clientId}
    client_name: Certified
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code]
    scope: openid
    redirect_uris: [${CALLBACK}]
    post_logout_redirect_uris: [${AFTER}]
    first_party: true
${more}`;
  clientOf = await declare(`clients:${client('logout-plain')}${client('logout-told', `    frontchannel_logout_uri: ${TOLD}\n    frontchannel_logout_session_required: true\n`)}`);
}, 60_000);

/** Somebody signed in at a client; the browser, the ID token, the response, and whether a silent request still finds a session. */
async function signedIn(clientId = 'logout-plain') {
  const [agent, certified] = [new UserAgent(), new CertifiedClient(clientOf(clientId), CALLBACK)];
  const response = await certified.response({}, agent);
  const hint = text(await certified.redeem(response.get('code') ?? ''), 'id_token');
  const silent = async () => departure(await agent.open(authorizationUrl({ ...certified.request, prompt: 'none' }))).searchParams.get('error');
  return { agent, response, hint, silent };
}

const endSession = (agent: UserAgent, parameters: Readonly<Record<string, string>>) => agent.open(`${demo.issuer}/end_session?${new URLSearchParams(parameters)}`);
/** A page of the provider that leads nowhere: no form, no link and no frame of anybody else. */
function leadsNowhere(shown: Page): void {
  expect(shown.url.startsWith(`${demo.issuer}/`)).toBe(true);
  expect(shown.html).not.toContain(SITE);
}

describe('OpenID certification, logout and session', () => {
  it('end_session_endpoint: GET with hint, address and a state of 128 characters leads to the address with state only; then prompt=none is login_required', async () => {
    const { agent, hint, silent } = await signedIn();
    expect(await silent()).toBeNull();
    const left = departure(await endSession(agent, { id_token_hint: hint, post_logout_redirect_uri: AFTER, state: STATE }));
    expect([`${left.origin}${left.pathname}`, Object.fromEntries(left.searchParams), left.hash]).toEqual([AFTER, { state: STATE }, '']);
    expect(await silent()).toBe('login_required');
  });

  it('end_session_endpoint: no state where none was sent', async () => {
    const { agent, hint } = await signedIn();
    expect(departure(await endSession(agent, { id_token_hint: hint, post_logout_redirect_uri: AFTER })).href).toBe(AFTER);
  });

  /** The hint with these claims, signed by a key that is not the provider's, which it claims to be. */
  async function foreign(hint: string): Promise<string> {
    const { privateKey, publicKey } = keyPairFor('RS256');
    const [header] = hint.split('.');
    const { kid } = JSON.parse(Buffer.from(header ?? '', 'base64url').toString()) as { kid: string };
    return new SignJWT(decodeJwt(hint)).setProtectedHeader({ alg: 'RS256', kid, jwk: await exportJWK(publicKey) }).sign(privateKey);
  }

  it.each<[string, (hint: string) => Promise<Record<string, string>>]>([
    ['an unregistered address', async (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: `${SITE}/other` })],
    ['a registered address with a query added', async (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: `${AFTER}?foo=bar` })],
    ['an address without a hint', async () => ({ post_logout_redirect_uri: AFTER })],
    ['a hint altered to alg none', async (hint) => ({ id_token_hint: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${hint.split('.')[1]}.`, post_logout_redirect_uri: AFTER })],
    ['a hint signed by a foreign key', async (hint) => ({ id_token_hint: await foreign(hint), post_logout_redirect_uri: AFTER })],
  ])('Must not redirect: %s; a page, and the person decides', async (_case, parameters) => {
    const { agent, hint, silent } = await signedIn();
    leadsNowhere(page(await endSession(agent, { ...(await parameters(hint)), state: STATE })));
    expect(await silent()).toBeNull();
  });

  it.each([
    ['no parameters', {}],
    ['only state', { state: STATE }],
  ])('No parameters, only state, no URI: %s; the person confirms, and sees a logged-out page', async (_case, parameters) => {
    const { agent, silent } = await signedIn();
    const shown = page(await endSession(agent, parameters));
    expect(stepOf(shown)).toBe('confirm-logout');
    const out = page(await agent.submit(shown, {}, ['decision', 'sign-out']));
    expect([out.status, out.html.includes('id="signed-out"')]).toEqual([200, true]);
    leadsNowhere(out);
    expect(await silent()).toBe('login_required');
  });

  it('No parameters, only state, no URI: a hint alone ends at a logged-out page', async () => {
    const { agent, hint, silent } = await signedIn();
    const out = page(await endSession(agent, { id_token_hint: hint }));
    expect([out.status, out.html.includes('id="signed-out"')]).toEqual([200, true]);
    expect(await silent()).toBe('login_required');
  });

  it('Front-channel: supported with the session; a frame with iss and sid of the ID token and nothing else, and then the address with state', async () => {
    expect(await metadata()).toMatchObject({ frontchannel_logout_supported: true, frontchannel_logout_session_supported: true });
    const { agent, hint, silent } = await signedIn('logout-told');
    const { iss, sid } = decodeJwt(hint);
    const shown = page(await endSession(agent, { id_token_hint: hint, post_logout_redirect_uri: AFTER, state: STATE }));
    const frames = [...shown.html.matchAll(/<iframe [^>]*src="([^"]*)"/g)].map(([, src = '']) => new URL(src.replaceAll('&amp;', '&')));
    expect(frames.map(({ origin, pathname, searchParams }) => [`${origin}${pathname}`, Object.fromEntries(searchParams)])).toEqual([[TOLD, { iss, sid }]]);
    expect(shown.html).toContain(`href="${AFTER}?state=${STATE}"`);
    expect(await silent()).toBe('login_required');
  });

  it('Back-channel: supported with the session, and the ID token has its sid', async () => {
    expect(await metadata()).toMatchObject({ backchannel_logout_supported: true, backchannel_logout_session_supported: true });
    expect(decodeJwt((await signedIn()).hint)['sid']).toEqual(expect.any(String));
  });

  // Whether it says "unchanged" and "changed" needs a browser: tests/browser/session-and-logout.
  it('Session management: check_session_iframe over https, framable, one plain script; session_state in the response', async () => {
    const frame = String((await metadata())['check_session_iframe']);
    expect(frame).toMatch(/^https:/);
    const answer = await fetch(frame);
    expect([answer.status, answer.headers.get('x-frame-options'), answer.headers.get('content-security-policy')]).toEqual([200, null, expect.not.stringContaining('frame-ancestors')]);
    const scripts = [...(await answer.text()).matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)];
    expect(scripts.map(([, attributes, script = '']) => [attributes, /=>|\b(?:let|const|class|async|await|import)\b|`/.test(script)])).toEqual([['', false]]);
    expect((await signedIn()).response.get('session_state')).toMatch(/^\S+$/);
  });
});

const metadata = async () => (await (await fetch(`${demo.issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
