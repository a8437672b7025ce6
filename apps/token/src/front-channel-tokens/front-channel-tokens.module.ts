import { type DynamicModule, Module } from '@nestjs/common';
import type { FrontChannelPorts } from '@tessera/protocol/front-channel-tokens';
import { FRONT_CHANNEL_PORTS, FrontChannelTokensServer } from './front-channel-tokens.server.js';

/** The tokens of authorization responses. */
@Module({ controllers: [FrontChannelTokensServer] })
export class FrontChannelTokensModule {}

/** The tokens of authorization responses, with what they need bound to it. */
export function frontChannelTokensModule(ports: FrontChannelPorts): DynamicModule {
  return { module: FrontChannelTokensModule, providers: [{ provide: FRONT_CHANNEL_PORTS, useValue: ports }] };
}
