import { type DynamicModule, Module } from '@nestjs/common';
import { EndSessionEndpoint } from './end-session-endpoint.js';
import { EndSessionServer } from './end-session.server.js';

/** Logout that a client asks for. */
@Module({ controllers: [EndSessionServer] })
export class EndSessionModule {}

/** Logout, with what it stands on. */
export function endSessionModule(endpoint: EndSessionEndpoint): DynamicModule {
  return { module: EndSessionModule, providers: [{ provide: EndSessionEndpoint, useValue: endpoint }] };
}
