import { type DynamicModule, Module } from '@nestjs/common';
import { DeviceVerificationServer } from './device-verification.server.js';
import { SqlDeviceVerification } from './sql-device-verification.js';

/** People with a user code. */
@Module({ controllers: [DeviceVerificationServer] })
export class DeviceVerificationModule {}

/** People with a user code, with where the requests are. */
export function deviceVerificationModule(verification: SqlDeviceVerification): DynamicModule {
  return { module: DeviceVerificationModule, providers: [{ provide: SqlDeviceVerification, useValue: verification }] };
}
