import { encodeAuthorizationResponse } from '@tessera/protocol/authorization-response';
import type { EdgeRequest } from '@tessera/protocol/edge';
import { decideLogout, type HintFacts, type LogoutDecision, LogoutRequest, resolveLogoutRequest } from '@tessera/protocol/end-session';
import { type Browser, type InteractionReply, STEPS } from '@tessera/protocol/interaction';
import { formTarget } from '@tessera/protocol/redirect-uri';
import type { SignedIn } from '@tessera/protocol/session';
import { OAuthError } from '@tessera/vocabulary';
import type { RegisteredClients, Subjects } from '../grant/index.js';
import { clientView, type Cookies, type InteractionKind, KEEP, type OpenInteraction, type SqlInteractions, type SubmittedAnswer } from '../interaction/index.js';
import { newHandle, type PresentSession, type SqlSessions } from '../session/index.js';

/** What logout stands on. */
export interface EndSessionPorts {
  readonly directory: RegisteredClients;
  /** Null for what is no ID token of ours. @throws {Outage}. */
  readonly hints: { facts(idToken: string): Promise<HintFacts | null> };
  readonly sessions: SqlSessions;
  readonly interactions: SqlInteractions;
  readonly subjects: Pick<Subjects, 'of'>;
  readonly frontchannel: { framesFor(session: Pick<SignedIn, 'sessionId' | 'sid'>): Promise<readonly string[]> };
}

/** The end session endpoint (RP-Initiated Logout 1.0 §2), and the page that asks first. */
export class EndSessionEndpoint implements InteractionKind {
  constructor(private readonly ports: EndSessionPorts) {}

  /** @throws {OAuthError} for a page. @throws {Outage}. */
  async end({ parameters, method }: EdgeRequest, browser: Browser): Promise<InteractionReply> {
    const { directory, hints, sessions } = this.ports;
    const request = await resolveLogoutRequest(parameters, {
      client: (clientId) => directory.client(clientId),
      hint: (idToken) => hints.facts(idToken),
    });
    // A POST from another site comes without Lax cookies: who is signed in shows at the GET that follows.
    if (method === 'POST' && browser.browser === null) return await this.ask(request, null, null);
    const session = browser.session === null ? null : ((await sessions.find(browser.session, null))?.session ?? null);
    const decision = await this.decide(request, session);
    if (decision === 'confirm') return await this.ask(request, session, browser);
    if (decision === 'end' && session !== null) await sessions.end(session.signedIn.sessionId, session.signedIn.accountId, 'logout');
    return await this.leave(request, decision === 'end' ? (session?.signedIn ?? null) : null, KEEP);
  }

  async show(open: OpenInteraction): Promise<InteractionReply> {
    const request = LogoutRequest.parse(open.stored.request);
    const { session } = open.stored;
    const decision = await this.decide(request, session);
    if (decision === 'confirm' && session !== null) return await this.page(open, request, session);
    return await this.finish(open, request, decision);
  }

  async submit(open: OpenInteraction, { step, input }: SubmittedAnswer): Promise<InteractionReply> {
    const answer = step === 'confirm-logout' ? STEPS['confirm-logout'].parse(input) : null;
    if (answer === null) throw new OAuthError('interaction.not_an_answer', { step });
    const { stored, cookies } = open;
    const request = LogoutRequest.parse(stored.request);
    if (answer.decision === 'sign-out') return await this.finish(open, request, stored.session === null ? 'nobody' : 'end');
    if (!(await this.ports.interactions.end(stored, 'refused', stored.session?.signedIn.accountId ?? null))) throw new OAuthError('interaction.ended');
    return { kind: 'account', ...cookies };
  }

  /** The person's answer counts once, and the session ends with it (I1, I3). */
  private async finish({ stored, cookies }: OpenInteraction, request: LogoutRequest, decision: LogoutDecision): Promise<InteractionReply> {
    const session = decision === 'end' ? (stored.session?.signedIn ?? null) : null;
    if (!(await this.ports.sessions.endByAnswer(stored.id, session))) throw new OAuthError('interaction.ended');
    return await this.leave(request, session, cookies);
  }

  private async decide(request: LogoutRequest, session: PresentSession | null): Promise<LogoutDecision> {
    const client = request.clientId === null ? null : await this.ports.directory.client(request.clientId);
    const subject = (present: PresentSession) => () => {
      const { accountId } = present.signedIn;
      return client === null ? accountId : this.ports.subjects.of(client, accountId);
    };
    return decideLogout(request, session && { sid: session.signedIn.sid, subject: subject(session) });
  }

  private async ask(request: LogoutRequest, session: PresentSession | null, browser: Browser | null): Promise<InteractionReply> {
    const fresh = browser !== null && browser.browser === null ? newHandle() : null;
    const interaction = await this.ports.interactions.open({
      purpose: 'logout',
      clientId: request.clientId,
      request,
      pushedRequestHash: null,
      sessionId: session?.signedIn.sessionId ?? null,
      browser: fresh ?? browser?.browser ?? null,
    });
    return { kind: 'continue', interaction, session: { change: 'keep' }, browser: fresh };
  }

  private async page({ handle: interaction, cookies }: OpenInteraction, request: LogoutRequest, { person }: PresentSession): Promise<InteractionReply> {
    const { redirectUri, uiLocales } = request;
    const page = { step: 'confirm-logout' as const, client: await this.viewOf(request), person };
    return { kind: 'step', interaction, page, formTargets: redirectUri === null ? [] : [formTarget(redirectUri)], uiLocales, ...cookies };
  }

  /** LOG-3: the session is over, and the cookies go; both of them, so that nothing open in this browser goes on. */
  private async leave(request: LogoutRequest, ended: SignedIn | null, before: Cookies): Promise<InteractionReply> {
    const cookies: Cookies = { session: { change: 'clear' }, browser: ended === null ? before.browser : newHandle() };
    const frames = ended === null ? [] : await this.ports.frontchannel.framesFor(ended);
    const { redirectUri, state } = request;
    const parameters: [string, string][] = state === null ? [] : [['state', state]];
    if (frames.length > 0) {
      const onward = redirectUri === null ? null : withParameters(redirectUri, parameters);
      return { kind: 'front-channel-logout', client: await this.viewOf(request), frames: [...frames], onward, ...cookies };
    }
    if (redirectUri === null) return { kind: 'signed-out', client: await this.viewOf(request), ...cookies };
    return { kind: 'response', mode: 'query', redirectUri, parameters, reason: null, ...cookies };
  }

  private async viewOf({ clientId }: LogoutRequest) {
    const client = clientId === null ? null : await this.ports.directory.client(clientId);
    return client === null ? null : clientView(client);
  }
}

/** RP-Initiated Logout §3: `state` and nothing else is added to the registered address, which stays as it is. */
function withParameters(redirectUri: string, parameters: readonly (readonly [string, string])[]): string {
  const encoded = encodeAuthorizationResponse('query', redirectUri, parameters);
  return encoded.kind === 'redirect' ? encoded.location : redirectUri;
}
