import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { freshKeyPairSync } from '@tessera/jose/key-pair';

const REDIRECT_URI = 'http://127.0.0.1:1/callback';
const KEYS = {
  ES256: freshKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: freshKeyPairSync('rsa', { modulusLength: 2048 }),
};
const FOREIGN = freshKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

interface Request {
  readonly method: string;
  readonly url: URL;
  readonly fields: URLSearchParams;
  readonly cookies: ReadonlyMap<string, string>;
  readonly authorization: string;
}
interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}
interface Granted {
  readonly subject: string;
  readonly nonce: string;
  readonly challenge: string;
}

const handle = () => randomBytes(16).toString('base64url');
const json = (value: unknown, status = 200): Answer => ({ status, body: JSON.stringify(value) });
const see = (location: string, cookies: string[] = []): Answer => ({ status: 303, headers: { location, 'set-cookie': cookies } });
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/**
 * As much of a provider as the load needs to have its conversations with: one client, people with passwords, everything in memory.
 * `fault` names what it does wrong.
 */
export class FakeIssuer {
  readonly counts = { logins: 0, silent: 0, redeemed: 0, refreshed: 0 };
  readonly sources = new Set<string>();
  readonly clients = [
    { client_id: 'demo-web', client_secret: 'a secret', redirect_uris: [REDIRECT_URI], resources: ['https://api.example.com/orders'] },
    { client_id: 'demo-resource-server', client_secret: 'another' },
  ];
  fault = '';
  issuer = '';
  private readonly server: Server;
  private readonly interactions = new Map<string, { readonly query: URLSearchParams; readonly browser: string }>();
  private readonly sessions = new Map<string, string>();
  private readonly codes = new Map<string, Granted>();
  private readonly refreshTokens = new Map<string, string>();
  private readonly accessTokens = new Map<string, string>();

  constructor(private readonly people: readonly { readonly username: string; readonly password: string }[]) {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  async open(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    this.issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const piece of incoming.setEncoding('utf8')) text += piece;
    if (incoming.url !== '/jwks') this.sources.add(incoming.socket.remoteAddress ?? '');
    const request: Request = {
      method: incoming.method ?? '',
      url: new URL(incoming.url ?? '', this.issuer),
      fields: new URLSearchParams(text),
      cookies: new Map((incoming.headers.cookie ?? '').split('; ').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])),
      authorization: incoming.headers.authorization ?? '',
    };
    const { status, headers = {}, body = '' } = this.answer(request);
    response.writeHead(status, { ...headers, ...(this.fault === 'chunked' ? {} : { 'content-length': Buffer.byteLength(body) }) });
    response.end(body);
  }

  private answer(request: Request): Answer {
    switch (`${request.method} ${request.url.pathname}`) {
      case 'GET /authorize':
        return this.authorize(request);
      case 'GET /interaction':
        return this.page(request);
      case 'POST /interaction':
        return this.login(request);
      case 'POST /token':
        return this.token(request);
      case 'POST /par':
        return json({ request_uri: `urn:ietf:params:oauth:request_uri:${this.fault === 'same-request-uri' ? '' : handle()}`, expires_in: 90 }, 201);
      case 'GET /userinfo':
        return json({ sub: this.subjectOf(request.authorization.slice('Bearer '.length)) });
      case 'POST /introspect':
        return json({ active: request.authorization === basic('demo-resource-server', 'another'), iss: this.issuer, sub: this.subjectOf(request.fields.get('token') ?? '') });
      case 'GET /jwks':
        return json({ keys: Object.entries(KEYS).map(([kid, { publicKey }]) => ({ ...publicKey.export({ format: 'jwk' }), kid })) });
      default:
        return { status: 404 };
    }
  }

  private authorize({ url, cookies }: Request): Answer {
    const subject = this.sessions.get(cookies.get('session') ?? '');
    if (subject !== undefined) {
      this.counts.silent += 1;
      return this.respond(url.searchParams, subject);
    }
    const interaction = handle();
    const browser = handle();
    this.interactions.set(interaction, { query: url.searchParams, browser });
    return see(`/interaction?interaction=${interaction}&x=1`, ['gone=; Max-Age=0', `browser=${browser}; HttpOnly; Path=/`]);
  }

  private page({ url, cookies }: Request): Answer {
    const interaction = url.searchParams.get('interaction') ?? '';
    if (this.interactions.get(interaction)?.browser !== cookies.get('browser')) return { status: 403 };
    if (this.fault === 'consent') return { status: 200, body: '<form method="post"><button name="decision" value="allow">Allow</button></form>' };
    const hidden = `<input type="hidden" name="interaction" value="${interaction}"><input name="csrf" value="${escaped('"<&')}" type="hidden">`;
    return {
      status: 200,
      body: `<form action="/language"><input name="ui" type="hidden" value="x"></form>
        <form method="post" action="/interaction?a=1&amp;b=2">${hidden}<input name="identifier"><input name="password" type="password"></form>`,
    };
  }

  private login({ url, fields, cookies }: Request): Answer {
    const found = this.interactions.get(fields.get('interaction') ?? '');
    const carried = fields.get('csrf') === '"<&' && !fields.has('ui') && url.search === '?a=1&b=2';
    if (found === undefined || found.browser !== cookies.get('browser') || !carried) return { status: 403 };
    const person = this.people.find(({ username, password }) => username === fields.get('identifier') && password === fields.get('password'));
    if (person === undefined || this.fault === 'wrong-password') return see(`/interaction?interaction=${fields.get('interaction')}`);
    this.counts.logins += 1;
    const session = handle();
    this.sessions.set(session, person.username);
    return this.respond(found.query, person.username, [`session=${session}; HttpOnly; SameSite=Lax; Path=/`]);
  }

  private respond(query: URLSearchParams, subject: string, cookies: string[] = []): Answer {
    const code = handle();
    this.codes.set(code, { subject, nonce: query.get('nonce') ?? '', challenge: query.get('code_challenge') ?? '' });
    const state = this.fault === 'foreign-state' ? 'other' : (query.get('state') ?? '');
    const response = new URLSearchParams({ ...(this.fault === 'refused' ? { error: 'access_denied' } : { code }), state, iss: this.issuer });
    return see(`${query.get('redirect_uri')}?${response}`, cookies);
  }

  private token({ fields, authorization }: Request): Answer {
    const refused = json({ error: 'invalid_grant' }, 400);
    if (authorization !== basic('demo-web', 'a secret') || this.fault === 'no-redemption') return refused;
    if (fields.get('grant_type') === 'refresh_token') return this.refresh(fields.get('refresh_token') ?? '') ?? refused;
    const code = fields.get('code') ?? '';
    const granted = this.codes.get(code);
    const challenge = createHash('sha256').update(fields.get('code_verifier') ?? '').digest('base64url');
    if (granted === undefined || granted.challenge !== challenge || fields.get('redirect_uri') !== REDIRECT_URI) return refused;
    this.codes.delete(code);
    this.counts.redeemed += 1;
    return json(this.tokens(granted.subject, granted.nonce));
  }

  private refresh(presented: string): Answer | null {
    const subject = this.refreshTokens.get(presented);
    this.refreshTokens.delete(presented);
    if (subject === undefined) return null;
    this.counts.refreshed += 1;
    if (this.fault === 'breaks-chains' && this.counts.refreshed % 50 === 0) return null;
    return json(this.tokens(subject, null));
  }

  private tokens(subject: string, nonce: string | null): Readonly<Record<string, unknown>> {
    const times = { iss: this.issuer, iat: 1_700_000_000, exp: 1_700_000_600 };
    const accessToken = jwt('ES256', { ...times, sub: subject, client_id: 'demo-web', aud: this.issuer, jti: handle() });
    this.accessTokens.set(accessToken, subject);
    const refreshToken = handle();
    this.refreshTokens.set(refreshToken, subject);
    const atHash = createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
    const claims = {
      ...times,
      sub: subject,
      aud: 'demo-web',
      at_hash: this.fault === 'wrong-at-hash' ? 'x' : atHash,
      ...(nonce === null ? {} : { nonce: this.fault === 'foreign-nonce' ? 'x' : nonce }),
    };
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 600,
      refresh_token: refreshToken,
      id_token: jwt('RS256', claims, this.fault === 'foreign-key' ? FOREIGN : undefined),
    };
  }

  private subjectOf(token: string): string | undefined {
    return this.fault === 'foreign-subject' ? 'somebody else' : this.accessTokens.get(token);
  }
}

function jwt(algorithm: keyof typeof KEYS, claims: object, key: KeyObject = KEYS[algorithm].privateKey): string {
  const input = `${encoded({ alg: algorithm, kid: algorithm })}.${encoded(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret.replaceAll(' ', '+')}`).toString('base64')}`;
}
