import { RecordVouchedGrant } from '@tessera/contracts';
import type { ServiceClient, TeamCall } from '@tessera/messaging';
import type { Resources } from '@tessera/protocol/access-token';
import type { People } from '@tessera/protocol/backchannel-authentication';
import type { ClientMetadata } from '@tessera/protocol/client';
import { completeVerificationUri, type DeviceFlowPolicy, displayedUserCode, validDeviceAuthorizationRequest } from '@tessera/protocol/device-authorization';
import {
  deviceParameters,
  type DeviceRequestDecision,
  type DeviceRequestSummary,
  type NamedRequest,
  type RequestEnded,
  type StartDeviceRequest,
  type StartedDeviceRequest,
  type TeamBinding,
  vouchedAuthentication,
} from '@tessera/protocol/team-request';
import { type AccountId, type Clock, type GrantId, OAuthError } from '@tessera/vocabulary';
import type { SqlDeviceAuthorizations } from '../device-authorization/index.js';
import type { SqlTeamRequests, TeamDeviceRequest } from './sql-team-requests.js';
import { standing } from './standing.js';
import { usableClient } from './team-backchannel-desk.js';

/** What the desk stands on. */
export interface TeamDevicePorts {
  readonly teams: SqlTeamRequests;
  readonly devices: Pick<SqlDeviceAuthorizations, 'store'>;
  readonly policy: DeviceFlowPolicy;
  readonly resources: Resources;
  readonly people: People<TeamCall>;
  readonly directory: { client(clientId: string): Promise<ClientMetadata | null> };
  readonly services: Pick<ServiceClient, 'call'>;
  readonly clock: Clock;
}

type Approval = Extract<DeviceRequestDecision['decision'], { decision: 'approve' }>;

/** Device authorizations as teams start, see, decide and cancel them. */
export class TeamDeviceDesk {
  constructor(private readonly ports: TeamDevicePorts) {}

  /** @throws {OAuthError} as the endpoint does, and `team_request.*`. @throws {Outage} */
  async start(start: StartDeviceRequest, call: TeamCall): Promise<StartedDeviceRequest> {
    const { teams, devices, policy, resources, directory } = this.ports;
    const team = await teams.team(call.team, 'start');
    const client = await usableClient(team, start.clientId, directory);
    const request = await validDeviceAuthorizationRequest(deviceParameters(start), client, resources);
    const { clientId } = client;
    // A team is a source: what it starts is counted together, and never with what devices start.
    const sourceAddress = start.sourceAddress === '' ? `team ${team.name}` : start.sourceAddress;
    const stored = await devices.store({ clientId, request, confirmation: null, sourceAddress, team: team.name }, policy);
    if (stored === null) throw new OAuthError('device_authorization.too_many_waiting', { clientId });
    const userCode = displayedUserCode(stored.userCode);
    const { verificationUri, lifetimeSeconds, intervalSeconds } = policy;
    return {
      request: stored.id,
      deviceCode: stored.deviceCode,
      userCode,
      verificationUri,
      verificationUriComplete: completeVerificationUri(verificationUri, userCode),
      expiresIn: lifetimeSeconds,
      interval: intervalSeconds,
    };
  }

  /** @throws {OAuthError} `team_request.*`. @throws {Outage} */
  async read({ request }: NamedRequest, call: TeamCall): Promise<DeviceRequestSummary> {
    const team = await this.ports.teams.team(call.team, 'read');
    const found = await this.ports.teams.device(team, request);
    const { id, clientId, state, userCode, sourceAddress, createdAt, expiresAt, decidedAt } = found;
    const { scope, resources } = found.request.authority;
    return { request: id, clientId, state, scope: [...scope], resources: [...resources], userCode: displayedUserCode(userCode), sourceAddress, createdAt, expiresAt, decidedAt };
  }

  /** @throws {OAuthError} `team_request.*`. @throws {Outage} */
  async decide({ request, decision }: DeviceRequestDecision, call: TeamCall): Promise<RequestEnded> {
    const team = await this.ports.teams.team(call.team, 'decide');
    const found = await this.ports.teams.device(team, request);
    if (found.state !== 'pending') return standing(found.state, decision.decision === 'approve' ? 'approved' : 'denied');
    return await this.store(team, request, decision.decision === 'deny' ? null : await this.record(team, found, decision, call));
  }

  /** @throws {OAuthError} `team_request.*`. @throws {Outage} */
  async cancel({ request }: NamedRequest, call: TeamCall): Promise<RequestEnded> {
    const { teams } = this.ports;
    const team = await teams.team(call.team, 'cancel');
    const found = await teams.device(team, request);
    if (found.state === 'pending' && (await teams.cancelDevice(team, request))) return { outcome: 'done', state: 'cancelled' };
    return standing((await teams.device(team, request)).state, 'cancelled');
  }

  /** Decision 2: the grant is there before the decision that names it. */
  private async record(team: TeamBinding, found: TeamDeviceRequest, { authentication, person }: Approval, call: TeamCall): Promise<{ accountId: AccountId; grantId: GrantId }> {
    const vouched = vouchedAuthentication(authentication, this.ports.clock.epochSeconds());
    const { id, clientId, confirmation, request } = found;
    const { authority } = request;
    const sought = { clientId, hint: person, sealedUserCode: null, userCodes: false, sourceAddress: '', requestId: call.requestId };
    const meant = await this.ports.people.find(sought, call);
    if (meant.outcome !== 'found') throw new OAuthError('team_request.person_unknown', { request: id, hint: person.kind });
    const { accountId } = meant;
    const offline = authority.scope.includes('offline_access');
    const recorded = await this.ports.services.call(
      RecordVouchedGrant,
      // The person is part of the name: for another one it is another grant, and the one decision says which counts.
      { requestId: `team-device:${id}:${accountId}`, team: team.name, authentication: vouched, accountId, clientId, authority, offline, confirmation },
      call,
    );
    if (recorded.outcome === 'refused') throw new OAuthError('team_request.not_possible', { request: id });
    return { accountId, grantId: recorded.grantId };
  }

  /** The statement of the page: of everybody who decides one is first (DEV-6). */
  private async store(team: TeamBinding, id: string, approved: { readonly accountId: AccountId; readonly grantId: GrantId } | null): Promise<RequestEnded> {
    const { teams } = this.ports;
    const state = approved === null ? 'denied' : 'approved';
    if (await teams.decideDevice(team.name, id, approved)) return { outcome: 'done', state };
    return standing((await teams.device(team, id)).state, state);
  }
}
