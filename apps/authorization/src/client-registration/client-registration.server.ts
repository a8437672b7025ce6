import { Controller, Inject } from '@nestjs/common';
import {
  AddInitialAccessToken,
  ChangeClientState,
  ClientConfigurationEndpoint,
  ClientRegistrationEndpoint,
  ListInitialAccessTokens,
  RevokeInitialAccessToken,
} from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { z } from 'zod';
import { ClientRegistrations } from './client-registrations.js';
import { InitialAccessTokens } from './initial-access-tokens.js';
import { RegisteredClientStates } from './registered-client-states.js';

/** The registration endpoint, the client configuration endpoints, and the operator's tokens. */
@Controller()
export class ClientRegistrationServer {
  constructor(
    @Inject(ClientRegistrations) private readonly registrations: ClientRegistrations,
    @Inject(InitialAccessTokens) private readonly tokens: InitialAccessTokens,
    @Inject(RegisteredClientStates) private readonly states: RegisteredClientStates,
  ) {}

  @Serves(ClientRegistrationEndpoint)
  register({ edge, metadata }: z.output<typeof ClientRegistrationEndpoint.request>) {
    return this.registrations.register(edge, metadata);
  }

  @Serves(ClientConfigurationEndpoint)
  configure({ edge, clientId, metadata }: z.output<typeof ClientConfigurationEndpoint.request>) {
    return this.registrations.configure(edge, clientId, metadata);
  }

  @Serves(ChangeClientState)
  changeState(request: z.output<typeof ChangeClientState.request>) {
    return this.states.change(request);
  }

  @Serves(AddInitialAccessToken)
  addToken(request: z.output<typeof AddInitialAccessToken.request>) {
    return this.tokens.add(request);
  }

  @Serves(ListInitialAccessTokens)
  listTokens(request: z.output<typeof ListInitialAccessTokens.request>) {
    return this.tokens.list(request);
  }

  @Serves(RevokeInitialAccessToken)
  revokeToken(request: z.output<typeof RevokeInitialAccessToken.request>) {
    return this.tokens.revoke(request);
  }
}
