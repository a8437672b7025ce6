import { type DynamicModule, Module } from '@nestjs/common';
import { changesModule } from './changes/changes.module.js';
import { introspectionModule } from './introspection/introspection.module.js';
import { revocationModule } from './revocation/revocation.module.js';
import { tokenRequestModule } from './token-request/token-request.module.js';
import type { TokenPorts } from './token-ports.js';

/** Turns a redeemed grant into tokens, and answers for them. */
@Module({})
export class TokenModule {}

/** All features of this service, each with its ports. */
export function tokenModule(ports: TokenPorts): DynamicModule {
  const answering = [tokenRequestModule(ports.tokenRequest), introspectionModule(ports.introspection), revocationModule(ports.revocation)];
  return { module: TokenModule, imports: [...answering, changesModule(ports.copies)] };
}
