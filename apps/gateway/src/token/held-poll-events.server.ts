import { Controller, type DynamicModule, Inject, Module } from '@nestjs/common';
import { BackchannelAuthenticationDecided } from '@tessera/contracts';
import { Subscribes } from '@tessera/messaging';
import { HeldPolls } from './held-polls.js';

/** Decisions of people, for the polls this process holds. */
@Controller()
export class HeldPollEventsServer {
  constructor(@Inject(HeldPolls) private readonly polls: HeldPolls) {}

  @Subscribes(BackchannelAuthenticationDecided)
  decided({ request }: { readonly request: string }): void {
    this.polls.decided(request);
  }
}

/** The events held polls wait for. */
@Module({ controllers: [HeldPollEventsServer] })
export class HeldPollEventsModule {}

/** The events held polls wait for, bound to them. */
export function heldPollEventsModule(polls: HeldPolls): DynamicModule {
  return { module: HeldPollEventsModule, providers: [{ provide: HeldPolls, useValue: polls }] };
}
