import type { QueryRunner } from '@tessera/database';
import { Confirmation } from '@tessera/protocol/access-token';
import { DeviceAuthorizationRequest } from '@tessera/protocol/device-authorization';
import { requireTeamRight, TeamBinding } from '@tessera/protocol/team-request';
import { AccountId, Authority, ClientId, type GrantId, OAuthError, type TeamName, type TeamRight } from '@tessera/vocabulary';
import { z } from 'zod';

const State = z.enum(['pending', 'approved', 'denied', 'redeemed', 'expired', 'cancelled']);
/** How far a request has come. */
export type RequestState = z.infer<typeof State>;

const common = {
  id: z.uuid(),
  clientId: ClientId,
  confirmation: Confirmation.nullable(),
  state: State,
  createdAt: z.number(),
  expiresAt: z.number(),
  decidedAt: z.number().nullable(),
};
const BackchannelRow = z.object({
  ...common,
  accountId: AccountId,
  authority: Authority,
  number: z.number().int().nullable(),
  bindingMessage: z.string().nullable(),
  deliveryMode: z.enum(['poll', 'ping', 'push']),
});
const DeviceRow = z.object({ ...common, userCode: z.string(), request: DeviceAuthorizationRequest, sourceAddress: z.string() });
const ToldRow = z.object({ told: z.boolean() });

/** A backchannel request of a client of the team. */
export type TeamBackchannelRequest = z.infer<typeof BackchannelRow>;
/** A device authorization of a client of the team. */
export type TeamDeviceRequest = z.infer<typeof DeviceRow>;

/** Teams and the requests of their clients, in PostgreSQL. */
export class SqlTeamRequests {
  constructor(private readonly queries: QueryRunner) {}

  /**
   * The team, as it is declared at this moment.
   *
   * @throws {OAuthError} `team_request.not_declared`, `.right_missing`. @throws {Outage}
   */
  async team(name: TeamName, right: TeamRight): Promise<TeamBinding> {
    const [row] = await this.queries.run('find-team', [name]);
    return requireTeamRight(row === undefined ? null : TeamBinding.parse(row), right);
  }

  /** @throws {OAuthError} `team_request.unknown`, for anybody else's as well. @throws {Outage} */
  async backchannel({ clientIds }: TeamBinding, id: string): Promise<TeamBackchannelRequest> {
    const [row] = await this.queries.run('find-backchannel-request-of-clients', [id, clientIds]);
    if (row === undefined) throw new OAuthError('team_request.unknown', { request: id });
    return BackchannelRow.parse(row);
  }

  /** @throws {OAuthError} `team_request.unknown`, for anybody else's as well. @throws {Outage} */
  async device({ clientIds }: TeamBinding, id: string): Promise<TeamDeviceRequest> {
    const [row] = await this.queries.run('find-device-authorization-of-clients', [id, clientIds]);
    if (row === undefined) throw new OAuthError('team_request.unknown', { request: id });
    return DeviceRow.parse(row);
  }

  /** Null when there was nothing left to cancel; else whether the client has to be told. */
  async cancelBackchannel({ name, clientIds }: TeamBinding, id: string): Promise<{ readonly told: boolean } | null> {
    const [row] = await this.queries.run('cancel-backchannel-request', [id, clientIds, name]);
    return row === undefined ? null : ToldRow.parse(row);
  }

  /** False when there was nothing left to cancel. */
  async cancelDevice({ name, clientIds }: TeamBinding, id: string): Promise<boolean> {
    return (await this.queries.run('cancel-device-authorization', [id, clientIds, name])).length > 0;
  }

  /** DEV-6: false when this decision was not the first, or came too late. */
  async decideDevice(team: TeamName, id: string, approved: { readonly accountId: AccountId; readonly grantId: GrantId } | null): Promise<boolean> {
    const rows = await this.queries.run('decide-device-authorization', [id, approved?.accountId ?? null, approved?.grantId ?? null, team]);
    return rows.length > 0;
  }
}
