import { type DynamicModule, Module } from '@nestjs/common';
import { approvalsModule } from './authentication-device/index.js';
import { backchannelAuthenticationModule } from './backchannel-authentication/index.js';
import { changesModule } from './changes/index.js';
import { deliveryModule } from './client-notification/delivery.module.js';
import { deviceAuthorizationModule } from './device-authorization/index.js';
import { deviceVerificationModule } from './device-verification/index.js';
import type { DeviceCibaParts } from './parts.js';
import { teamRequestsModule } from './team-requests/index.js';

/** Decoupled flows: the user is elsewhere. Each flow is a module of its own and is imported here. */
@Module({})
export class DeviceCibaModule {}

/** All features of this service with what they need. */
export function deviceCibaModule(parts: DeviceCibaParts): DynamicModule {
  const imports = [
    deviceAuthorizationModule(parts.deviceAuthorization),
    deviceVerificationModule(parts.deviceVerification),
    backchannelAuthenticationModule(parts.backchannelAuthentication),
    approvalsModule(parts.approvals, parts.completions),
    teamRequestsModule(parts.teamRequests),
    deliveryModule(parts.deliveries),
    changesModule(parts.copies),
  ];
  return { module: DeviceCibaModule, imports };
}
