import type { FastifyInstance } from 'fastify';
import { createPlayground } from '../server/playground-server.js';
import { FakeIssuer } from './fake-issuer.js';

const ORIGIN = 'http://127.0.0.1:3001';
const SECRETS = { 'demo-web': 'web secret:1', 'demo-par': 'par-secret', 'demo-third-party': 'other-secret', 'demo-service': 'service-secret', 'demo-password': 'password-secret', 'demo-call-centre': 'desk-secret', 'demo-call-centre-number': 'number-secret' };

/** What came back: a page, or a place to go on to. */
export interface Shown {
  readonly status: number;
  readonly text: string;
  readonly location: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A person with a browser in front of the playground and a provider, all in this process. */
export class InProcessBrowser {
  readonly issuer = new FakeIssuer(SECRETS);
  readonly playground: FastifyInstance;
  private cookie = '';
  nowMs = Date.now();

  constructor(users = [{ username: 'alice', password: 'wonderland-1' }]) {
    const clients = [...Object.entries(SECRETS).map(([client_id, client_secret]) => ({ client_id, method: 'client_secret_basic', client_secret })), { client_id: 'demo-spa', method: 'none' }, { client_id: 'demo-device', method: 'none' }];
    this.playground = createPlayground({ issuer: this.issuer.issuer, origin: ORIGIN, send: this.issuer.send, nowMs: () => this.nowMs }, { read: async () => ({ clients, users }) });
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Shown> {
    return this.request('GET', path, null, headers);
  }

  /** Posts a form as a page of the playground would. */
  post(path: string, form: Readonly<Record<string, string>> = {}, headers: Readonly<Record<string, string>> = { origin: ORIGIN }): Promise<Shown> {
    return this.request('POST', path, new URLSearchParams(form).toString(), headers);
  }

  /** Presses a button and follows every redirect, at the provider too, to the page at the end. */
  async press(path: string, form: Readonly<Record<string, string>> = {}): Promise<Shown> {
    let shown = await this.post(path, form);
    for (let hops = 0; hops < 8 && shown.location !== ''; hops += 1) shown = await this.follow(shown.location);
    return shown;
  }

  private async follow(location: string): Promise<Shown> {
    const url = new URL(location, ORIGIN);
    if (url.origin === ORIGIN) return this.get(`${url.pathname}${url.search}`);
    const response = await this.issuer.send(url.href, { method: 'GET' });
    const text = await response.text();
    const posted = /<form id="response" method="post" action="([^"]+)">/.exec(text)?.[1];
    if (posted !== undefined) return this.post(new URL(posted).pathname, Object.fromEntries([...text.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name ?? '', value ?? ''])), { origin: this.issuer.issuer });
    return { status: response.status, text, location: response.headers.get('location') ?? '', headers: {} };
  }

  /** Forgets the cookie: another browser. */
  forget(): void {
    this.cookie = '';
  }

  private async request(method: 'GET' | 'POST', path: string, payload: string | null, headers: Readonly<Record<string, string>>): Promise<Shown> {
    const form = payload === null ? {} : { payload, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    const response = await this.playground.inject({ method, url: path, ...form, headers: { host: new URL(ORIGIN).host, ...form.headers, ...(this.cookie === '' ? {} : { cookie: this.cookie }), ...headers } });
    const [set] = [response.headers['set-cookie']].flat();
    if (set !== undefined) this.cookie = set.split(';')[0] ?? '';
    return { status: response.statusCode, text: response.body, location: String(response.headers.location ?? ''), headers: response.headers };
  }
}
