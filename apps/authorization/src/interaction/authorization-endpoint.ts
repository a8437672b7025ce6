import { AuthorizationRefusal, type ResolvedAuthorizationRequest } from '@tessera/protocol/authorization-request';
import type { EdgeRequest } from '@tessera/protocol/edge';
import { type Browser, decideAuthorization, type InteractionReply } from '@tessera/protocol/interaction';
import { OAuthError } from '@tessera/vocabulary';
import type { Subjects } from '../grant/index.js';
import { newHandle, type SessionFacts, type SqlSessions } from '../session/index.js';
import type { AuthorizationCompletion, CompletedAuthorization } from './authorization-completion.js';
import { refusalReply } from './authorization-replies.js';
import type { AuthorizationResponses } from './authorization-responses.js';
import { KEEP } from './open-interaction.js';
import type { SqlInteractions } from './sql-interactions.js';

/** What the authorization endpoint stands on. */
export interface AuthorizationEndpointPorts {
  readonly issuer: string;
  /** What is asked, valid; an `AuthorizationRefusal` may be redirected, an `OAuthError` may not (AUT-2). */
  readonly requests: { resolve(edge: EdgeRequest): Promise<ResolvedAuthorizationRequest> };
  readonly sessions: SqlSessions;
  readonly interactions: SqlInteractions;
  readonly completion: AuthorizationCompletion;
  readonly responses: AuthorizationResponses;
  readonly subjects: Pick<Subjects, 'of'>;
}

/** The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2): answered at once where nobody has to be asked. */
export class AuthorizationEndpoint {
  constructor(private readonly ports: AuthorizationEndpointPorts) {}

  /** @throws {OAuthError} for a page and never a redirect (AUT-2). @throws {Outage}. */
  async authorize(edge: EdgeRequest, browser: Browser): Promise<InteractionReply> {
    try {
      return await this.answer(await this.ports.requests.resolve(edge), edge, browser);
    } catch (error) {
      if (error instanceof AuthorizationRefusal) return refusalReply(error, error.refusal, this.ports.issuer, KEEP);
      throw error;
    }
  }

  private async answer(resolved: ResolvedAuthorizationRequest, { method }: EdgeRequest, browser: Browser): Promise<InteractionReply> {
    // A POST from another site comes without Lax cookies: who is signed in shows at the GET that follows.
    if (method === 'POST' && browser.browser === null) return await this.begin(resolved, null, null);
    const { sessions, subjects, issuer } = this.ports;
    const { request, client } = resolved;
    const facts = browser.session === null ? null : await sessions.find(browser.session, client.clientId);
    const decision = decideAuthorization({
      request,
      client,
      signedIn: facts?.session.signedIn ?? null,
      remembered: facts?.remembered ?? null,
      done: {},
      now: facts?.now ?? 0,
      subjectOf: (accountId) => subjects.of(client, accountId),
    });
    switch (decision.next) {
      case 'refuse':
        return refusalReply(request, new OAuthError(decision.reason), issuer, KEEP);
      case 'step':
        return await this.begin(resolved, facts, browser);
      case 'continue': {
        const completed = await this.complete(resolved, decision, facts);
        // Who was not first, or whose session ended in this moment, is told so where everything is looked at again.
        return completed === null ? await this.begin(resolved, null, browser) : await this.ports.responses.reply(request, completed, KEEP);
      }
    }
  }

  private async complete(
    { request, client, pushedRequestHash }: ResolvedAuthorizationRequest,
    decision: Parameters<AuthorizationCompletion['complete']>[0]['decision'],
    facts: SessionFacts | null,
  ): Promise<CompletedAuthorization | null> {
    const { sessions, completion } = this.ports;
    if (facts !== null) await sessions.touch(facts.session);
    const remembered = facts?.remembered ?? null;
    return await completion.complete({ interactionId: null, pushedRequestHash, request, client, decision, remembered });
  }

  /** Somebody has to be asked: at the address of a new interaction, bound to the browser if it is known (UIX-3). */
  private async begin(
    { request, client, pushedRequestHash }: ResolvedAuthorizationRequest,
    facts: SessionFacts | null,
    browser: Browser | null,
  ): Promise<InteractionReply> {
    const fresh = browser !== null && browser.browser === null ? newHandle() : null;
    const interaction = await this.ports.interactions.open({
      purpose: 'authorization',
      clientId: client.clientId,
      request,
      pushedRequestHash,
      sessionId: facts?.session.signedIn.sessionId ?? null,
      browser: fresh ?? browser?.browser ?? null,
    });
    return { kind: 'continue', interaction, session: { change: 'keep' }, browser: fresh };
  }
}
