import { type DynamicModule, Module } from '@nestjs/common';
import type { KeyManagement } from '../key-management.js';
import { KeyLeasing } from './key-leasing.js';
import { LeaseServer } from './lease.server.js';

@Module({ controllers: [LeaseServer] })
class LeaseModule {}

/** The leases of private keys. */
export function leaseModule({ leasing }: KeyManagement): DynamicModule {
  return { module: LeaseModule, providers: [{ provide: KeyLeasing, useValue: leasing }] };
}
