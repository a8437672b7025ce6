import { BackchannelAuthenticationDecided, RecordAuthenticatedGrant, RecordGrant } from '@tessera/contracts';
import type { CallContext, ServiceClient } from '@tessera/messaging';
import type { ApprovalAnswer, ApprovalOutcome, PersonAuthentication } from '@tessera/protocol/backchannel-authentication';
import type { GrantRecorded } from '@tessera/protocol/grant';
import type { AccountId } from '@tessera/vocabulary';
import type { Decision, FoundRequest, SqlApprovals } from './sql-approvals.js';

/** Who answers: the addressed person on our page, by their session; or the deployment's own authenticator, for them. */
export type AnsweredBy =
  | { readonly accountId: AccountId; readonly session: string }
  | { readonly accountId: AccountId; readonly authentication: PersonAuthentication };

/** What decisions stand on. */
export interface DecisionPorts {
  readonly approvals: SqlApprovals;
  readonly services: Pick<ServiceClient, 'call' | 'publish'>;
  /** Said after a decision that has to be told to somebody. */
  readonly deliveryWritten: () => void;
}

/** Turns an answer into a decision (CIBA Core §8, CIB-5), wherever it was given: one conditional statement, and the first one wins. */
export class ApprovalDecisions {
  constructor(private readonly ports: DecisionPorts) {}

  /** @throws {Outage}. */
  async decide(found: FoundRequest, answer: ApprovalAnswer, by: AnsweredBy, call: CallContext): Promise<ApprovalOutcome> {
    const { accountId } = by;
    const { id, number } = found;
    const person = 'session' in by ? 'person' : 'authenticator';
    // Whether or not there is something left to deny.
    if (answer.answer === 'silence') await this.ports.approvals.silence(accountId, found.clientId);
    if (!found.waits) return decidedBefore(found, answer);
    switch (answer.answer) {
      case 'deny':
        return await this.store({ id, accountId, grantId: null, why: person }, 'denied');
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
  private async approve(found: FoundRequest, by: AnsweredBy, call: CallContext): Promise<ApprovalOutcome> {
    const recorded = await this.record(found, by, call);
    if (recorded.outcome === 'refused') return recorded.why === 'not_possible' ? 'not_possible' : 'gone';
    return await this.store({ id: found.id, accountId: by.accountId, grantId: recorded.grantId, why: 'session' in by ? 'person' : 'authenticator' }, 'approved');
  }

  private async record({ id, clientId, authority, confirmation }: FoundRequest, by: AnsweredBy, call: CallContext): Promise<GrantRecorded> {
    const { accountId } = by;
    const offline = authority.scope.includes('offline_access');
    const recording = { requestId: `ciba:${id}`, accountId, clientId, authority, offline, confirmation };
    if ('session' in by) return await this.ports.services.call(RecordGrant, { ...recording, session: by.session }, call);
    return await this.ports.services.call(RecordAuthenticatedGrant, { ...recording, authentication: by.authentication }, call);
  }

  /** Committed first; what is said of it are hints (decision 6). */
  private async store(decision: Decision, outcome: ApprovalOutcome): Promise<ApprovalOutcome> {
    const decided = await this.ports.approvals.decide(decision);
    if (decided === null) return 'gone';
    this.ports.services.publish(BackchannelAuthenticationDecided, { request: decision.id });
    if (decided.told) this.ports.deliveryWritten();
    return outcome;
  }
}

/** The same answer again, because the first one's was lost, is answered as then (F05); any other comes too late. */
function decidedBefore({ state }: FoundRequest, { answer }: ApprovalAnswer): ApprovalOutcome {
  if ((answer === 'approve' || answer === 'pick') && (state === 'approved' || state === 'redeemed')) return 'approved';
  if (answer === 'silence') return 'silenced';
  return answer === 'deny' && state === 'denied' ? 'denied' : 'gone';
}
