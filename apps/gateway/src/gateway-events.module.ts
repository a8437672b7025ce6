import { type DynamicModule, Module } from '@nestjs/common';
import { type KeyChangeListener, signingKeyEventsModule } from './jwks/signing-key-events.server.js';
import { heldPollEventsModule } from './token/held-poll-events.server.js';
import type { HeldPolls } from './token/held-polls.js';

/** The events the gateway listens to. */
@Module({})
export class GatewayEventsModule {}

/** The events the gateway listens to, each with its listener. */
export function gatewayEventsModule(keys: KeyChangeListener, polls: HeldPolls): DynamicModule {
  return { module: GatewayEventsModule, imports: [signingKeyEventsModule(keys), heldPollEventsModule(polls)] };
}
