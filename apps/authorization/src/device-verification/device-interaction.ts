import type { ClientMetadata } from '@tessera/protocol/client';
import { DEVICE_CODE_GRANT_TYPE } from '@tessera/protocol/client';
import { decideDeviceVerification, type DeviceRequestView, type DeviceVerificationDecision, type DeviceVerificationSteps, nextStep } from '@tessera/protocol/device-authorization';
import { type DeviceOutcome, type InteractionReply, type PersonView, STEPS, type StepPage } from '@tessera/protocol/interaction';
import { OAuthError } from '@tessera/vocabulary';
import { z } from 'zod';
import type { RegisteredClients } from '../grant/index.js';
import {
  clientView,
  type InteractionKind,
  type KnownResources,
  type OpenInteraction,
  type PasswordStep,
  requireOpen,
  signedInCookies,
  type SqlInteractions,
  type SubmittedAnswer,
} from '../interaction/index.js';
import type { SqlSessions } from '../session/index.js';
import { deviceConsentPage } from './device-consent-page.js';
import type { DeviceGrants } from './device-grants.js';
import type { DeviceRequests } from './device-requests.js';

/** What the interactions of devices stand on. */
export interface DeviceInteractionPorts {
  readonly devices: DeviceRequests;
  readonly grants: DeviceGrants;
  readonly directory: RegisteredClients & KnownResources;
  readonly sessions: SqlSessions;
  readonly interactions: SqlInteractions;
  readonly password: PasswordStep;
}

/** What is stored of it: the request itself stays with its owner. */
const StoredRequest = z.object({ deviceAuthorization: z.uuid() });

interface Begun extends OpenInteraction {
  readonly client: ClientMetadata;
}

/** With the request as its owner has it now; asked for only where it matters, which it does not before somebody signed in. */
interface Case extends Begun {
  readonly device: DeviceRequestView;
}

type PasswordPage = Extract<StepPage, { step: 'password' }>;
type Again = Pick<PasswordPage, 'problem' | 'identifier' | 'waitSeconds'>;
type Decided = Extract<DeviceVerificationDecision, { next: 'decide' }>;

/**
 * RFC 8628 §3.3: a person with the user code of a device. Who they are and what they allow is decided here; the decision itself is
 * a fact of the service that owns the request. In this order (docs/decisions/0037): the grant is recorded, the decision is stored
 * there, this interaction ends. Each of the three may be repeated, so that a crash between them loses nothing and doubles nothing.
 */
export class DeviceInteraction implements InteractionKind {
  constructor(private readonly ports: DeviceInteractionPorts) {}

  async show(open: OpenInteraction): Promise<InteractionReply> {
    const begun = await this.begun(open);
    const { session, outcome } = open.stored;
    if (outcome !== null) return await this.end(begun);
    if (session === null) return passwordPage(begun, null);
    const one = await this.caseOf(begun);
    if (one.device.state !== 'pending') return this.over(one);
    await this.ports.sessions.touch(session);
    return stepOf(open) === 'device-consent' ? await this.consentPage(one, session.person) : passwordPage(one, null);
  }

  async submit(open: OpenInteraction, answer: SubmittedAnswer): Promise<InteractionReply> {
    const begun = await this.begun(open);
    if (open.stored.outcome !== null) return await this.end(begun);
    if (answer.step === 'select-account' && open.stored.session !== null) return await this.chooseOther(begun, answer);
    // An answer to a page that is not the present one counts for nothing: the present page is shown instead.
    const present = stepOf(open);
    if (present !== answer.step) return again(begun);
    return present === 'password' ? await this.submitPassword(begun, answer) : await this.submitDecision(await this.caseOf(begun), answer);
  }

  private async submitPassword(one: Begun, answer: SubmittedAnswer): Promise<InteractionReply> {
    const { password, sessions } = this.ports;
    const result = await password.submit(one, answer, null);
    if (result.outcome === 'again') return passwordPage(one, result);
    const begun = await result.signIn(true);
    if (begun === null) return again(one);
    return again({ ...one, cookies: signedInCookies(one.cookies, begun, sessions.lifetimes.lifetimeSeconds) });
  }

  /** Somebody else is to decide than who is signed in in this browser. */
  private async chooseOther(one: Begun, { input }: SubmittedAnswer): Promise<InteractionReply> {
    const choice = STEPS['select-account'].parse(input);
    const { session } = one.stored;
    if (choice === null || session === null) throw new OAuthError('interaction.not_an_answer');
    await this.ports.interactions.recordStep(one.stored.id, 'select-account', session.signedIn.accountId, choice);
    return again(one);
  }

  private async submitDecision(one: Case, { input }: SubmittedAnswer): Promise<InteractionReply> {
    const answer = STEPS['device-consent'].parse(input);
    const { session } = one.stored;
    if (answer === null || session === null) throw new OAuthError('interaction.not_an_answer');
    const { accountId } = session.signedIn;
    const decided = decideDeviceVerification({ device: one.device, signedIn: session.signedIn, done: { ...stepsOf(one.stored), consent: { accountId, ...answer } } });
    if (decided.next !== 'decide') return again(one);
    return decided.decision === 'approve' ? await this.approve(one, decided) : await this.deny(one, decided);
  }

  private async approve(one: Case, { signedIn, authority }: Extract<Decided, { decision: 'approve' }>): Promise<InteractionReply> {
    const { devices, grants, interactions } = this.ports;
    const { device, client, stored } = one;
    const { accountId } = signedIn;
    const grantId = await grants.record({ device, client, signedIn, authority });
    // The session, the account or the client ended while this was read.
    if (grantId === null) return await this.overtaken(one);
    const outcome = await devices.decide({ decision: 'approve', id: device.id, accountId, grantId });
    if (outcome !== 'decided') await grants.revokeUnused(grantId, accountId);
    await interactions.end(stored, outcome === 'decided' ? 'granted' : 'refused', accountId, { device: device.id, outcome });
    return result(one, outcome === 'decided' ? 'approved' : ended(outcome));
  }

  private async deny(one: Case, { signedIn: { accountId } }: Decided): Promise<InteractionReply> {
    const { devices, interactions } = this.ports;
    const { device, stored } = one;
    const outcome = await devices.decide({ decision: 'deny', id: device.id, accountId });
    await interactions.end(stored, 'refused', accountId, { device: device.id, outcome });
    return result(one, outcome === 'decided' ? 'denied' : ended(outcome));
  }

  /** It ended here: what was told then, in case that nobody heard it. */
  private async end(begun: Begun): Promise<InteractionReply> {
    if (begun.stored.outcome === 'granted') return result(begun, 'approved');
    const one = await this.caseOf(begun);
    return one.device.state === 'denied' ? result(begun, 'denied') : this.over(one);
  }

  /** What was decided before, or is too late to be decided. The page can be loaded again as long as the interaction lives. */
  private over(one: Case): InteractionReply {
    const { state } = one.device;
    if (state === 'approved' || state === 'redeemed') return result(one, 'approved_before');
    return result(one, state === 'denied' ? 'denied_before' : 'expired');
  }

  private async overtaken(one: Case): Promise<InteractionReply> {
    const stored = await this.ports.interactions.read(one.handle, one.browser.session);
    if (stored === null) throw new OAuthError('interaction.unknown');
    requireOpen(stored);
    return again(one);
  }

  private async consentPage(one: Case, person: PersonView): Promise<InteractionReply> {
    const page = await deviceConsentPage(one, person, one.browser, this.ports.directory);
    return { kind: 'step', interaction: one.handle, page, formTargets: [], uiLocales: [], ...one.cookies };
  }

  private async begun(open: OpenInteraction): Promise<Begun> {
    const { clientId } = open.stored;
    const client = clientId === null ? null : await this.ports.directory.client(clientId);
    if (client === null || !client.enabled || !client.grantTypes.includes(DEVICE_CODE_GRANT_TYPE)) throw new OAuthError('interaction.client_gone');
    return { ...open, client };
  }

  private async caseOf(begun: Begun): Promise<Case> {
    const device = await this.ports.devices.show(StoredRequest.parse(begun.stored.request).deviceAuthorization);
    if (device === null) throw new OAuthError('interaction.expired');
    return { ...begun, device };
  }
}

/** The page this interaction is at, as long as its request waits. */
function stepOf({ stored }: OpenInteraction): 'password' | 'device-consent' {
  return nextStep(stored.session?.signedIn ?? null, stepsOf(stored));
}

function passwordPage({ handle: interaction, client, cookies }: Begun, problem: Again | null): InteractionReply {
  const { problem: why, identifier, waitSeconds } = problem ?? { problem: null, identifier: null, waitSeconds: null };
  const page: StepPage = { step: 'password', client: clientView(client), person: null, problem: why, identifier, waitSeconds };
  return { kind: 'step', interaction, page, formTargets: [], uiLocales: [], ...cookies };
}

/** What was done, and is not undone by what came later: who asks for another account after signing in means it. */
function stepsOf({ steps }: OpenInteraction['stored']): DeviceVerificationSteps {
  const { password, 'select-account': selected } = steps;
  const isUndone = password !== undefined && selected !== undefined && password.doneAt < selected.doneAt;
  return {
    ...(password === undefined || isUndone ? {} : { password }),
    ...(selected === undefined ? {} : { 'select-account': { accountId: selected.accountId, choice: selected.detail.choice } }),
  };
}

/** To the interaction's own address, by GET. */
function again({ handle, cookies }: OpenInteraction): InteractionReply {
  return { kind: 'continue', interaction: handle, ...cookies };
}

function result({ client, cookies }: Pick<Case, 'client' | 'cookies'>, outcome: DeviceOutcome): InteractionReply {
  return { kind: 'device', outcome, client: clientView(client), ...cookies };
}

function ended(outcome: 'approved_before' | 'denied_before' | 'expired' | 'unknown'): DeviceOutcome {
  return outcome === 'unknown' ? 'expired' : outcome;
}
