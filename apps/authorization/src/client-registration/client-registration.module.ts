import { type DynamicModule, Module } from '@nestjs/common';
import { ClientRegistrationServer } from './client-registration.server.js';
import { ClientRegistrations } from './client-registrations.js';
import { InitialAccessTokens } from './initial-access-tokens.js';
import { RegisteredClientStates } from './registered-client-states.js';

/** Clients that register themselves. */
@Module({ controllers: [ClientRegistrationServer] })
export class ClientRegistrationModule {}

/** What this feature needs, bound. */
export interface ClientRegistrationParts {
  readonly registrations: ClientRegistrations;
  readonly tokens: InitialAccessTokens;
  readonly states: RegisteredClientStates;
}

/** Clients that register themselves, with what keeps them. */
export function clientRegistrationModule({ registrations, tokens, states }: ClientRegistrationParts): DynamicModule {
  const providers = [
    { provide: ClientRegistrations, useValue: registrations },
    { provide: InitialAccessTokens, useValue: tokens },
    { provide: RegisteredClientStates, useValue: states },
  ];
  return { module: ClientRegistrationModule, providers };
}
