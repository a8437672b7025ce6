import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { homePage } from '../pages/home-page.js';
import type { Html } from '../pages/html.js';
import { noticePage } from '../pages/notice-page.js';
import { deskPage } from '../pages/desk-page.js';
import { devicePage } from '../pages/device-page.js';
import { runPage } from '../pages/run-page.js';
import { WATCH_PATH, WATCH_SCRIPT } from '../pages/watch-script.js';
import { STYLE_PATH, STYLESHEET } from '../pages/stylesheet.js';
import { Bounded, type BrowserState, BrowserStates, randomName } from '../relying-party/browser-states.js';
import type { CredentialSource } from '../relying-party/demo-credentials.js';
import { deskState } from '../relying-party/call-centre.js';
import { deviceState } from '../relying-party/device.js';
import { FLOWS, isAction } from '../relying-party/flows.js';
import type { Surroundings } from '../relying-party/library.js';
import { type Next, RelyingParty } from '../relying-party/relying-party.js';
import { CALLBACK_PATH } from '../relying-party/sign-in.js';
import { completeSignOut, SIGNED_OUT_PATH } from '../relying-party/sign-out.js';
import { availableFlows, ProviderOffer } from './available-flows.js';
import { cookieName, readCookie, setCookie } from './browser-cookie.js';
import { passwordInput, signInChoices } from './forms.js';
import { isOwnForm, isOwnHost, pageHeaders, watchingHeaders } from './request-guard.js';

const FORM_BYTES_MAX = 32 * 1024;
const ARRIVALS_MAX = 200;
const SEE_OTHER = 303;

/** The playground's HTTP server. It listens nowhere yet. */
export function createPlayground(surroundings: Surroundings, credentials: CredentialSource): FastifyInstance {
  const server = fastify({ bodyLimit: FORM_BYTES_MAX, logger: false, forceCloseConnections: true });
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => done(null, new URLSearchParams(String(body))));
  const routes = new Routes(surroundings, credentials);
  server.addHook('onRequest', async (request, reply) => routes.guard(request, reply));
  server.get('/', (request, reply) => routes.home(request, reply));
  server.get('/readyz', (_request, reply) => reply.type('text/plain').send('ok'));
  server.get(STYLE_PATH, (_request, reply) => reply.header('Cache-Control', 'public, max-age=31536000, immutable').type('text/css; charset=utf-8').send(STYLESHEET));
  server.get('/policy', (_request, reply) => routes.notice(reply, 200, 'How the demo app treats your data', 'It keeps what the provider tells it in memory, shows it to you, and forgets it within hours.'));
  server.get('/terms', (_request, reply) => routes.notice(reply, 200, 'Terms of the demo app', 'It is a demo: do with it what you like.'));
  server.get(WATCH_PATH, (_request, reply) => reply.header('Cache-Control', 'public, max-age=31536000, immutable').type('text/javascript; charset=utf-8').send(WATCH_SCRIPT));
  server.get<{ Params: { id: string } }>('/devices/:id', (request, reply) => routes.device(request, reply, request.params.id));
  server.get<{ Params: { id: string } }>('/devices/:id/state', (request, reply) => routes.deviceState(request, reply, request.params.id));
  server.get<{ Params: { id: string } }>('/desks/:id', (request, reply) => routes.desk(request, reply, request.params.id));
  server.get<{ Params: { id: string } }>('/desks/:id/state', (request, reply) => routes.deskState(request, reply, request.params.id));
  server.get<{ Params: { id: string } }>('/runs/:id', (request, reply) => routes.run(request, reply, request.params.id));
  server.post<{ Params: { id: string } }>('/flows/:id', (request, reply) => routes.flow(request, reply, request.params.id));
  server.post<{ Params: { name: string } }>('/actions/:name', (request, reply) => routes.action(request, reply, request.params.name));
  server.get(CALLBACK_PATH, (request, reply) => routes.callback(request, reply));
  server.post(CALLBACK_PATH, (request, reply) => routes.postedCallback(request, reply));
  server.get(SIGNED_OUT_PATH, (request, reply) => routes.signedOut(request, reply));
  server.setNotFoundHandler((_request, reply) => routes.notice(reply, 404, 'There is nothing here', 'The address is wrong, or what stood here was forgotten: the playground keeps the last runs of a browser only.'));
  server.setErrorHandler((_error, _request, reply) => routes.notice(reply, 500, 'The playground failed', 'This is no answer of the provider. Go back and try again.'));
  return server;
}

/** One method per address. */
class Routes {
  private readonly browsers: BrowserStates;
  private readonly app: RelyingParty;
  private readonly offer: ProviderOffer;
  private readonly headers: Readonly<Record<string, string>>;
  /** Answers that were posted, until the browser comes for them by a GET. */
  private readonly arrivals = new Bounded<URLSearchParams>(ARRIVALS_MAX);

  constructor(
    private readonly surroundings: Surroundings,
    private readonly credentials: CredentialSource,
  ) {
    this.browsers = new BrowserStates(surroundings.nowMs);
    this.app = new RelyingParty(surroundings, credentials);
    this.offer = new ProviderOffer(surroundings);
    this.headers = pageHeaders(surroundings.issuer);
  }

  async guard(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { origin } = this.surroundings;
    reply.headers(this.headers);
    if (request.url === '/readyz') return undefined;
    if (!isOwnHost(request.headers, origin)) return request.method === 'GET' ? reply.redirect(`${origin}/`, SEE_OTHER) : this.notice(reply, 421, 'Wrong address', `This app lives at ${origin}.`);
    // The provider's form_post answer comes from its origin; it is bound to the browser afterwards.
    if (request.method === 'POST' && request.url !== CALLBACK_PATH && !isOwnForm(request.headers, origin))
      return this.notice(reply, 403, 'Not from here', 'This form was not posted by a page of the playground, so nothing was done.');
    return undefined;
  }

  async home(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const [offer, credentials] = await Promise.all([this.offer.read(), this.credentials.read()]);
    const browser = this.browserOf(request);
    const home = {
      flows: availableFlows(offer, credentials),
      credentials,
      tokenSets: browser?.tokenSets.newestFirst ?? [],
      runs: browser?.runs.newestFirst ?? [],
      problem: offer.problem,
    };
    return send(reply, homePage(home, this.context));
  }

  async run(request: FastifyRequest, reply: FastifyReply, id: string): Promise<unknown> {
    const browser = this.browserOf(request);
    const run = browser?.runs.get(id) ?? null;
    if (browser === null || run === null) return reply.callNotFound();
    return send(reply, runPage(run, run.tokens === null ? null : browser.tokenSets.get(run.tokens), this.context));
  }

  /** A pretended television beside a pretended phone. */
  async device(request: FastifyRequest, reply: FastifyReply, id: string): Promise<unknown> {
    const browser = this.browserOf(request);
    const device = browser?.devices.get(id) ?? null;
    if (browser === null || device === null) return reply.callNotFound();
    const { tokens } = device.run;
    const set = tokens === null ? null : browser.tokenSets.get(tokens);
    const { users } = await this.credentials.read();
    return send(reply.headers(watchingHeaders(this.surroundings.issuer)), devicePage(device, set, users[0] ?? null, this.context));
  }

  /** One word, for the page that watches. */
  async deviceState(request: FastifyRequest, reply: FastifyReply, id: string): Promise<unknown> {
    const device = this.browserOf(request)?.devices.get(id) ?? null;
    if (device === null) return reply.callNotFound();
    return reply.type('text/plain; charset=utf-8').send(deviceState(device, this.surroundings.nowMs()));
  }

  /** A pretended call centre beside its customer's phone. */
  async desk(request: FastifyRequest, reply: FastifyReply, id: string): Promise<unknown> {
    const browser = this.browserOf(request);
    const desk = browser?.desks.get(id) ?? null;
    if (browser === null || desk === null) return reply.callNotFound();
    const { tokens } = desk.run;
    const set = tokens === null ? null : browser.tokenSets.get(tokens);
    const { users } = await this.credentials.read();
    return send(reply.headers(watchingHeaders(this.surroundings.issuer)), deskPage(desk, set, users[0] ?? null, this.context));
  }

  /** One word, for the page that watches. */
  async deskState(request: FastifyRequest, reply: FastifyReply, id: string): Promise<unknown> {
    const desk = this.browserOf(request)?.desks.get(id) ?? null;
    if (desk === null) return reply.callNotFound();
    return reply.type('text/plain; charset=utf-8').send(deskState(desk, this.surroundings.nowMs()));
  }

  async flow(request: FastifyRequest, reply: FastifyReply, id: string): Promise<unknown> {
    const flow = FLOWS.find((one) => one.id === id);
    if (flow === undefined) return reply.callNotFound();
    const browser = this.browserOf(request) ?? this.newBrowser(reply);
    const form = formOf(request);
    switch (flow.kind) {
      case 'sign-in':
        return this.goOn(reply, await this.app.signIn(browser, flow, signInChoices(form)));
      case 'device':
        return this.goOn(reply, await this.app.device(browser, flow));
      case 'call-centre':
        return this.goOn(reply, await this.app.callCentre(browser, flow));
      case 'client-credentials':
        return this.goOn(reply, await this.app.clientCredentials(browser, flow));
      case 'password':
        return this.goOn(reply, await this.app.password(browser, flow, passwordInput(form)));
    }
  }

  async action(request: FastifyRequest, reply: FastifyReply, name: string): Promise<unknown> {
    const browser = this.browserOf(request);
    const tokens = browser?.tokenSets.get(formOf(request).get('tokens') ?? '') ?? null;
    if (!isAction(name) || browser === null) return reply.callNotFound();
    if (tokens === null || tokens.ended !== null) return this.notice(reply, 409, 'These tokens are gone', 'The app has forgotten them, because you signed out or because they are too old. Sign in again.');
    return this.goOn(reply, await this.app.act(browser, name, tokens));
  }

  /** The provider's answer in the address, or the second half of a posted one. */
  async callback(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const query = queryOf(request);
    const handle = query.get('arrival');
    const posted = handle === null ? null : this.arrivals.get(handle);
    if (handle !== null) this.arrivals.delete(handle);
    const browser = this.browserOf(request);
    const run = browser === null ? null : await this.app.finishSignIn(browser, posted === null ? 'GET' : 'POST', posted ?? query);
    if (run === null) return this.notice(reply, 400, 'This sign-in is not known here', 'No sign-in of this browser waits for this answer: it came a second time, began in another browser, or began before the playground was restarted. Nothing was done with it.');
    return reply.redirect(`/runs/${run.id}`, SEE_OTHER);
  }

  /**
   * A form_post answer (OAuth 2.0 Form Post Response Mode §2). It is posted by the provider's page, so a Lax cookie does not come
   * along: the answer is put aside, and the browser comes back for it by a GET, with its cookie. The code is never in an address.
   */
  async postedCallback(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const handle = randomName();
    this.arrivals.set(handle, formOf(request));
    return reply.redirect(`${CALLBACK_PATH}?arrival=${handle}`, SEE_OTHER);
  }

  async signedOut(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const browser = this.browserOf(request);
    const run = browser === null ? null : completeSignOut(browser, queryOf(request), this.surroundings.origin);
    if (run === null) return this.notice(reply, 200, 'Signed out', 'The provider sent you back after a logout that this page knows nothing more about.');
    return reply.redirect(`/runs/${run.id}`, SEE_OTHER);
  }

  notice(reply: FastifyReply, status: number, title: string, text: string): unknown {
    return send(reply.code(status), noticePage({ title, text, issuer: this.surroundings.issuer }));
  }

  private goOn(reply: FastifyReply, next: Next): unknown {
    return reply.redirect(next.to === 'provider' ? next.url.href : `/${next.to}s/${next.run.id}`, SEE_OTHER);
  }

  private browserOf(request: FastifyRequest): BrowserState | null {
    return this.browsers.find(readCookie(request.headers.cookie, cookieName(this.surroundings.origin)));
  }

  private newBrowser(reply: FastifyReply): BrowserState {
    const browser = this.browsers.create();
    reply.header('Set-Cookie', setCookie(this.surroundings.origin, browser.id));
    return browser;
  }

  private get context() {
    return { issuer: this.surroundings.issuer, nowMs: this.surroundings.nowMs() };
  }
}

function send(reply: FastifyReply, page: Html): unknown {
  return reply.type('text/html; charset=utf-8').send(page.text);
}

function formOf(request: FastifyRequest): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
}

function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.url, 'http://query').searchParams;
}
