import { type DynamicModule, Module } from '@nestjs/common';
import { changesModule } from './changes/changes.module.js';
import { frontChannelTokensModule } from './front-channel-tokens/front-channel-tokens.module.js';
import { pushedTokensModule } from './ciba-grant/pushed-tokens.module.js';
import { introspectionModule } from './introspection/introspection.module.js';
import { replayLedgerModule } from './replay-ledger/index.js';
import { revocationModule } from './revocation/revocation.module.js';
import { tokenRequestModule } from './token-request/token-request.module.js';
import type { TokenPorts } from './token-ports.js';
import { userinfoModule } from './userinfo/userinfo.module.js';

/** Turns a redeemed grant into tokens, and answers for them. */
@Module({})
export class TokenModule {}

/** All features of this service, each with its ports. */
export function tokenModule(ports: TokenPorts): DynamicModule {
  const issuing = [tokenRequestModule(ports.tokenRequest), frontChannelTokensModule(ports.frontChannel)];
  const answering = [introspectionModule(ports.introspection), revocationModule(ports.revocation), userinfoModule(ports.userinfo)];
  return { module: TokenModule, imports: [...issuing, ...answering, replayLedgerModule(ports.assertions), changesModule(ports.copies), pushedTokensModule(ports.pushedTokens)] };
}
