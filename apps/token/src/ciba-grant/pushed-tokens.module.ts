import { Controller, type DynamicModule, Inject, Module } from '@nestjs/common';
import { IssuePushedTokens } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { z } from 'zod';
import { PushedTokenIssuing } from './pushed-tokens.js';

/** Tokens that are pushed. */
@Controller()
export class PushedTokensServer {
  constructor(@Inject(PushedTokenIssuing) private readonly issuing: PushedTokenIssuing) {}

  @Serves(IssuePushedTokens)
  issue(request: z.output<typeof IssuePushedTokens.request>) {
    return this.issuing.issue(request);
  }
}

/** Tokens that are pushed. */
@Module({ controllers: [PushedTokensServer] })
export class PushedTokensModule {}

/** Tokens that are pushed, with what makes them. */
export function pushedTokensModule(issuing: PushedTokenIssuing): DynamicModule {
  return { module: PushedTokensModule, providers: [{ provide: PushedTokenIssuing, useValue: issuing }] };
}
