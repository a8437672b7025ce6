import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as undici from 'undici';
import { System } from '../faults/system.js';

const CALLBACK = 'https://tls-flow.example.org/cb';

const folder = mkdtempSync(path.join(tmpdir(), 'tessera-tls-'));
const [certificate, privateKey] = [path.join(folder, 'certificate.pem'), path.join(folder, 'key.pem')];
const plain = globalThis.fetch;
let system: System;
const underTest = process.env['TESSERA_DEMO'];

/** The drivers of the flows read which system they drive when they are loaded. */
const drivers = async () => ({ ...(await import('./sign-in.js')), ...(await import('./demo.js')), ...(await import('./tessera.js')) });

beforeAll(async () => {
  const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', privateKey, '-out', certificate, '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...made, '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'], { stdio: 'pipe' });
  const dispatcher = new undici.Agent({ connect: { ca: readFileSync(certificate) } });
  // Node's own fetch takes no authority of a test; the drivers are the same, only whom they trust is not.
  globalThis.fetch = ((input: string | URL, init?: undici.RequestInit) => undici.fetch(input, { ...init, dispatcher })) as unknown as typeof fetch;
  const env = { TLS_CERTIFICATE_FILE: certificate, TLS_PRIVATE_KEY_FILE: privateKey };
  system = await System.start({ env });
  process.env['TESSERA_DEMO'] = path.join(system.dataDirectory, 'demo.json');
}, 120_000);

afterAll(async () => {
  process.env['TESSERA_DEMO'] = underTest;
  globalThis.fetch = plain;
  await system.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('Ours: an https issuer on the listener of the gateway itself, with a self-signed certificate', () => {
  it('signs a person in, refreshes, answers userinfo, and signs out, with cookies bound to the host (UIX-1)', async () => {
    const { UserAgent, authorizationUrl, declare, demo, departure, proofKey, redeem, refresh, signIn, text, userinfo } = await drivers();
    expect(demo.issuer).toMatch(/^https:\/\/localhost:\d+$/);
    const clientOf = await declare(`
clients:
  - client_id: tls-web
    client_name: Web application over TLS
    token_endpoint_auth_method: client_secret_basic
    grant_types: [authorization_code, refresh_token]
    scope: openid email
    redirect_uris: [${CALLBACK}]
    post_logout_redirect_uris: [${CALLBACK}/bye]
    first_party: true
`);
    const agent = new UserAgent();
    const { verifier, challenge } = proofKey();
    const request = { response_type: 'code', client_id: 'tls-web', redirect_uri: CALLBACK, scope: 'openid email', code_challenge: challenge, code_challenge_method: 'S256' };
    const answer = departure(await signIn(agent, await agent.open(authorizationUrl(request))));
    expect(answer.searchParams.get('iss')).toBe(demo.issuer);
    expect([...agent.cookies.keys()].sort()).toEqual([
      '__Host-tessera-browser', expect.stringMatching(/^__Host-tessera-browser-[\w-]{12}$/), '__Host-tessera-session', '__Host-tessera-session-state',
    ]);
    const tokens = await redeem(clientOf('tls-web'), { code: answer.searchParams.get('code') ?? '', redirect_uri: CALLBACK, code_verifier: verifier });
    expect((await userinfo(text(tokens, 'access_token'))).body).toMatchObject({ email: expect.any(String) });
    expect((await refresh(clientOf('tls-web'), text(tokens, 'refresh_token'))).status).toBe(200);
    const out = new URL(`${demo.issuer}/end_session`);
    out.searchParams.set('id_token_hint', text(tokens, 'id_token'));
    out.searchParams.set('post_logout_redirect_uri', `${CALLBACK}/bye`);
    expect(departure(await agent.open(out)).href).toBe(`${CALLBACK}/bye`);
  }, 120_000);

  it('every cookie is Secure, HttpOnly, SameSite=Lax, for the whole host, without a domain; every answer demands https', async () => {
    const { authorizationUrl, proofKey } = await drivers();
    const request = { response_type: 'code', client_id: 'tls-web', redirect_uri: CALLBACK, scope: 'openid', code_challenge: proofKey().challenge, code_challenge_method: 'S256' };
    const response = await fetch(authorizationUrl(request), { redirect: 'manual' });
    expect(response.headers.getSetCookie()).not.toEqual([]);
    for (const line of response.headers.getSetCookie()) {
      expect(line).toMatch(/^__Host-/);
      expect(line.split('; ').slice(1).map((one) => one.toLowerCase())).toEqual(expect.arrayContaining(['path=/', 'secure', 'httponly', 'samesite=lax']));
      expect(line.toLowerCase()).not.toContain('domain=');
    }
    expect(response.headers.get('strict-transport-security')).toContain('max-age=');
  });

  it('the metadata is of an https issuer throughout', async () => {
    const { demo } = await drivers();
    const metadata: unknown = await (await fetch(`${demo.issuer}/.well-known/openid-configuration`)).json();
    const addresses = Object.entries(metadata ?? {}).filter(([name]) => name === 'issuer' || name === 'jwks_uri' || name.endsWith('_endpoint'));
    expect(addresses.length).toBeGreaterThan(6);
    expect(addresses.filter(([, address]) => !String(address).startsWith(`${demo.issuer}`))).toEqual([]);
  });
});
