import { Controller, Inject } from '@nestjs/common';
import { ApplyDeclaration } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { z } from 'zod';
import { DeclarationApplying } from './declaration-applying.js';

/** Clients, resources and users declared in files (decision 17). */
@Controller()
export class DeclarationServer {
  constructor(@Inject(DeclarationApplying) private readonly applying: DeclarationApplying) {}

  @Serves(ApplyDeclaration)
  apply(request: z.output<typeof ApplyDeclaration.request>) {
    return this.applying.apply(request);
  }
}
