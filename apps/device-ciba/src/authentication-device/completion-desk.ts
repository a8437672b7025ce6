import type { CallContext } from '@tessera/messaging';
import { type ApprovalReport, completionReply, readApprovalReport } from '@tessera/protocol/backchannel-authentication';
import { type EndpointReply, ok } from '@tessera/protocol/edge';
import { type Clock, OAuthError } from '@tessera/vocabulary';
import type { ApprovalDecisions } from './approval-decisions.js';
import type { SqlApprovals } from './sql-approvals.js';

/** What completions stand on. */
export interface CompletionPorts {
  readonly approvals: Pick<SqlApprovals, 'findByHandle'>;
  readonly decisions: Pick<ApprovalDecisions, 'decide'>;
  /** What the deployment's own authenticator signs with; null where it may not answer. */
  readonly secret: Uint8Array | null;
  readonly clock: Pick<Clock, 'epochSeconds'>;
}

/**
 * What people answered on the deployment's own authenticator (CIBA Core §8). It is believed for its signature; from there on an answer
 * is what it is in the inbox, and races with that one.
 */
export class CompletionDesk {
  constructor(private readonly ports: CompletionPorts) {}

  /** @throws {OAuthError} of the `approval_completion` reasons. @throws {Outage}. */
  async answer(report: ApprovalReport, call: CallContext): Promise<EndpointReply> {
    const { secret, approvals, decisions, clock } = this.ports;
    if (secret === null) throw new OAuthError('approval_completion.signature', { problem: 'off' });
    const { approval, answer, authentication } = readApprovalReport(report, secret, clock.epochSeconds());
    const found = await approvals.findByHandle(approval);
    if (found === null) throw new OAuthError('approval_completion.unknown');
    return ok(completionReply(await decisions.decide(found, answer, { accountId: found.accountId, authentication }, call)));
  }
}
