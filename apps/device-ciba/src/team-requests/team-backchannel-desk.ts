import { BackchannelAuthenticationDecided, RecordVouchedGrant } from '@tessera/contracts';
import type { ServiceClient, TeamCall } from '@tessera/messaging';
import { beginBackchannelAuthentication, type BackchannelAuthenticationPolicy, type BackchannelAuthenticationPorts } from '@tessera/protocol/backchannel-authentication';
import type { ClientMetadata } from '@tessera/protocol/client';
import {
  type BackchannelDecision,
  type BackchannelRequestView,
  backchannelParameters,
  type NamedRequest,
  type RequestEnded,
  requireOwnClient,
  type StartBackchannelRequest,
  type StartedBackchannelRequest,
  type TeamBinding,
  vouchedAuthentication,
} from '@tessera/protocol/team-request';
import { type Clock, OAuthError } from '@tessera/vocabulary';
import type { Decision, SqlApprovals } from '../authentication-device/index.js';
import type { SqlTeamRequests, TeamBackchannelRequest } from './sql-team-requests.js';
import { standing } from './standing.js';

/** What the desk stands on. */
export interface TeamBackchannelPorts {
  readonly teams: SqlTeamRequests;
  readonly approvals: Pick<SqlApprovals, 'decide'>;
  readonly begin: Omit<BackchannelAuthenticationPorts<TeamCall>, 'authenticate'>;
  readonly policy: BackchannelAuthenticationPolicy;
  readonly directory: { client(clientId: string): Promise<ClientMetadata | null> };
  readonly services: Pick<ServiceClient, 'call' | 'publish'>;
  /** Said after something was written that has to be told to somebody. */
  readonly deliveryWritten: () => void;
  readonly clock: Clock;
}

type Approval = Extract<BackchannelDecision['decision'], { decision: 'approve' }>;

/** Backchannel authentication requests as teams start, see, decide and cancel them. */
export class TeamBackchannelDesk {
  constructor(private readonly ports: TeamBackchannelPorts) {}

  /** @throws {OAuthError} as the endpoint does, and `team_request.*`. @throws {Outage} */
  async start(start: StartBackchannelRequest, call: TeamCall): Promise<StartedBackchannelRequest> {
    const { teams, begin, policy } = this.ports;
    const team = await teams.team(call.team, 'start');
    const client = await usableClient(team, start.clientId, this.ports.directory);
    const asked = { sourceAddress: start.sourceAddress, requestId: call.requestId };
    const { id, authReqId, request, numbers } = await beginBackchannelAuthentication({ client, form: backchannelParameters(start), asked, team: team.name }, begin, policy, call);
    return {
      request: id,
      authReqId,
      expiresIn: request.lifetimeSeconds,
      interval: request.deliveryMode === 'push' ? null : policy.intervalSeconds,
      number: numbers?.number ?? null,
    };
  }

  /** @throws {OAuthError} `team_request.*`. @throws {Outage} */
  async read({ request }: NamedRequest, call: TeamCall): Promise<BackchannelRequestView> {
    const team = await this.ports.teams.team(call.team, 'read');
    const { id, authority, number, clientId, state, bindingMessage, deliveryMode, createdAt, expiresAt, decidedAt } = await this.ports.teams.backchannel(team, request);
    const { scope, resources } = authority;
    return { request: id, clientId, state, scope: [...scope], resources: [...resources], bindingMessage, deliveryMode, numberMatching: number !== null, createdAt, expiresAt, decidedAt };
  }

  /** @throws {OAuthError} `team_request.*`. @throws {Outage} */
  async decide({ request, decision }: BackchannelDecision, call: TeamCall): Promise<RequestEnded> {
    const team = await this.ports.teams.team(call.team, 'decide');
    const found = await this.ports.teams.backchannel(team, request);
    if (found.state !== 'pending') return standing(found.state, decision.decision === 'approve' ? 'approved' : 'denied');
    if (decision.decision === 'deny') return await this.store(team, found, { grantId: null, why: 'team' });
    return await this.approve(team, found, decision, call);
  }

  /** @throws {OAuthError} `team_request.*`. @throws {Outage} */
  async cancel({ request }: NamedRequest, call: TeamCall): Promise<RequestEnded> {
    const { teams } = this.ports;
    const team = await teams.team(call.team, 'cancel');
    const found = await teams.backchannel(team, request);
    const cancelled = found.state === 'pending' ? await teams.cancelBackchannel(team, request) : null;
    if (cancelled === null) return standing((await teams.backchannel(team, request)).state, 'cancelled');
    this.tell(request, cancelled.told);
    return { outcome: 'done', state: 'cancelled' };
  }

  /** Decision 2: the grant is there before the decision that names it. */
  private async approve(team: TeamBinding, found: TeamBackchannelRequest, { authentication, number }: Approval, call: TeamCall): Promise<RequestEnded> {
    const vouched = vouchedAuthentication(authentication, this.ports.clock.epochSeconds());
    const { id, clientId, accountId, authority, confirmation } = found;
    if (found.number !== null && number === undefined) throw new OAuthError('team_request.number_required', { request: id });
    // One try: whoever guesses has to begin anew, and so does whoever had them guess.
    if (found.number !== null && number !== found.number) return await this.store(team, found, { grantId: null, why: 'wrong-number' });
    const offline = authority.scope.includes('offline_access');
    const recorded = await this.ports.services.call(
      RecordVouchedGrant,
      { requestId: `team-ciba:${id}`, team: team.name, authentication: vouched, accountId, clientId, authority, offline, confirmation },
      call,
    );
    if (recorded.outcome === 'refused') throw new OAuthError('team_request.not_possible', { request: id });
    return await this.store(team, found, { grantId: recorded.grantId, why: 'team' });
  }

  /** The statement of the inbox: of everybody who decides one is first (CIB-5). */
  private async store(team: TeamBinding, { id, accountId }: TeamBackchannelRequest, decision: Pick<Decision, 'grantId' | 'why'>): Promise<RequestEnded> {
    const state = decision.grantId === null ? 'denied' : 'approved';
    const decided = await this.ports.approvals.decide({ id, accountId, team: team.name, ...decision });
    if (decided === null) return standing((await this.ports.teams.backchannel(team, id)).state, state);
    this.tell(id, decided.told);
    return { outcome: 'done', state };
  }

  /** Committed first; what is said of it are hints (decision 6). */
  private tell(request: string, told: boolean): void {
    this.ports.services.publish(BackchannelAuthenticationDecided, { request });
    if (told) this.ports.deliveryWritten();
  }
}

/** A client that is not there, or out of use, is as one that is not the team's. */
export async function usableClient(team: TeamBinding, clientId: string, directory: TeamBackchannelPorts['directory']): Promise<ClientMetadata> {
  const client = await directory.client(requireOwnClient(team, clientId));
  if (client === null || !client.enabled) throw new OAuthError('team_request.client_not_bound', { team: team.name, clientId });
  return client;
}
