import { type DynamicModule, Module } from '@nestjs/common';
import { BACKCHANNEL_AUTHENTICATION, type BackchannelAuthenticationEndpoint, BackchannelAuthenticationServer } from './backchannel-authentication.server.js';

/** Clients that ask for a person who is elsewhere. */
@Module({ controllers: [BackchannelAuthenticationServer] })
export class BackchannelAuthenticationModule {}

/** Clients that ask for a person who is elsewhere, with what they need. */
export function backchannelAuthenticationModule(endpoint: BackchannelAuthenticationEndpoint): DynamicModule {
  return { module: BackchannelAuthenticationModule, providers: [{ provide: BACKCHANNEL_AUTHENTICATION, useValue: endpoint }] };
}
