import type { DeliveryDesk } from '@tessera/protocol/delivery';
import { DEVICE_VERIFICATION_PATH } from '@tessera/protocol/edge';
import { POLL_INTERVAL_SECONDS_DEFAULT } from '@tessera/vocabulary';
import type { ApprovalDesk, CompletionDesk } from './authentication-device/index.js';
import type { BackchannelAuthenticationEndpoint } from './backchannel-authentication/index.js';
import { backchannelParts } from './backchannel-parts.js';
import type { Copies } from './changes/index.js';
import { authenticator, clientAuthenticationPorts } from './client-authentication/index.js';
import { type DeviceAuthorizationEndpoint, SqlDeviceAuthorizations } from './device-authorization/index.js';
import { SqlDeviceVerification } from './device-verification/index.js';
import type { DeviceCibaFoundation } from './foundation.js';
import { type TeamRequestParts, teamRequestParts } from './team-parts.js';
import { Upkeep } from './upkeep.js';

/** What the features of this service need, bound. */
export interface DeviceCibaParts {
  readonly deviceAuthorization: DeviceAuthorizationEndpoint;
  readonly deviceVerification: SqlDeviceVerification;
  readonly backchannelAuthentication: BackchannelAuthenticationEndpoint;
  readonly approvals: ApprovalDesk;
  readonly completions: CompletionDesk;
  readonly teamRequests: TeamRequestParts;
  readonly deliveries: DeliveryDesk;
  readonly copies: Copies;
}

/** Binds the features of this service to what it stands on. */
export function deviceCibaParts(on: DeviceCibaFoundation): DeviceCibaParts & { readonly upkeep: Upkeep } {
  const { queries, directory, lease, policy, clock, logger } = on;
  const authentication = clientAuthenticationPorts(on);
  const authenticateAt = authenticator(policy.issuer, authentication);
  const backchannel = backchannelParts(on, authentication);
  const deviceAuthorization: DeviceAuthorizationEndpoint = {
    ports: {
      authenticate: authenticateAt('deviceAuthorization'),
      resources: { find: (identifier) => directory.resource(identifier) },
      devices: new SqlDeviceAuthorizations(queries),
    },
    policy: {
      lifetimeSeconds: policy.deviceCodeLifetimeSeconds,
      intervalSeconds: POLL_INTERVAL_SECONDS_DEFAULT,
      waitingPerClient: policy.deviceCodesPerClient,
      waitingPerSource: policy.deviceCodesPerSource,
      verificationUri: `${policy.issuer}${DEVICE_VERIFICATION_PATH}`,
    },
  };
  return {
    deviceAuthorization,
    deviceVerification: new SqlDeviceVerification(queries, { perSource: policy.userCodeFailuresPerSource }),
    ...backchannel,
    teamRequests: teamRequestParts(on, { backchannel: backchannel.backchannelAuthentication, device: deviceAuthorization }),
    copies: { metadataChanged: () => directory.pollNow(), keysChanged: () => lease.renewNow() },
    upkeep: new Upkeep(queries, { clock, logger }),
  };
}
