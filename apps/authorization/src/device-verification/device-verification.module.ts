import { type DynamicModule, Module } from '@nestjs/common';
import { DeviceVerificationServer } from './device-verification.server.js';
import { UserCodeEntering } from './user-code-entry.js';

/** People who enter a user code. */
@Module({ controllers: [DeviceVerificationServer] })
export class DeviceVerificationModule {}

/** People who enter a user code, with what finds their device. */
export function deviceVerificationModule(entering: UserCodeEntering): DynamicModule {
  return { module: DeviceVerificationModule, providers: [{ provide: UserCodeEntering, useValue: entering }] };
}
