import { Controller, Inject } from '@nestjs/common';
import { Authorization, ShowInteraction, SubmitInteraction } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { z } from 'zod';
import { AuthorizationEndpoint } from './authorization-endpoint.js';
import { InteractionDesk } from './interaction-desk.js';

/** The authorization endpoint, and the pages on the way to its answer. */
@Controller()
export class InteractionServer {
  constructor(
    @Inject(AuthorizationEndpoint) private readonly endpoint: AuthorizationEndpoint,
    @Inject(InteractionDesk) private readonly desk: InteractionDesk,
  ) {}

  @Serves(Authorization)
  authorize({ edge, browser }: z.output<typeof Authorization.request>) {
    return this.endpoint.authorize(edge, browser);
  }

  @Serves(ShowInteraction)
  show({ interaction, browser }: z.output<typeof ShowInteraction.request>) {
    return this.desk.show(interaction, browser);
  }

  @Serves(SubmitInteraction)
  submit({ interaction, browser, step, input, requestId }: z.output<typeof SubmitInteraction.request>) {
    return this.desk.submit(interaction, browser, { step, input, requestId });
  }
}
