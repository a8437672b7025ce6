import { randomInt } from 'node:crypto';
import * as openid from 'openid-client';
import { Run } from '../runs/run.js';
import { type BrowserState, randomName } from './browser-states.js';
import { waitingDesk } from './call-centre.js';
import type { CredentialSource, DemoClient } from './demo-credentials.js';
import { waitingDevice } from './device.js';
import { describeFailure } from './failures.js';
import { ACTIONS, type ActionName, type Flow, FLOWS } from './flows.js';
import { openLibrary, type Surroundings } from './library.js';
import { beginSignIn, completeSignIn, recordAnswer, type SignInChoices } from './sign-in.js';
import { beginSignOut } from './sign-out.js';
import type { TokenSet } from './token-set.js';

/** Where the browser goes after a button: to the page of a run of ours, to a pretended device or desk, or to the provider. */
export type Next = { readonly to: 'run' | 'device' | 'desk'; readonly run: Run } | { readonly to: 'provider'; readonly url: URL };

/** What a person may fill in before the password grant. */
export interface PasswordInput {
  readonly username: string;
  readonly password: string;
}

/** The app: one method per button, and two for the way back from the provider. */
export class RelyingParty {
  constructor(
    private readonly surroundings: Surroundings,
    private readonly credentials: CredentialSource,
  ) {}

  /** Begins a sign-in. The run goes on in {@link finishSignIn}. */
  async signIn(browser: BrowserState, flow: Flow, choices: SignInChoices): Promise<Next> {
    const run = this.newRun(browser, flow);
    return this.attempt(run, async () => {
      const { configuration } = await this.open(flow.clientId, run, null);
      const url = await beginSignIn(configuration, { browser, run, flow, choices, origin: this.surroundings.origin });
      run.end({ kind: 'away', text: 'The browser is at the provider. This page fills when it comes back.' });
      return { to: 'provider', url };
    });
  }

  /** The provider sent the browser back. Null when this browser began no such sign-in. */
  async finishSignIn(browser: BrowserState, method: 'GET' | 'POST', answer: URLSearchParams): Promise<Run | null> {
    const pending = browser.takePending('sign-in', answer.get('state') ?? '');
    if (pending === null) return null;
    const { run } = pending;
    recordAnswer(run, { method, answer, origin: this.surroundings.origin });
    await this.attempt(run, async () => {
      const flow = flowOf(pending.flowId);
      const { client, configuration } = await this.open(flow.clientId, run, pending.metadata);
      const tokens = await completeSignIn(configuration, { pending, answer, surroundings: this.surroundings });
      this.keep({ browser, run, flow, client, configuration, tokens });
      run.end({ kind: 'done', text: signedInText(tokens.claims()) });
      return { to: 'run', run };
    });
    return run;
  }

  /** A device asks, shows its code, and polls in the background until somebody decided or the code ends. */
  async device(browser: BrowserState, flow: Flow): Promise<Next> {
    const run = this.newRun(browser, flow);
    return this.attempt(run, async () => {
      const { client, configuration } = await this.open(flow.clientId, run, null);
      const started = await openid.initiateDeviceAuthorization(configuration, { scope: flow.scope });
      browser.devices.set(run.id, waitingDevice(run, started, this.surroundings.nowMs()));
      run.add({ kind: 'visit', topic: 'device-verification' });
      run.end({ kind: 'away', text: 'The device shows its code and waits.' });
      void this.attempt(run, async () => {
        const tokens = await openid.pollDeviceAuthorizationGrant(configuration, started);
        this.keep({ browser, run, flow, client, configuration, tokens });
        run.end({ kind: 'done', text: signedInText(tokens.claims()) });
        return { to: 'run', run };
      });
      return { to: 'device', run };
    });
  }

  /** A call centre asks for its customer, and polls in the background until they decided or the request ends. */
  async callCentre(browser: BrowserState, flow: Flow): Promise<Next> {
    const run = this.newRun(browser, flow);
    return this.attempt(run, async () => {
      const { client, configuration } = await this.open(flow.clientId, run, null);
      const customer = (await this.credentials.read()).users[0]?.username ?? '';
      const message = `Transfer ${String(randomInt(10_000)).padStart(4, '0')}`;
      const started = await openid.initiateBackchannelAuthentication(configuration, { scope: flow.scope, login_hint: customer, binding_message: message });
      const { issuer, nowMs } = this.surroundings;
      browser.desks.set(run.id, waitingDesk(run, flow.id, { customer, message, issuer, nowMs: nowMs() }, started));
      run.add({ kind: 'visit', topic: 'approval' });
      run.end({ kind: 'away', text: 'The call centre waits for the customer.' });
      void this.attempt(run, async () => {
        const tokens = await openid.pollBackchannelAuthenticationGrant(configuration, started);
        this.keep({ browser, run, flow, client, configuration, tokens });
        run.end({ kind: 'done', text: signedInText(tokens.claims()) });
        return { to: 'run', run };
      });
      return { to: 'desk', run };
    });
  }

  /** Client credentials: the app asks for itself. */
  async clientCredentials(browser: BrowserState, flow: Flow): Promise<Next> {
    const run = this.newRun(browser, flow);
    return this.attempt(run, async () => {
      const { client, configuration } = await this.open(flow.clientId, run, null);
      const tokens = await openid.clientCredentialsGrant(configuration, { scope: flow.scope });
      this.keep({ browser, run, flow, client, configuration, tokens });
      run.end({ kind: 'done', text: 'The service has an access token.' });
      return { to: 'run', run };
    });
  }

  /** The password grant: the app trades what the person typed here. */
  async password(browser: BrowserState, flow: Flow, { username, password }: PasswordInput): Promise<Next> {
    const run = this.newRun(browser, flow);
    return this.attempt(run, async () => {
      const { client, configuration } = await this.open(flow.clientId, run, null);
      const tokens = await openid.genericGrantRequest(configuration, 'password', { username, password, scope: flow.scope });
      this.keep({ browser, run, flow, client, configuration, tokens });
      run.end({ kind: 'done', text: signedInText(tokens.claims()) });
      return { to: 'run', run };
    });
  }

  /** A button that uses tokens this browser got before. */
  async act(browser: BrowserState, name: ActionName, tokens: TokenSet): Promise<Next> {
    const { title, summary } = ACTIONS[name];
    const run = new Run(randomName(), name, title, summary, this.surroundings.nowMs());
    browser.runs.set(run.id, run);
    run.tokens = tokens.id;
    return this.attempt(run, async () => {
      const { configuration } = await this.open(tokens.clientId, run, tokens.metadata);
      if (name === 'sign-out') return { to: 'provider', url: beginSignOut(configuration, { browser, run, tokens, origin: this.surroundings.origin }) };
      const { text, after } = await ACT[name](configuration, tokens);
      browser.tokenSets.set(tokens.id, after);
      run.end({ kind: 'done', text });
      return { to: 'run', run };
    });
  }

  private newRun(browser: BrowserState, flow: Flow): Run {
    const run = new Run(randomName(), flow.id, flow.title, flow.summary, this.surroundings.nowMs());
    browser.runs.set(run.id, run);
    return run;
  }

  private async open(clientId: string, run: Run, metadata: openid.ServerMetadata | null): Promise<Opened> {
    const { clients } = await this.credentials.read();
    const client = clients.find((one) => one.client_id === clientId);
    if (client === undefined) throw new Error(`the demo has no client ${clientId}`);
    return { client, configuration: await openLibrary(client, run, this.surroundings, metadata) };
  }

  /** Whatever happens, the run has a page that tells it. */
  private async attempt(run: Run, work: () => Promise<Next>): Promise<Next> {
    try {
      return await work();
    } catch (error) {
      run.end({ kind: 'failed', failure: describeFailure(error, run) });
      return { to: 'run', run };
    }
  }

  private keep({ browser, run, flow, client, configuration, tokens }: Kept): void {
    const claims = tokens.claims();
    const id = randomName();
    run.tokens = id;
    browser.tokenSets.set(id, {
      id,
      flowId: flow.id,
      clientId: flow.clientId,
      subject: claims?.sub ?? null,
      displayName: null,
      confidential: client.method !== 'none',
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token ?? null,
      idToken: tokens.id_token ?? null,
      session: flow.kind === 'sign-in',
      metadata: configuration.serverMetadata(),
      ended: null,
    });
  }
}

interface Opened {
  readonly client: DemoClient;
  readonly configuration: openid.Configuration;
}

/** What a flow ended with. */
interface Kept extends Opened {
  readonly browser: BrowserState;
  readonly run: Run;
  readonly flow: Flow;
  readonly tokens: openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers;
}

function flowOf(id: string): Flow {
  const found = FLOWS.find((flow) => flow.id === id);
  if (found === undefined) throw new Error(`there is no flow ${id}`);
  return found;
}

function signedInText(claims: openid.IDToken | undefined): string {
  return claims === undefined ? 'The app has an access token.' : `Signed in. The provider calls this person ${claims.sub}.`;
}

/** What an action did: in words, and the tokens as they are afterwards. */
interface Effect {
  readonly text: string;
  readonly after: TokenSet;
}

type Act = (configuration: openid.Configuration, tokens: TokenSet) => Promise<Effect>;

const ACT: Readonly<Record<Exclude<ActionName, 'sign-out'>, Act>> = {
  userinfo: async (configuration, tokens) => {
    const claims = await openid.fetchUserInfo(configuration, tokens.accessToken, tokens.subject ?? openid.skipSubjectCheck);
    const name = typeof claims.name === 'string' ? claims.name : claims.sub;
    return { text: `The provider says: this is ${name}.`, after: { ...tokens, subject: claims.sub, displayName: name } };
  },
  refresh: async (configuration, tokens) => {
    const fresh = await openid.refreshTokenGrant(configuration, tokens.refreshToken ?? '');
    const rotated = fresh.refresh_token !== undefined && fresh.refresh_token !== tokens.refreshToken;
    return {
      text: rotated ? 'Fresh tokens, and a new refresh token: the old one is used up.' : 'Fresh tokens; the refresh token stays the same.',
      after: { ...tokens, accessToken: fresh.access_token, refreshToken: fresh.refresh_token ?? tokens.refreshToken, idToken: fresh.id_token ?? tokens.idToken },
    };
  },
  introspect: async (configuration, tokens) => {
    const { active } = await openid.tokenIntrospection(configuration, tokens.accessToken, { token_type_hint: 'access_token' });
    return { text: active ? 'The access token is valid.' : 'The access token is not valid any more.', after: tokens };
  },
  revoke: async (configuration, tokens) => {
    await openid.tokenRevocation(configuration, tokens.accessToken, { token_type_hint: 'access_token' });
    return { text: 'The access token was given back. Ask what it is worth to see that it is over.', after: tokens };
  },
  'revoke-refresh': async (configuration, tokens) => {
    await openid.tokenRevocation(configuration, tokens.refreshToken ?? '', { token_type_hint: 'refresh_token' });
    return { text: 'The refresh token was given back, and with it everything that came from it.', after: { ...tokens, refreshToken: null } };
  },
};
