import { readFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { type ConformanceSystem, startConformanceSystem } from './conformance-system.js';

jest.setTimeout(60_000);

const CALLBACK = 'https://conformance-flow.example.org/cb';
const DOCUMENT = readFileSync(path.resolve(import.meta.dirname, '../../docs/conformance.md'), 'utf8');
let running: ConformanceSystem;
const loaded = async () => ({ ...(await import('./sign-in.js')), ...(await import('./demo.js')), ...(await import('./tessera.js')) });
let drivers: Awaited<ReturnType<typeof loaded>>;
let client: { client_id: string; client_secret: string; method: string; redirect_uris: string[] };

beforeAll(async () => {
  running = await startConformanceSystem();
  drivers = await loaded();
  const body = JSON.stringify({ redirect_uris: [CALLBACK], post_logout_redirect_uris: [CALLBACK], client_name: 'Suite', grant_types: ['authorization_code', 'refresh_token'] });
  const response = await fetch(`${drivers.demo.issuer}/register`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  client = { ...((await response.json()) as { client_id: string; client_secret: string }), method: 'client_secret_basic', redirect_uris: [CALLBACK] };
}, 120_000);
afterAll(() => running.stop(), 60_000);

const request = (more: Readonly<Record<string, string>> = {}) =>
  drivers.authorizationUrl({ response_type: 'code', client_id: client.client_id, redirect_uri: CALLBACK, scope: 'openid profile email address phone', ...more });

describe('Ours: a system for certification plans is one that anybody could configure', () => {
  it('has an https issuer whose certificate is its own, and says in its metadata what the plans look for', async () => {
    const metadata = (await (await fetch(`${drivers.demo.issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
    expect(metadata).toMatchObject({
      issuer: expect.stringMatching(/^https:/),
      registration_endpoint: `${drivers.demo.issuer}/register`,
      request_uri_parameter_supported: true,
      response_types_supported: expect.arrayContaining(['code', 'id_token', 'id_token token']),
      subject_types_supported: ['public', 'pairwise'],
      check_session_iframe: `${drivers.demo.issuer}/check_session`,
      frontchannel_logout_supported: true,
      backchannel_logout_supported: true,
    });
  });

  it('OIDC Core §5.1 the demo user has every standard claim', async () => {
    const agent = new drivers.UserAgent();
    const answer = drivers.departure(await drivers.signIn(agent, await agent.open(request())));
    const tokens = await drivers.redeem(client, { code: answer.searchParams.get('code') ?? '', redirect_uri: CALLBACK });
    const { body } = await drivers.userinfo(drivers.text(tokens, 'access_token'));
    const profile = ['name', 'family_name', 'given_name', 'middle_name', 'nickname', 'preferred_username', 'profile', 'picture', 'website', 'gender', 'birthdate', 'zoneinfo', 'locale', 'updated_at'];
    expect(Object.keys(body)).toEqual(expect.arrayContaining(['sub', ...profile, 'email', 'email_verified', 'phone_number', 'phone_number_verified', 'address']));
  });

  it('KEY-4 the operator rotates the key of ID tokens: the next one has another kid, and both are published', async () => {
    const idToken = async () => {
      const agent = new drivers.UserAgent();
      const answer = drivers.departure(await drivers.signIn(agent, await agent.open(request({ scope: 'openid' }))));
      return drivers.text(await drivers.redeem(client, { code: answer.searchParams.get('code') ?? '', redirect_uri: CALLBACK }), 'id_token');
    };
    const kids = async () => ((await (await fetch(`${drivers.demo.issuer}/jwks`)).json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
    const before = decodeProtectedHeader(await idToken()).kid ?? '';
    expect((await drivers.tessera(['keys', 'rotate', 'sign', 'RS256', '--now'])).status).toBe(0);
    const end = performance.now() + 20_000;
    let after = before;
    while (after === before && performance.now() < end) after = decodeProtectedHeader(await idToken()).kid ?? '';
    expect(after).not.toBe(before);
    expect(await kids()).toEqual(expect.arrayContaining([before, after]));
  });
});

/** What `docs/conformance.md` promises of a page, by the heading of its row. */
function promised(page: string): readonly string[] {
  const row = DOCUMENT.split('\n').find((line) => line.startsWith(`| ${page} |`)) ?? '';
  return [...row.matchAll(/`([^`]+)`/g)].map(([, selector = '']) => selector);
}

/** Whether an element that a selector names is on the page: `#id`, `name=x`, `name=x value=y`. */
function shows(html: string, selector: string): boolean {
  const attributes = selector.startsWith('#') ? [`id="${selector.slice(1)}"`] : selector.split(' ').map((one) => one.replace(/=(.*)$/, '="$1"'));
  return [...html.matchAll(/<[a-z0-9]+ [^>]*>/g)].some(([tag]) => attributes.every((attribute) => tag.includes(` ${attribute}`)));
}

describe('Ours: the names a script meets on the pages stay as docs/conformance.md gives them', () => {
  const looks = (page: string, html: string) => {
    const selectors = promised(page);
    expect(selectors.length).toBeGreaterThan(0);
    expect(selectors.filter((selector) => !shows(html, selector))).toEqual([]);
  };

  it('sign-in, consent, logout, signed out', async () => {
    const agent = new drivers.UserAgent();
    const login = drivers.page(await agent.open(request({ prompt: 'login consent' })));
    looks('sign-in', login.html);
    const { username, password } = drivers.demoUser('alice');
    const consent = drivers.page(await agent.submit(login, { identifier: username, password }));
    looks('consent', consent.html);
    drivers.departure(await agent.submit(consent, {}, ['decision', 'allow'], drivers.formWith(consent, 'decision')));
    const chooser = drivers.page(await agent.open(request({ prompt: 'select_account' })));
    looks('account choice', chooser.html);
    const logout = drivers.page(await agent.open(`${drivers.demo.issuer}/end_session`));
    looks('logout', logout.html);
    const out = drivers.page(await agent.submit(logout, {}, ['decision', 'sign-out']));
    looks('signed out', out.html);
  });

  it('a response by form, and an error', async () => {
    const agent = new drivers.UserAgent();
    const form = drivers.page(await drivers.signIn(agent, await agent.open(request({ response_mode: 'form_post' }))));
    looks('form post', form.html);
    const error = drivers.page(await agent.open(request({ redirect_uri: 'https://attacker.example/cb' })));
    expect(error.status).toBe(400);
    looks('error', error.html);
  });
});

describe('OIDC Core §3.1.2.1 knows no PKCE, and the plans do without', () => {
  it('a registered confidential client may do without, a public one not (COD-5)', async () => {
    const agent = new drivers.UserAgent();
    const answer = drivers.departure(await drivers.signIn(agent, await agent.open(request({ nonce: 'n' }))));
    const tokens = await drivers.redeem(client, { code: answer.searchParams.get('code') ?? '', redirect_uri: CALLBACK });
    expect(decodeJwt(drivers.text(tokens, 'id_token'))).toMatchObject({ nonce: 'n', aud: client.client_id });
    const body = JSON.stringify({ redirect_uris: [CALLBACK], token_endpoint_auth_method: 'none' });
    const open = (await (await fetch(`${drivers.demo.issuer}/register`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).json()) as { client_id: string };
    const refused = drivers.departure(await agent.open(request({ client_id: open.client_id })));
    expect(refused.searchParams.get('error')).toBe('invalid_request');
  });
});
