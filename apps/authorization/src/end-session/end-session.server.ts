import { Controller, Inject } from '@nestjs/common';
import { EndSession } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { z } from 'zod';
import { EndSessionEndpoint } from './end-session-endpoint.js';

/** The end session endpoint (RP-Initiated Logout 1.0 §2). */
@Controller()
export class EndSessionServer {
  constructor(@Inject(EndSessionEndpoint) private readonly endpoint: EndSessionEndpoint) {}

  @Serves(EndSession)
  end({ edge, browser }: z.output<typeof EndSession.request>) {
    return this.endpoint.end(edge, browser);
  }
}
