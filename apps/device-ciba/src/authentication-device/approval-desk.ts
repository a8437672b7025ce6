import { BackchannelAuthenticationDecided, RecordGrant, ShowSignedIn } from '@tessera/contracts';
import type { CallContext, ServiceClient } from '@tessera/messaging';
import {
  type ApprovalAnswer,
  type ApprovalChange,
  approvalClientView,
  type ApprovalOutcome,
  type ApprovalsReply,
  type ApprovalsRequest,
  type ApprovalView,
} from '@tessera/protocol/backchannel-authentication';
import type { ClientMetadata, ResourceMetadata } from '@tessera/protocol/client';
import type { ClientView } from '@tessera/protocol/interaction';
import { type AccountId, type ClientId, type GrantId, isIdentityScope } from '@tessera/vocabulary';
import { approvalHandle, type DerivationKeys } from '../backchannel-authentication/index.js';
import type { Decision, FoundRequest, SqlApprovals, WaitingRequest } from './sql-approvals.js';

/** What the inbox stands on. */
export interface ApprovalPorts {
  readonly approvals: SqlApprovals;
  readonly directory: { client(clientId: string): Promise<ClientMetadata | null>; resource(identifier: string): Promise<ResourceMetadata | null> };
  readonly services: Pick<ServiceClient, 'call' | 'publish'>;
  readonly lease: DerivationKeys;
  /** Said after a decision that has to be told to somebody. */
  readonly deliveryWritten: () => void;
}

interface Done {
  readonly outcome: ApprovalOutcome;
  readonly clientId: ClientId | null;
}

/**
 * The approval inbox (CIBA Core §8, CIB-5). Who is signed in is authorization's to say, each time anew, by the session and never by
 * what the page sends; what waits is found by their account alone.
 */
export class ApprovalDesk {
  constructor(private readonly ports: ApprovalPorts) {}

  /** @throws {Outage}. */
  async answer({ browser, change }: ApprovalsRequest, call: CallContext): Promise<ApprovalsReply> {
    const shown = await this.ports.services.call(ShowSignedIn, { browser, leadTo: 'approvals' }, call);
    if (shown.kind === 'continue') return shown;
    const { accountId, person } = shown;
    const done = change === null || browser.session === null ? null : await this.change(change, { accountId, session: browser.session }, call);
    const about = done?.clientId ?? null;
    const [waiting, silenced] = await Promise.all([this.waiting(accountId), this.ports.approvals.silencedBy(accountId)]);
    return {
      kind: 'approvals',
      person,
      waiting,
      silenced: await Promise.all(silenced.map((clientId) => this.clientView(clientId))),
      outcome: done?.outcome ?? null,
      client: about === null ? null : await this.clientView(about),
    };
  }

  private async change(change: ApprovalChange, by: { readonly accountId: AccountId; readonly session: string }, call: CallContext): Promise<Done> {
    const { approvals } = this.ports;
    if (change.change === 'listen') {
      const listening = await approvals.listen(by.accountId, change.clientId);
      return { outcome: listening ? 'listening' : 'gone', clientId: null };
    }
    const found = await approvals.find(change.approval, by.accountId);
    if (found === null) return { outcome: 'gone', clientId: null };
    return { outcome: await this.decide(found, change.answer, by, call), clientId: found.clientId };
  }

  private async decide(found: FoundRequest, answer: ApprovalAnswer, by: { readonly accountId: AccountId; readonly session: string }, call: CallContext): Promise<ApprovalOutcome> {
    const { accountId } = by;
    const { id, number } = found;
    // Whether or not there is something left to deny.
    if (answer.answer === 'silence') await this.ports.approvals.silence(accountId, found.clientId);
    if (!found.waits) return decidedBefore(found, answer);
    switch (answer.answer) {
      case 'deny':
        return await this.store({ id, accountId, grantId: null, why: 'person' }, 'denied');
      case 'silence':
        return await this.store({ id, accountId, grantId: null, why: 'silenced' }, 'silenced');
      case 'approve':
        return number === null ? await this.approve(found, by, call) : 'needs_number';
      case 'pick':
        // One try: whoever guesses has to begin anew, and so does whoever had them guess.
        if (number !== answer.number) return await this.store({ id, accountId, grantId: null, why: 'wrong-number' }, 'wrong_number');
        return await this.approve(found, by, call);
    }
  }

  /** Decision 2: the grant is there before the decision that names it. */
  private async approve(found: FoundRequest, { accountId, session }: { readonly accountId: AccountId; readonly session: string }, call: CallContext): Promise<ApprovalOutcome> {
    const { id, clientId, authority, confirmation } = found;
    const offline = authority.scope.includes('offline_access');
    const requestId = `ciba:${id}`;
    const recorded = await this.ports.services.call(RecordGrant, { requestId, session, accountId, clientId, authority, offline, confirmation }, call);
    if (recorded.outcome === 'refused') return recorded.why === 'not_possible' ? 'not_possible' : 'gone';
    return await this.store({ id, accountId, grantId: recorded.grantId satisfies GrantId, why: 'person' }, 'approved');
  }

  /** Committed first; what is said of it are hints (decision 6). */
  private async store(decision: Decision, outcome: ApprovalOutcome): Promise<ApprovalOutcome> {
    const decided = await this.ports.approvals.decide(decision);
    if (decided === null) return 'gone';
    this.ports.services.publish(BackchannelAuthenticationDecided, { request: decision.id });
    if (decided.told) this.ports.deliveryWritten();
    return outcome;
  }

  private async waiting(accountId: AccountId): Promise<ApprovalView[]> {
    const rows = await this.ports.approvals.waitingFor(accountId);
    const views = await Promise.all(rows.map((row) => this.view(row)));
    return views.filter((view) => view !== null);
  }

  private async view({ id, kid, clientId, authority, bindingMessage, choices, requestedAt, secondsLeft }: WaitingRequest): Promise<ApprovalView | null> {
    const approval = approvalHandle(this.ports.lease, id, kid);
    if (approval === null) return null;
    const resources = (await Promise.all(authority.resources.map((one) => this.ports.directory.resource(one)))).filter((one) => one !== null);
    const scope = authority.scope.map((one) => ({
      scope: one,
      resource: isIdentityScope(one) ? null : (resources.find((resource) => resource.scope.includes(one))?.name ?? null),
    }));
    return { approval, client: await this.clientView(clientId), scope, bindingMessage, choices, requestedAt, secondsLeft };
  }

  private async clientView(clientId: string): Promise<ClientView> {
    return approvalClientView(clientId, await this.ports.directory.client(clientId));
  }
}

/** The same answer again, because the first one's was lost, is answered as then (F05); any other comes too late. */
function decidedBefore({ state }: FoundRequest, { answer }: ApprovalAnswer): ApprovalOutcome {
  if ((answer === 'approve' || answer === 'pick') && (state === 'approved' || state === 'redeemed')) return 'approved';
  if (answer === 'silence') return 'silenced';
  return answer === 'deny' && state === 'denied' ? 'denied' : 'gone';
}
