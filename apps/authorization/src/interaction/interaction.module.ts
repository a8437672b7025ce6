import { type DynamicModule, Module } from '@nestjs/common';
import { AuthorizationEndpoint } from './authorization-endpoint.js';
import { InteractionDesk } from './interaction-desk.js';
import { InteractionServer } from './interaction.server.js';

/** The authorization endpoint and its interactions. */
@Module({ controllers: [InteractionServer] })
export class InteractionModule {}

/** The authorization endpoint and its interactions, with what they stand on. */
export function interactionModule(endpoint: AuthorizationEndpoint, desk: InteractionDesk): DynamicModule {
  const providers = [
    { provide: AuthorizationEndpoint, useValue: endpoint },
    { provide: InteractionDesk, useValue: desk },
  ];
  return { module: InteractionModule, providers };
}
