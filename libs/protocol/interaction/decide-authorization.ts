import type { AccountId, Authority, EpochSeconds, ReasonId } from '@tessera/vocabulary';
import type { AuthorizationRequest, ClaimRequest } from '../authorization-request/index.js';
import type { ClientMetadata } from '../client/index.js';
import { covers, mayBeRemembered } from '../consent/index.js';
import { isOffline, narrowedTo, requestedAuthority } from '../grant/index.js';
import { isTooOld, type SignedIn } from '../session/index.js';
import type { StepName } from './interaction-reply.js';
import { ACR_VALUES_SUPPORTED, STEPS } from './steps.js';

/** What a person has done in this interaction, from its stored steps. */
export interface DoneSteps {
  /** Who proved who they are. */
  readonly password?: { readonly accountId: AccountId };
  /** Whether to go on as who was signed in, or as somebody else. */
  readonly 'select-account'?: { readonly accountId: AccountId; readonly choice: 'current' | 'other' };
  /** Who agreed, to which of the scopes. */
  readonly consent?: { readonly accountId: AccountId; readonly scope: readonly string[] };
}

/** Everything an authorization is decided by. */
export interface AuthorizationFacts {
  readonly request: AuthorizationRequest;
  readonly client: ClientMetadata;
  /** Who is signed in in this browser; null when nobody is. */
  readonly signedIn: SignedIn | null;
  /** What that person allows this client without being asked; null when nothing. */
  readonly remembered: Authority | null;
  readonly done: DoneSteps;
  /** By the database's clock, like `authenticatedAt`. */
  readonly now: EpochSeconds;
  /** The `sub` this client knows an account by; asked only when the request names one. */
  readonly subjectOf: (accountId: AccountId) => string;
}

/** Why a step comes. */
export type StepWhy = 'no_session' | 'prompt' | 'max_age' | 'other_chosen' | 'other_person' | 'not_yet_given';

/** Why an authorization has the person's consent. What is remembered may be withdrawn while it is completed. */
export type ConsentBasis = 'asked' | 'remembered' | 'not_needed';

/**
 * What is next. `continue`: the person is known and agrees, to this authority: `asked` just now, `remembered` from an earlier
 * time, or `not_needed`. `remember` tells whether what they agreed to now may stand for the next time. `step`: ask them; `required` is who alone may answer, null when anybody may. `refuse`: the
 * request ends.
 */
export type InteractionDecision =
  | { readonly next: 'continue'; readonly signedIn: SignedIn; readonly authority: Authority; readonly offline: boolean; readonly consent: ConsentBasis; readonly remember: boolean }
  | { readonly next: 'step'; readonly step: StepName; readonly why: StepWhy; readonly required: AccountId | null }
  | { readonly next: 'refuse'; readonly reason: ReasonId };

/**
 * OIDC Core §3.1.2.1, §3.1.2.3, §3.1.2.4, §3.1.2.6: whether a request can be answered now, and what has to be asked before. Run
 * anew after each step from stored facts, so that nothing depends on the order in which pages were open.
 */
export function decideAuthorization(facts: AuthorizationFacts): InteractionDecision {
  const { request } = facts;
  if (cannotReachAcr(request)) return { next: 'refuse', reason: 'interaction.unmet_authentication_requirements' };
  const decision = decideWithPages(facts);
  // OIDC Core §3.1.2.1 prompt=none: MUST NOT display any page; the code says which one would have been needed (§3.1.2.6).
  if (decision.next === 'step' && request.prompt.includes('none')) return { next: 'refuse', reason: STEPS[decision.step].withoutPage };
  return decision;
}

function decideWithPages(facts: AuthorizationFacts): InteractionDecision {
  return decidePerson(facts) ?? decideConsent(facts);
}

/** Who is it? Null: who is signed in may go on. */
function decidePerson(facts: AuthorizationFacts): InteractionDecision | null {
  const { request, client, signedIn, done, now } = facts;
  if (signedIn === null) return password('no_session', request.hintedAccount);
  const provedHere = done.password?.accountId === signedIn.accountId;
  // AUT-7: whoever else is signed in, a hint for somebody must not end in a code for another.
  if (isSomebodyElse(facts, signedIn)) return password('other_person', request.hintedAccount);
  if (request.prompt.includes('select_account') && !provedHere) {
    const choice = done['select-account']?.accountId === signedIn.accountId ? done['select-account'].choice : null;
    if (choice === null) return { next: 'step', step: 'select-account', why: 'prompt', required: signedIn.accountId };
    if (choice === 'other') return password('other_chosen', request.hintedAccount);
  }
  // A proof given in this interaction is as fresh as one can be, however long the next page then took.
  if (provedHere) return null;
  if (request.prompt.includes('login')) return password('prompt', request.hintedAccount);
  const maxAge = request.maxAgeSeconds ?? client.registration.defaultMaxAgeSeconds;
  return isTooOld(signedIn, maxAge, now) ? password('max_age', request.hintedAccount) : null;
}

/** Do they agree? */
function decideConsent(facts: AuthorizationFacts & { readonly signedIn: SignedIn | null }): InteractionDecision {
  const { request, client, signedIn, remembered, done } = facts;
  if (signedIn === null) return password('no_session', request.hintedAccount);
  const asked = requestedAuthority(request, client);
  const given = done.consent?.accountId === signedIn.accountId ? done.consent : null;
  const mayRemember = mayBeRemembered(client, request.redirectUri);
  if (given !== null) return agreed(signedIn, narrowedTo(asked, given.scope), 'asked', mayRemember);
  // The operator's own clients need no consent, unless the request wants the person to be asked (§3.1.2.1 prompt=consent).
  if (request.prompt.includes('consent')) return consent('prompt', signedIn);
  if (client.registration.firstParty) return agreed(signedIn, asked, 'not_needed');
  if (mayRemember && remembered !== null && covers(remembered, asked)) return agreed(signedIn, asked, 'remembered');
  return consent('not_yet_given', signedIn);
}

function agreed(signedIn: SignedIn, authority: Authority, consent: ConsentBasis, remember = false): InteractionDecision {
  // Agreeing to nothing is not agreeing (RFC 6749 §3.3: an empty scope authorizes nothing anybody asked for).
  if (authority.scope.length === 0) return { next: 'refuse', reason: 'interaction.nothing_granted' };
  return { next: 'continue', signedIn, authority, offline: isOffline(authority), consent, remember };
}

function password(why: StepWhy, required: AccountId | null): InteractionDecision {
  return { next: 'step', step: 'password', why, required };
}

function consent(why: StepWhy, signedIn: SignedIn): InteractionDecision {
  return { next: 'step', step: 'consent', why, required: signedIn.accountId };
}

/** OIDC Core §3.1.2.1 id_token_hint, §5.5.1 a `sub` with a value: only for that person. */
function isSomebodyElse({ request, subjectOf }: AuthorizationFacts, { accountId }: SignedIn): boolean {
  if (request.hintedAccount !== null && request.hintedAccount !== accountId) return true;
  const wanted = [request.claims.id_token['sub'], request.claims.userinfo['sub']].flatMap(valuesOf);
  return wanted.length > 0 && wanted.some((values) => !values.includes(subjectOf(accountId)));
}

/** OIDC Core §5.5.1.1: an essential `acr` that cannot be reached fails; a voluntary one, and `acr_values`, are a preference. */
function cannotReachAcr({ claims }: AuthorizationRequest): boolean {
  const acr = claims.id_token['acr'];
  if (acr === undefined || acr?.essential !== true) return false;
  return valuesOf(acr).some((values) => !values.some((value) => typeof value === 'string' && ACR_VALUES_SUPPORTED.includes(value)));
}

/** The values a claim must have one of: none or one such list. */
function valuesOf(request: ClaimRequest | undefined): readonly (readonly unknown[])[] {
  if (request === undefined || request === null) return [];
  if (request.value !== undefined) return [[request.value]];
  return request.values === undefined ? [] : [request.values];
}
