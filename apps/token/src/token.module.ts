import { type DynamicModule, Module } from '@nestjs/common';
import type { IntrospectionPorts } from '@tessera/protocol/introspection';
import type { RevocationPorts } from '@tessera/protocol/revocation';
import type { TokenRequestPorts } from '@tessera/protocol/token-request';
import { changesModule } from './changes/changes.module.js';
import type { Copies } from './changes/changes.server.js';
import { introspectionModule } from './introspection/introspection.module.js';
import { revocationModule } from './revocation/revocation.module.js';
import { tokenRequestModule } from './token-request/token-request.module.js';

/** Turns a redeemed grant into tokens, and answers for them. */
@Module({})
export class TokenModule {}

/** What the features of this service need, bound. */
export interface TokenPorts {
  readonly tokenRequest: TokenRequestPorts;
  readonly introspection: IntrospectionPorts;
  readonly revocation: RevocationPorts;
  readonly copies: Copies;
}

/** All features of this service with their ports. */
export function tokenModule({ tokenRequest, introspection, revocation, copies }: TokenPorts): DynamicModule {
  const imports = [tokenRequestModule(tokenRequest), introspectionModule(introspection), revocationModule(revocation), changesModule(copies)];
  return { module: TokenModule, imports };
}
