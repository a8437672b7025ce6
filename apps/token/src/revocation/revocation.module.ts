import { type DynamicModule, Module } from '@nestjs/common';
import type { RevocationPorts } from '@tessera/protocol/revocation';
import { REVOCATION_PORTS, RevocationServer } from './revocation.server.js';

/** The revocation endpoint. */
@Module({ controllers: [RevocationServer] })
export class RevocationModule {}

/** The revocation endpoint with what it needs bound to it. */
export function revocationModule(ports: RevocationPorts): DynamicModule {
  return { module: RevocationModule, providers: [{ provide: REVOCATION_PORTS, useValue: ports }] };
}
