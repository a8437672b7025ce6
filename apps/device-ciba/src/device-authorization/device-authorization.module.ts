import { type DynamicModule, Module } from '@nestjs/common';
import { DEVICE_AUTHORIZATION, type DeviceAuthorizationEndpoint, DeviceAuthorizationServer } from './device-authorization.server.js';

/** Devices that ask for access. */
@Module({ controllers: [DeviceAuthorizationServer] })
export class DeviceAuthorizationModule {}

/** Devices that ask for access, with what they need. */
export function deviceAuthorizationModule(endpoint: DeviceAuthorizationEndpoint): DynamicModule {
  return { module: DeviceAuthorizationModule, providers: [{ provide: DEVICE_AUTHORIZATION, useValue: endpoint }] };
}
