import { type DynamicModule, Module } from '@nestjs/common';
import { TOKEN_REQUEST_PORTS, type TokenEndpointPorts, TokenRequestServer } from './token-request.server.js';

/** The token endpoint. */
@Module({ controllers: [TokenRequestServer] })
export class TokenRequestModule {}

/** The token endpoint with what it needs bound to it. */
export function tokenRequestModule(ports: TokenEndpointPorts): DynamicModule {
  return { module: TokenRequestModule, providers: [{ provide: TOKEN_REQUEST_PORTS, useValue: ports }] };
}
