import { createHash, createSign, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { freshKeyPairSync } from '@tessera/jose/key-pair';
import type { Send } from '../runs/recorder.js';

/** Never changed, so it may serve every test of a file. */
const KEYS = freshKeyPairSync('rsa', { modulusLength: 2048 });

/** A provider small enough to read at once: it agrees to everything well-formed, and everybody who comes is alice. */
export class FakeIssuer {
  private readonly keys = KEYS;
  private readonly codes = new Map<string, URLSearchParams>();
  private readonly pushed = new Map<string, URLSearchParams>();
  private readonly revoked = new Set<string>();
  private readonly families = new Map<string, string>();
  private server: Server | null = null;
  issuer = 'http://localhost:3000';
  /** An error code the token endpoint answers next, with this description. */
  refuseNext: { readonly error: string; readonly description: string } | null = null;
  /** Members of the metadata to leave out. */
  without: readonly string[] = [];
  /** Whether it shows pages, as for a browser; otherwise it agrees at once. */
  asksPeople = false;
  private readonly visits = new Map<string, { readonly query: URLSearchParams; readonly done: readonly string[] }>();
  /** What the person does with the code of a device. */
  deviceAnswer: 'pending' | 'allow' | 'deny' | 'late' = 'pending';
  /** Whether the customer of a call centre has to pick a number. */
  matchesNumbers = false;
  /** Set to make every connection fail. */
  down = false;

  constructor(private readonly secrets: Readonly<Record<string, string>>) {}

  /** Answers in this process: what the app is given in place of fetch. */
  readonly send: Send = async (url, init) => {
    if (this.down) throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    const body = typeof init.body === 'string' ? init.body : '';
    return this.answer(new URL(url), new Headers(init.headers), body);
  };

  /** Listens on a free port of this machine, for browsers. */
  async listen(): Promise<this> {
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]);
      const answer = this.answer(new URL(request.url ?? '/', this.issuer), new Headers(headers), body);
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
    });
    this.server = server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.issuer = `http://localhost:${address.port}`;
    return this;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    this.server?.close();
  }

  private answer(url: URL, headers: Headers, body: string): Response {
    const response = this.route(url, headers, new URLSearchParams(body));
    response.headers.set('X-Request-Id', randomBytes(6).toString('hex'));
    response.headers.set('Cache-Control', 'no-store');
    return response;
  }

  private route(url: URL, headers: Headers, form: URLSearchParams): Response {
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(200, this.metadata());
      case '/jwks':
        return json(200, { keys: [{ ...this.keys.publicKey.export({ format: 'jwk' }), kid: 'fake-1', alg: 'RS256', use: 'sig' }] });
      case '/par':
        return this.push(form);
      case '/device_authorization':
        return json(200, { device_code: 'fake-device-code', user_code: 'WDJB-MJHT', verification_uri: `${this.issuer}/device`, verification_uri_complete: `${this.issuer}/device?user_code=WDJB-MJHT`, expires_in: 600, interval: 0.02 });
      case '/bc-authorize':
        return json(200, { auth_req_id: 'fake-auth-req-id', expires_in: 300, interval: 0.02, ...(this.matchesNumbers ? { tessera_number: 42 } : {}) });
      case '/authorize':
        return this.asksPeople ? this.visit(url.searchParams, headers, []) : this.authorize(url.searchParams);
      case '/interaction':
        return this.visited(headers, form);
      case '/token':
        return this.token(headers, form);
      case '/userinfo':
        return this.userinfo(headers);
      case '/introspect':
        return json(200, this.revoked.has(form.get('token') ?? '') ? { active: false } : { active: true, sub: 'u-alice', scope: 'openid profile', exp: now() + 300, token_type: 'Bearer' });
      case '/revoke':
        this.revoke(form.get('token') ?? '');
        return new Response(null, { status: 200 });
      case '/end_session':
        return this.endSession(url.searchParams);
      default:
        return new Response(null, { status: 404 });
    }
  }

  private metadata(): Record<string, unknown> {
    const { issuer } = this;
    const all = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      pushed_authorization_request_endpoint: `${issuer}/par`,
      device_authorization_endpoint: `${issuer}/device_authorization`,
      backchannel_authentication_endpoint: `${issuer}/bc-authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      introspection_endpoint: `${issuer}/introspect`,
      revocation_endpoint: `${issuer}/revoke`,
      end_session_endpoint: `${issuer}/end_session`,
      jwks_uri: `${issuer}/jwks`,
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials', 'password'],
      response_types_supported: ['code'],
      response_modes_supported: ['query', 'form_post'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    };
    return Object.fromEntries(Object.entries(all).filter(([name]) => !this.without.includes(name)));
  }

  private push(form: URLSearchParams): Response {
    const uri = `urn:ietf:params:oauth:request_uri:${randomBytes(16).toString('base64url')}`;
    this.pushed.set(uri, form);
    return json(201, { request_uri: uri, expires_in: 90 });
  }

  /** A refresh token takes the access token that came with it along (RFC 7009 §2.1). */
  private revoke(token: string): void {
    this.revoked.add(token);
    this.revoked.add(this.families.get(token) ?? token);
  }

  private endSession(query: URLSearchParams): Response {
    const answer = redirect(query.get('post_logout_redirect_uri') ?? '', [['state', query.get('state') ?? '']]);
    answer.headers.set('set-cookie', 'fake-session=0; Path=/; Max-Age=0');
    return answer;
  }

  /** Password, then consent for the app of somebody else; a cookie stands for both afterwards. */
  private visit(query: URLSearchParams, headers: Headers, done: readonly string[]): Response {
    const request = this.pushed.get(query.get('request_uri') ?? '') ?? query;
    const signedIn = headers.get('cookie')?.includes('fake-session') === true && request.get('prompt') !== 'login';
    const needed = [...(signedIn ? [] : ['password']), ...(request.get('client_id') === 'demo-third-party' && (!signedIn || request.get('prompt') === 'consent') ? ['consent'] : [])];
    const step = request.get('prompt') === 'none' ? undefined : needed.find((one) => !done.includes(one));
    if (step === undefined) {
      const answer = this.authorize(done.includes('denied') ? new URLSearchParams([...request, ['denied', '1']]) : request);
      answer.headers.set('set-cookie', 'fake-session=1; Path=/; HttpOnly');
      return answer;
    }
    const id = randomBytes(9).toString('base64url');
    this.visits.set(id, { query, done });
    return new Response(`<!doctype html><html lang="en"><title>Fake ${step}</title><main><h1>Fake ${step}</h1><form method="post" action="/interaction"><input type="hidden" name="interaction" value="${id}"><input type="hidden" name="step" value="${step}">${STEP_FIELDS[step] ?? ''}</form></main></html>`, { headers: { 'content-type': 'text/html' } });
  }

  private visited(headers: Headers, form: URLSearchParams): Response {
    const visit = this.visits.get(form.get('interaction') ?? '');
    if (visit === undefined) return new Response(null, { status: 400 });
    return this.visit(visit.query, headers, [...visit.done, form.get('step') ?? '', ...(form.get('decision') === 'deny' ? ['denied'] : [])]);
  }

  private authorize(query: URLSearchParams): Response {
    const request = this.pushed.get(query.get('request_uri') ?? '') ?? query;
    const common: [string, string][] = [['state', request.get('state') ?? ''], ['iss', this.issuer]];
    const to = request.get('redirect_uri') ?? '';
    if (request.get('prompt') === 'none') return redirect(to, [['error', 'login_required'], ['error_description', 'nobody is signed in'], ...common]);
    if (request.has('denied')) return redirect(to, [['error', 'access_denied'], ['error_description', 'the person refused'], ...common]);
    const code = randomBytes(16).toString('base64url');
    this.codes.set(code, request);
    if (request.get('response_mode') !== 'form_post') return redirect(to, [['code', code], ...common]);
    const fields = [['code', code], ...common].map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`).join('');
    return new Response(`<!doctype html><title>Back</title><main><form id="response" method="post" action="${to}">${fields}<button>Go back</button></form></main>`, { headers: { 'content-type': 'text/html' } });
  }

  private token(headers: Headers, form: URLSearchParams): Response {
    const refuse = this.refuseNext;
    this.refuseNext = null;
    if (refuse !== null) return json(400, { error: refuse.error, error_description: refuse.description });
    const clientId = this.authenticated(headers, form);
    if (clientId === null) return json(401, { error: 'invalid_client', error_description: 'client authentication failed' });
    const begun = this.codes.get(form.get('code') ?? '');
    this.codes.delete(form.get('code') ?? '');
    switch (form.get('grant_type')) {
      case 'client_credentials':
        return json(200, { access_token: this.jwt({ sub: clientId, scope: form.get('scope') }, 'at+jwt'), token_type: 'Bearer', expires_in: 300, scope: form.get('scope') });
      case 'authorization_code':
        if (begun === undefined || s256(form.get('code_verifier') ?? '') !== begun.get('code_challenge')) return json(400, { error: 'invalid_grant', error_description: 'the code is not valid' });
        return json(200, this.tokensOfAlice(clientId, begun.get('nonce')));
      case 'urn:openid:params:grant-type:ciba':
      case 'urn:ietf:params:oauth:grant-type:device_code':
        return this.deviceAnswer === 'allow' ? json(200, this.tokensOfAlice(clientId, null)) : json(400, { error: DEVICE_ERRORS[this.deviceAnswer], error_description: 'in words' });
      case 'password':
        // A password with a blank is a wrong one.
        if (form.get('password')?.includes(' ')) return json(400, { error: 'invalid_grant', error_description: 'name or password is wrong' });
        return json(200, this.tokensOfAlice(clientId, null));
      default:
        return json(200, this.tokensOfAlice(clientId, null));
    }
  }

  private tokensOfAlice(clientId: string, nonce: string | null): Record<string, unknown> {
    const access = this.jwt({ aud: this.issuer, sub: 'u-alice', client_id: clientId, scope: 'openid profile email', jti: randomBytes(6).toString('hex') }, 'at+jwt');
    const identity = { aud: clientId, sub: 'u-alice', auth_time: now() - 2, acr: '1', amr: ['pwd'], sid: 's-1', ...(nonce === null ? {} : { nonce }) };
    const refresh = randomBytes(24).toString('base64url');
    this.families.set(refresh, access);
    return { access_token: access, token_type: 'Bearer', expires_in: 300, scope: 'openid profile email', refresh_token: refresh, id_token: this.jwt(identity, 'JWT') };
  }

  /** The client, or null when its secret is wrong. One without a secret is public. */
  private authenticated(headers: Headers, form: URLSearchParams): string | null {
    const [id = '', secret = ''] = Buffer.from(headers.get('authorization')?.replace('Basic ', '') ?? '', 'base64').toString().split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
    if (id !== '') return this.secrets[id] === secret ? id : null;
    const posted = form.get('client_id') ?? '';
    return this.secrets[posted] === undefined ? posted : null;
  }

  private userinfo(headers: Headers): Response {
    const token = headers.get('authorization')?.replace('Bearer ', '') ?? '';
    if (!this.revoked.has(token)) return json(200, { sub: 'u-alice', name: 'Alice Marie Adams <b>', email: 'alice@example.com', email_verified: true, updated_at: 1_700_000_000, address: { locality: 'Berne', country: 'CH' } });
    const refused = json(401, { error: 'invalid_token' });
    refused.headers.set('WWW-Authenticate', 'Bearer error="invalid_token", error_description="the token was revoked"');
    return refused;
  }

  private jwt(claims: Record<string, unknown>, typ: string): string {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const input = `${part({ alg: 'RS256', typ, kid: 'fake-1' })}.${part({ iss: this.issuer, iat: now(), exp: now() + 300, ...claims })}`;
    return `${input}.${createSign('RSA-SHA256').update(input).sign(this.keys.privateKey, 'base64url')}`;
  }
}

const DEVICE_ERRORS = { pending: 'authorization_pending', deny: 'access_denied', late: 'expired_token' } as const;

const STEP_FIELDS: Readonly<Record<string, string>> = {
  password: '<label>Name <input name="identifier"></label><label>Password <input type="password" name="password"></label><button type="submit">Sign in</button>',
  consent: '<button name="decision" value="allow">Allow</button><button name="decision" value="deny">Deny</button>',
};

const now = () => Math.floor(Date.now() / 1000);
const s256 = (verifier: string) => createHash('sha256').update(verifier).digest('base64url');

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

function redirect(to: string, parameters: readonly (readonly [string, string])[]): Response {
  const url = new URL(to);
  for (const [name, value] of parameters) url.searchParams.set(name, value);
  return new Response(null, { status: 303, headers: { location: url.href } });
}
