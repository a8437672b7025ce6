import { type DynamicModule, Module } from '@nestjs/common';
import type { IntrospectionPorts } from '@tessera/protocol/introspection';
import { INTROSPECTION_PORTS, IntrospectionServer } from './introspection.server.js';

/** The introspection endpoint. */
@Module({ controllers: [IntrospectionServer] })
export class IntrospectionModule {}

/** The introspection endpoint with what it needs bound to it. */
export function introspectionModule(ports: IntrospectionPorts): DynamicModule {
  return { module: IntrospectionModule, providers: [{ provide: INTROSPECTION_PORTS, useValue: ports }] };
}
