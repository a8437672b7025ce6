import { SqlApprovals } from './authentication-device/index.js';
import type { BackchannelAuthenticationEndpoint } from './backchannel-authentication/index.js';
import { announceDeliveries } from './client-notification/announce-deliveries.js';
import type { DeviceAuthorizationEndpoint } from './device-authorization/index.js';
import type { DeviceCibaFoundation } from './foundation.js';
import { BusPeople } from './backchannel-authentication/index.js';
import { SqlTeamRequests, TeamBackchannelDesk, TeamDeviceDesk } from './team-requests/index.js';

/** What internal teams ask for. */
export interface TeamRequestParts {
  readonly backchannel: TeamBackchannelDesk;
  readonly device: TeamDeviceDesk;
}

/** Binds it to the two flows, whose rules and rows are the same whoever starts one. */
export function teamRequestParts(
  { queries, directory, services, clock, logger }: DeviceCibaFoundation,
  flows: { readonly backchannel: BackchannelAuthenticationEndpoint; readonly device: DeviceAuthorizationEndpoint },
): TeamRequestParts {
  const teams = new SqlTeamRequests(queries);
  const people = new BusPeople(services);
  return {
    backchannel: new TeamBackchannelDesk({
      teams,
      approvals: new SqlApprovals(queries),
      begin: { ...flows.backchannel.ports, people },
      policy: flows.backchannel.policy,
      directory,
      services,
      deliveryWritten: () => announceDeliveries(services, logger),
      clock,
    }),
    device: new TeamDeviceDesk({
      teams,
      devices: flows.device.ports.devices,
      policy: flows.device.policy,
      resources: flows.device.ports.resources,
      people,
      directory,
      services,
      clock,
    }),
  };
}
