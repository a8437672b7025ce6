import { type DynamicModule, Module } from '@nestjs/common';
import type { ServedCall } from '@tessera/messaging';
import type { TokenRequestPorts } from '@tessera/protocol/token-request';
import { TOKEN_REQUEST_PORTS, TokenRequestServer } from './token-request.server.js';

/** The token endpoint. */
@Module({ controllers: [TokenRequestServer] })
export class TokenRequestModule {}

/** The token endpoint with what it needs bound to it. */
export function tokenRequestModule(ports: TokenRequestPorts<ServedCall>): DynamicModule {
  return { module: TokenRequestModule, providers: [{ provide: TOKEN_REQUEST_PORTS, useValue: ports }] };
}
