import { type DynamicModule, Module } from '@nestjs/common';
import { jwksModule } from './jwks/jwks.module.js';
import type { KeyManagement } from './key-management.js';
import { keysModule } from './keys/keys.module.js';
import { leaseModule } from './lease/lease.module.js';
import { rotationModule } from './rotation/rotation.module.js';

@Module({})
class KeyManagementModule {}

/** Everything key-management answers on the bus. */
export function keyManagementModule(parts: KeyManagement): DynamicModule {
  return { module: KeyManagementModule, imports: [keysModule(parts), rotationModule(parts), leaseModule(parts), jwksModule(parts)] };
}
