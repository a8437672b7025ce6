import { ShowSignedIn } from '@tessera/contracts';
import type { CallContext, ServiceClient } from '@tessera/messaging';
import {
  type ApprovalChange,
  approvalClientView,
  type ApprovalOutcome,
  type ApprovalsReply,
  type ApprovalsRequest,
  type ApprovalView,
  type EnrolledBrowsers,
} from '@tessera/protocol/backchannel-authentication';
import type { ClientMetadata, ResourceMetadata } from '@tessera/protocol/client';
import type { ClientView } from '@tessera/protocol/interaction';
import { type AccountId, type ClientId, isIdentityScope } from '@tessera/vocabulary';
import { approvalHandle, type DerivationKeys } from '../backchannel-authentication/index.js';
import type { SqlPushSubscriptions } from '../web-push/index.js';
import type { ApprovalDecisions } from './approval-decisions.js';
import type { SqlApprovals, WaitingRequest } from './sql-approvals.js';

/** What the inbox stands on. */
export interface ApprovalPorts {
  readonly approvals: SqlApprovals;
  readonly directory: { client(clientId: string): Promise<ClientMetadata | null>; resource(identifier: string): Promise<ResourceMetadata | null> };
  readonly decisions: Pick<ApprovalDecisions, 'decide'>;
  readonly services: Pick<ServiceClient, 'call'>;
  readonly lease: DerivationKeys;
  /** Null where no browser is told. */
  readonly webPush: { readonly publicKey: string; readonly subscriptions: SqlPushSubscriptions } | null;
}

interface Person {
  readonly accountId: AccountId;
  readonly session: string;
  readonly userAgent: string;
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
    const done = change === null || browser.session === null ? null : await this.change(change, { accountId, session: browser.session, userAgent: browser.userAgent }, call);
    const about = done?.clientId ?? null;
    const [waiting, silenced, push] = await Promise.all([this.waiting(accountId), this.ports.approvals.silencedBy(accountId), this.browsers(accountId)]);
    return {
      kind: 'approvals',
      person,
      waiting,
      silenced: await Promise.all(silenced.map((clientId) => this.clientView(clientId))),
      ...(push === null ? {} : { push }),
      outcome: done?.outcome ?? null,
      client: about === null ? null : await this.clientView(about),
    };
  }

  private async change(change: ApprovalChange, by: Person, call: CallContext): Promise<Done> {
    const { approvals } = this.ports;
    if (change.change === 'enrol' || change.change === 'withdraw') return { outcome: await this.changeBrowsers(change, by), clientId: null };
    if (change.change === 'listen') {
      const listening = await approvals.listen(by.accountId, change.clientId);
      return { outcome: listening ? 'listening' : 'gone', clientId: null };
    }
    const found = await approvals.find(change.approval, by.accountId);
    if (found === null) return { outcome: 'gone', clientId: null };
    return { outcome: await this.ports.decisions.decide(found, change.answer, by, call), clientId: found.clientId };
  }

  private async changeBrowsers(change: Extract<ApprovalChange, { change: 'enrol' | 'withdraw' }>, { accountId, userAgent }: Person): Promise<ApprovalOutcome> {
    const subscriptions = this.ports.webPush?.subscriptions;
    if (subscriptions === undefined) return 'not_enrolled';
    if (change.change === 'enrol') return (await subscriptions.enrol(accountId, change.subscription, userAgent)) ? 'enrolled' : 'not_enrolled';
    await subscriptions.withdraw(accountId, change.browser);
    return 'withdrawn';
  }

  private async browsers(accountId: AccountId): Promise<EnrolledBrowsers | null> {
    const { webPush } = this.ports;
    return webPush === null ? null : { publicKey: webPush.publicKey, browsers: [...(await webPush.subscriptions.of(accountId))] };
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
