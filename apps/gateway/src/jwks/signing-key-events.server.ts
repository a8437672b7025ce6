import { Controller, type DynamicModule, Inject, Module } from '@nestjs/common';
import { SigningKeyChanged } from '@tessera/contracts';
import { Subscribes } from '@tessera/messaging';

/** What is told that the published keys changed. */
export interface KeyChangeListener {
  refreshNow(): void;
}

const KEY_CHANGE_LISTENER = Symbol('KeyChangeListener');

/** KEY-8: a revoked key leaves our JWKS at once; without the event, at the next refresh of the mirror. */
@Controller()
export class SigningKeyEventsServer {
  constructor(@Inject(KEY_CHANGE_LISTENER) private readonly listener: KeyChangeListener) {}

  @Subscribes(SigningKeyChanged)
  refresh(): void {
    this.listener.refreshNow();
  }
}

/** The events the gateway listens to. */
@Module({ controllers: [SigningKeyEventsServer] })
export class SigningKeyEventsModule {}

/** The events module with its listener bound to it. */
export function signingKeyEventsModule(listener: KeyChangeListener): DynamicModule {
  return { module: SigningKeyEventsModule, providers: [{ provide: KEY_CHANGE_LISTENER, useValue: listener }] };
}
