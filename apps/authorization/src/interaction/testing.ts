import { createHash, randomUUID } from 'node:crypto';
import { freshKeyPairSync } from '@tessera/jose/key-pair';
import { loadStatements, Queries } from '@tessera/database';
import { signJwt } from '@tessera/jose/signing';
import { carries, type ClientMetadata, type ResourceMetadata } from '@tessera/protocol/client';
import type { FrontChannelIssuance, FrontChannelTokens } from '@tessera/protocol/front-channel-tokens';
import { webClient } from '@tessera/protocol/client/testing';
import type { DeviceDecision, DeviceDecisionOutcome, DeviceRequestView, UserCodeAttempt, UserCodeFinding } from '@tessera/protocol/device-authorization';
import type { EdgeRequest } from '@tessera/protocol/edge';
import { type Browser, InteractionReply } from '@tessera/protocol/interaction';
import type { PublishedJwk } from '@tessera/protocol/key-lease';
import { requestObjectPorts } from '@tessera/protocol/request-object/testing';
import type { UserGrant } from '@tessera/protocol/access-token';
import { silentLogger } from '@tessera/observability';
import { systemClock } from '@tessera/vocabulary';
import type pg from 'pg';
import { accountParts } from '../accounts/index.js';
import { CountingHasher, newRequestId, TransportKey } from '../accounts/testing.js';
import type { DeviceRequests } from '../device-verification/index.js';
import { signInParts } from '../sign-in-parts.js';
import type { FrontChannelTokenIssuer } from './authorization-responses.js';

/** The issuer of the tests. */
export const ISSUER = 'https://as.example.com';
/** Where the client of the tests gets its answers. */
export const CALLBACK = 'https://client.example.org/cb';
/** RFC 7636 Appendix B. */
export const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
/** What accounts of `givenAccount` sign in with. */
export const PASSWORD = 'correct horse';
/** How long sessions live in tests, in seconds. */
export const LIFETIMES = { idleSeconds: 1_000, lifetimeSeconds: 5_000 };

/** The ID tokens hints are verified with: none is known unless a test says so. */
export class FakePublishedKeys {
  readonly keys = new Map<string, PublishedJwk>();
  find = (kid: string) => Promise.resolve(this.keys.get(kid) ?? null);
}

/** Token, as far as authorization responses go: it remembers what it was asked, and tells no more than the type carries. */
export class FakeFrontChannelTokens implements FrontChannelTokenIssuer {
  readonly asked: FrontChannelIssuance[] = [];
  failure: Error | null = null;

  issue(issuance: FrontChannelIssuance): Promise<FrontChannelTokens> {
    this.asked.push(issuance);
    if (this.failure !== null) return Promise.reject(this.failure);
    const accessToken = carries(issuance.responseType, 'token') ? { token: 'access', lifetimeSeconds: 600, scope: ['openid'] } : null;
    return Promise.resolve({ accessToken, idToken: carries(issuance.responseType, 'id_token') ? 'id' : null });
  }
}

/** Signing in over a real database; the clients of the directory are given by the test. */
export class SignInSystem {
  readonly clients = new Map<string, ClientMetadata>();
  readonly resources = new Map<string, ResourceMetadata>();
  readonly key = new TransportKey();
  readonly publishedKeys = new FakePublishedKeys();
  readonly tokens = new FakeFrontChannelTokens();
  readonly devices = new FakeDeviceRequests();
  readonly parts;
  readonly queries;

  constructor(
    pool: pg.Pool,
    private readonly owner: pg.Pool,
    { authenticatorTrusted = true }: { readonly authenticatorTrusted?: boolean } = {},
  ) {
    this.queries = new Queries(pool, loadStatements('authorization'));
    const accounts = accountParts({
      queries: this.queries, lease: this.key, pepper: Buffer.alloc(32), clock: systemClock, logger: silentLogger, hasher: new CountingHasher(),
    });
    this.parts = signInParts({
      issuer: ISSUER,
      queries: this.queries,
      directory: {
        client: (clientId) => Promise.resolve(this.clients.get(clientId) ?? null),
        resource: (identifier) => Promise.resolve(this.resources.get(identifier) ?? null),
      },
      accounts,
      lease: { macKeys: () => [{ secret: Buffer.alloc(32, 7) }] },
      publishedKeys: this.publishedKeys,
      lifetimes: LIFETIMES,
      requirePushed: false,
      authenticatorTrusted,
      requestObjects: requestObjectPorts(),
      requestUris: null,
      frontChannelTokens: this.tokens,
      logos: { logoOf: () => Promise.resolve(null) },
      devices: this.devices,
    });
  }

  /** Registers a client, in the table and in the directory. */
  async register(client: ClientMetadata = webClient()): Promise<ClientMetadata> {
    this.clients.set(client.clientId, client);
    await this.owner.query(
      `INSERT INTO client (id, name, authentication_method, grant_types, scope, resources, managed_by)
       VALUES ($1, $1, 'none', '{}', '{}', '{}', 'api') ON CONFLICT DO NOTHING`,
      [client.clientId],
    );
    return client;
  }

  /** A person at their browser. */
  browser(): TestBrowser {
    return new TestBrowser(this);
  }
}

/** The requests of devices as their owner keeps them, without its database; `meets` runs right before a decision is looked at. */
export class FakeDeviceRequests implements DeviceRequests {
  readonly stored = new Map<string, DeviceRequestView & { grantId?: string; accountId?: string }>();
  readonly attempts: UserCodeAttempt[] = [];
  meets: () => void | Promise<void> = () => undefined;

  find(attempt: UserCodeAttempt): Promise<UserCodeFinding> {
    this.attempts.push(attempt);
    const device = [...this.stored.values()].find((one) => one.userCode === attempt.userCode && one.state === 'pending');
    return Promise.resolve(device === undefined ? { outcome: 'unknown' } : { outcome: 'found', device });
  }

  show(id: string): Promise<DeviceRequestView | null> {
    return Promise.resolve(this.stored.get(id) ?? null);
  }

  async decide(decision: DeviceDecision): Promise<DeviceDecisionOutcome['outcome']> {
    await this.meets();
    const device = this.stored.get(decision.id);
    if (device === undefined) return 'unknown';
    if (device.state === 'pending') {
      const grant = decision.decision === 'approve' ? { grantId: decision.grantId } : {};
      this.stored.set(decision.id, { ...device, state: decision.decision === 'approve' ? 'approved' : 'denied', accountId: decision.accountId, ...grant });
      return 'decided';
    }
    if (device.state === 'approved') return decision.decision === 'approve' && device.grantId === decision.grantId ? 'decided' : 'approved_before';
    if (device.state === 'denied') return decision.decision === 'deny' && device.accountId === decision.accountId ? 'decided' : 'denied_before';
    return 'expired';
  }
}

/** A browser as the gateway sees it: its two cookies, kept as replies say. */
export class TestBrowser {
  session: string | null = null;
  cookie: string | null = null;
  interaction = '';

  constructor(private readonly system: SignInSystem) {}

  get facts(): Browser {
    return { session: this.session, browser: this.cookie, sourceAddress: '203.0.113.7', userAgent: 'Mozilla/5.0' };
  }

  /** At the authorization endpoint. */
  async authorize(parameters: Record<string, string> = {}, method: 'GET' | 'POST' = 'GET'): Promise<InteractionReply> {
    const asked = { client_id: 's6BhdRkqt3', response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', state: 'xyz', code_challenge: CHALLENGE, code_challenge_method: 'S256', ...parameters };
    return await this.keep(this.system.parts.endpoint.authorize(edge(asked, method), this.facts));
  }

  /** At the address of the present interaction. */
  async show(interaction = this.interaction): Promise<InteractionReply> {
    return await this.keep(this.system.parts.desk.show(interaction, this.facts));
  }

  /** Answers the page of a step. */
  async submit(step: string, input: [string, string][], requestId: string = newRequestId(), interaction = this.interaction): Promise<InteractionReply> {
    return await this.keep(this.system.parts.desk.submit(interaction, this.facts, { step, input, requestId }));
  }

  /** Answers the password page. */
  async signIn(username = 'alice', password = PASSWORD): Promise<InteractionReply> {
    const requestId = newRequestId();
    const sealed = await this.system.key.seal(password, requestId, 'sign-in');
    return await this.submit('password', [['identifier', username], ['sealed_password', sealed]], requestId);
  }

  /** From the authorization endpoint to the answer, agreeing to everything that is asked. */
  async through(parameters: Record<string, string> = {}, username = 'alice'): Promise<Response> {
    let reply = await this.authorize(parameters);
    for (let page = 0; page < 6 && reply.kind !== 'response'; page++) {
      if (reply.kind === 'continue') reply = await this.show();
      else if (reply.kind === 'step' && reply.page.step === 'password') reply = await this.signIn(username);
      else if (reply.kind === 'step' && reply.page.step === 'consent') reply = await this.agree(reply.page.scope.map((one) => one.scope));
      else throw new Error(`not a page to go on from: ${JSON.stringify(reply)}`);
    }
    return responseOf(reply);
  }

  /** Agrees to these scopes. */
  agree(scope: readonly string[] = []): Promise<InteractionReply> {
    return this.submit('consent', [['decision', 'allow'], ...scope.map((one): [string, string] => ['scope', one])]);
  }

  /** At the end session endpoint. */
  async signOut(parameters: Record<string, string> = {}, method: 'GET' | 'POST' = 'GET'): Promise<InteractionReply> {
    return await this.keep(this.system.parts.endSession.end(edge(parameters, method), this.facts));
  }

  /** What the cookies are afterwards. */
  async keep<Reply extends Pick<InteractionReply, 'kind' | 'session' | 'browser'>>(pending: Promise<Reply>): Promise<Reply> {
    const reply = await pending;
    // What goes over the bus is what the contract says, and nothing is lost on the way.
    expect(InteractionReply.parse(reply)).toEqual(reply);
    if (reply.session.change === 'set') this.session = reply.session.handle;
    if (reply.session.change === 'clear') this.session = null;
    if (reply.browser !== null) this.cookie = reply.browser;
    if ('interaction' in reply && typeof reply.interaction === 'string') this.interaction = reply.interaction;
    return reply;
  }
}

/** A response by name. */
export type Response = Record<string, string | undefined>;

/** The parameters of an authorization response. */
export function responseOf(reply: InteractionReply): Response {
  if (reply.kind !== 'response') throw new Error(`no response: ${JSON.stringify(reply)}`);
  return Object.fromEntries(reply.parameters);
}

/** A request as the gateway hands it on. */
export function edge(parameters: Record<string, string>, method: 'GET' | 'POST' = 'GET'): EdgeRequest {
  return {
    parameters: Object.entries(parameters),
    authorization: [],
    dpop: [],
    method,
    url: `${ISSUER}/authorize`,
    clientCertificate: null,
    sourceAddress: '203.0.113.7',
    requestId: newRequestId() as EdgeRequest['requestId'],
  };
}

/** What the token endpoint sends for a code of {@link TestBrowser.authorize}. */
export function redemption(code: string | undefined, overrides: object = {}) {
  return {
    codeHash: createHash('sha256').update(code ?? '').digest('base64url'),
    clientId: 's6BhdRkqt3' as ClientMetadata['clientId'],
    redirectUri: CALLBACK,
    codeChallenge: CHALLENGE,
    confirmation: null,
    redemptionId: randomUUID(),
    ...overrides,
  };
}

/** A first-party client, whose users are never asked to agree. */
export const firstParty = () => webClient({ firstParty: true });

/** The key ID tokens are signed with, as token does. */
export class IdTokenKey {
  private readonly pair = freshKeyPairSync('ec', { namedCurve: 'P-256' });

  /** @param published whether the issuer knows it. */
  constructor(system: SignInSystem, published = true) {
    const jwk = { ...this.pair.publicKey.export({ format: 'jwk' }), kid: 'issuer-1', alg: 'ES256', use: 'sig' };
    if (published) system.publishedKeys.keys.set('issuer-1', jwk as unknown as PublishedJwk);
  }

  /** The ID token of a grant. */
  idToken(grant: UserGrant, overrides: Record<string, unknown> = {}, typ = 'JWT'): string {
    const iat = systemClock.epochSeconds();
    const claims = { iss: ISSUER, sub: grant.subject, aud: grant.clientId, iat, exp: iat + 600, sid: grant.sid, ...overrides };
    return signJwt({ kid: 'issuer-1' as never, algorithm: 'ES256', privateKey: this.pair.privateKey }, typ, claims);
  }
}
