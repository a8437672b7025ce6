import { AuthorizationRequest } from '@tessera/protocol/authorization-request';
import { type ClientMetadata, grantTypesOf, type ResponseType } from '@tessera/protocol/client';
import { decideAuthorization, type DoneSteps, type InteractionDecision, type InteractionReply, STEPS, type StepPage } from '@tessera/protocol/interaction';
import { isRegisteredRedirectUri } from '@tessera/protocol/redirect-uri';
import { type AccountId, OAuthError } from '@tessera/vocabulary';
import type { RegisteredClients, Subjects } from '../grant/index.js';
import type { BegunSession, SqlSessions } from '../session/index.js';
import type { AuthorizationCompletion, DecidedAuthorization } from './authorization-completion.js';
import { refusalReply } from './authorization-replies.js';
import type { AuthorizationResponses } from './authorization-responses.js';
import { doneSteps } from './interaction-row.js';
import type { ClientLogos } from './outbound-client-logos.js';
import { type InteractionKind, type OpenInteraction, requireOpen, signedInCookies, type SubmittedAnswer, withSession } from './open-interaction.js';
import type { PasswordStep } from './password-step.js';
import type { SqlInteractions } from './sql-interactions.js';
import { clientView, consentPage, formTargetsOf, type KnownResources } from './step-pages.js';

/** What the interactions of the authorization endpoint stand on. */
export interface AuthorizationInteractionPorts {
  readonly issuer: string;
  readonly directory: RegisteredClients & KnownResources;
  readonly sessions: SqlSessions;
  readonly interactions: SqlInteractions;
  readonly completion: AuthorizationCompletion;
  readonly responses: AuthorizationResponses;
  readonly password: PasswordStep;
  readonly subjects: Pick<Subjects, 'of'>;
  readonly logos: ClientLogos;
}

/** An open interaction with what it is about. */
interface Case extends OpenInteraction {
  readonly request: AuthorizationRequest;
  readonly client: ClientMetadata;
}

type StepDecision = Extract<InteractionDecision, { next: 'step' }>;
type ContinueDecision = Extract<InteractionDecision, { next: 'continue' }>;
type Again = Pick<Extract<StepPage, { step: 'password' }>, 'problem' | 'identifier' | 'waitSeconds'>;

/** A person on the way from an authorization request to its response (decision 15): decided anew from the rows each time. */
export class AuthorizationInteraction implements InteractionKind {
  constructor(private readonly ports: AuthorizationInteractionPorts) {}

  async show(open: OpenInteraction): Promise<InteractionReply> {
    const one = await this.caseOf(open);
    if (open.stored.session !== null) await this.ports.sessions.touch(open.stored.session);
    return await this.proceed(one, doneSteps(open.stored));
  }

  async submit(open: OpenInteraction, answer: SubmittedAnswer): Promise<InteractionReply> {
    const one = await this.caseOf(open);
    const decision = this.decide(one, doneSteps(open.stored));
    // An answer to a page that is not the present one counts for nothing: the present page is shown instead.
    if (decision.next !== 'step' || decision.step !== answer.step) return again(one);
    switch (decision.step) {
      case 'password':
        return await this.submitPassword(one, answer, decision);
      case 'select-account':
        return await this.submitChoice(one, answer);
      case 'consent':
        return await this.submitConsent(one, answer);
      case 'device-consent':
      case 'confirm-logout':
        throw new OAuthError('interaction.not_an_answer', { step: answer.step });
    }
  }

  private async submitPassword(one: Case, answer: SubmittedAnswer, decision: StepDecision): Promise<InteractionReply> {
    const result = await this.ports.password.submit(one, answer, decision.required);
    if (result.outcome === 'again') return await this.page(one, decision, result);
    const { accountId, signIn } = result;
    const { sessions, completion, responses } = this.ports;
    const after = (begun: BegunSession): Case => ({ ...one, ...withSession(one, begun, signedInCookies(one.cookies, begun, sessions.lifetimes.lifetimeSeconds)) });
    if (this.pagesFollow(one, accountId)) {
      const begun = await signIn(true);
      if (begun === null) return again(one);
      const next = after(begun);
      return await this.proceed(next, doneSteps(next.stored), 'continue');
    }
    const done = await completion.signInAndComplete((queries) => signIn(false, queries), (begun) => this.decided(after(begun)));
    return done === null ? await this.overtaken(one) : await responses.reply(one.request, done.completed, after(done.begun).cookies);
  }

  private async submitChoice(one: Case, { input }: SubmittedAnswer): Promise<InteractionReply> {
    const choice = STEPS['select-account'].parse(input);
    const { session } = one.stored;
    if (choice === null || session === null) throw new OAuthError('interaction.not_an_answer');
    await this.ports.interactions.recordStep(one.stored.id, 'select-account', session.signedIn.accountId, choice);
    return again(one);
  }

  private async submitConsent(one: Case, { input }: SubmittedAnswer): Promise<InteractionReply> {
    const answer = STEPS.consent.parse(input);
    const { session } = one.stored;
    if (answer === null || session === null) throw new OAuthError('interaction.not_an_answer');
    const { accountId } = session.signedIn;
    if (answer.decision === 'deny') return await this.refuse(one, new OAuthError('interaction.denied'), accountId);
    // Not a step of its own: it is stored with the grant it leads to, or not at all (I2).
    return await this.proceed(one, { ...doneSteps(one.stored), consent: { accountId, scope: answer.scope } });
  }

  /** Decides, and makes it a fact. After a person answered, the next page has an address of its own (303 after POST). */
  private async proceed(one: Case, done: DoneSteps, nextPage: 'step' | 'continue' = 'step'): Promise<InteractionReply> {
    const decision = this.decide(one, done);
    switch (decision.next) {
      case 'refuse':
        return await this.refuse(one, new OAuthError(decision.reason), null);
      case 'step':
        return nextPage === 'continue' ? again(one) : await this.page(one, decision, null);
      case 'continue':
        return await this.complete(one, decision);
    }
  }

  private async complete(one: Case, decision: ContinueDecision): Promise<InteractionReply> {
    const completed = await this.ports.completion.complete(authorizationOf(one, decision));
    return completed === null ? await this.overtaken(one) : await this.ports.responses.reply(one.request, completed, one.cookies);
  }

  /** What is decided from the facts as they are now; null unless that is the end. */
  private decided(one: Case): DecidedAuthorization | null {
    const decision = this.decide(one, doneSteps(one.stored));
    return decision.next === 'continue' ? authorizationOf(one, decision) : null;
  }

  private async refuse(one: Case, refusal: OAuthError, accountId: AccountId | null): Promise<InteractionReply> {
    const ended = await this.ports.interactions.end(one.stored, 'refused', accountId, { reason: refusal.reason });
    return ended ? refusalReply(one.request, refusal, this.ports.issuer, one.cookies) : await this.overtaken(one);
  }

  /** Another answer was first (I1), or the session ended meanwhile: then there is a page for it. Never an error of ours. */
  private async overtaken(one: Case): Promise<InteractionReply> {
    const stored = await this.ports.interactions.read(one.handle, one.browser.session);
    if (stored === null) throw new OAuthError('interaction.unknown');
    requireOpen(stored);
    return again(one);
  }

  /** Whether a page would come if this person were signed in now and had agreed to nothing before. */
  private pagesFollow({ request, client, stored: { now } }: Case, accountId: AccountId): boolean {
    const { acr, amr } = STEPS.password.yields;
    const signedIn = { sessionId: '', sid: '', accountId, authenticatedAt: now, acr, amr: [...amr] };
    const subjectOf = (account: AccountId) => this.ports.subjects.of(client, account);
    const done = { password: { accountId } };
    return decideAuthorization({ request, client, signedIn, remembered: null, done, now, subjectOf }).next !== 'continue';
  }

  private decide({ request, client, stored }: Case, done: DoneSteps): InteractionDecision {
    const { session, remembered, now } = stored;
    const subjectOf = (accountId: AccountId) => this.ports.subjects.of(client, accountId);
    return decideAuthorization({ request, client, signedIn: session?.signedIn ?? null, remembered, done, now, subjectOf });
  }

  private async page(one: Case, decision: StepDecision, problem: Again | null): Promise<InteractionReply> {
    const { handle: interaction, request, cookies } = one;
    const page = await this.pageOf(one, decision, problem);
    return { kind: 'step', interaction, page, formTargets: formTargetsOf(request.redirectUri, one.client.registration), uiLocales: request.uiLocales, ...cookies };
  }

  private async pageOf({ request, client, stored: { session } }: Case, { step, why, required }: StepDecision, again: Again | null): Promise<StepPage> {
    const logo = await this.ports.logos.logoOf(client.registration.logoUri);
    const shown = { ...clientView(client), ...(logo === null ? {} : { logo }) };
    if (step === 'password' || session === null) {
      // Named to the browser they are signed in in, and to no other: the client that hints at them may not know who they are (OIDC Core §8.1).
      const person = required !== null && session?.signedIn.accountId === required ? session.person : null;
      // Whoever has to prove it once more need not type who they are.
      const present = why === 'prompt' || why === 'max_age' ? (session?.person.identifier ?? null) : null;
      const { problem, identifier, waitSeconds } = again ?? { problem: null, identifier: person?.identifier ?? request.loginHint ?? present, waitSeconds: null };
      return { step: 'password', client: shown, identifier, person, problem, waitSeconds };
    }
    if (step === 'select-account') return { step, client: shown, person: session.person };
    return { ...(await consentPage(request, client, session.person, this.ports.directory)), client: shown };
  }

  private async caseOf(open: OpenInteraction): Promise<Case> {
    const { clientId, request } = open.stored;
    const client = clientId === null ? null : await this.ports.directory.client(clientId);
    if (client === null || !client.enabled) throw new OAuthError('interaction.client_gone');
    const one = { ...open, client, request: AuthorizationRequest.parse(request) };
    if (!mayStillAsk(client, one.request.responseType)) throw new OAuthError('interaction.client_gone');
    // An address that was taken from the client meanwhile gets nothing any more, no refusal either (AUT-2).
    if (!isRegisteredRedirectUri(one.request.redirectUri, client.registration)) throw new OAuthError('authorization_request.redirect_uri_mismatch', { clientId });
    return one;
  }
}

/** Whether what the request was accepted for is still registered (AUT-3). */
function mayStillAsk({ registration, grantTypes }: ClientMetadata, responseType: ResponseType): boolean {
  return registration.responseTypes.includes(responseType) && grantTypesOf(responseType).every((one) => grantTypes.includes(one));
}

/** To the interaction's own address, by GET. */
function again({ handle, cookies }: OpenInteraction): InteractionReply {
  return { kind: 'continue', interaction: handle, ...cookies };
}

function authorizationOf({ request, client, stored }: Case, decision: ContinueDecision): DecidedAuthorization {
  const { id: interactionId, pushedRequestHash, remembered } = stored;
  return { interactionId, pushedRequestHash, request, client, decision, remembered };
}
