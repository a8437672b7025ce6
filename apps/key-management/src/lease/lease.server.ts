import { Controller, Inject } from '@nestjs/common';
import { LeaseKeys } from '@tessera/contracts';
import { type ServedCall, Serves } from '@tessera/messaging';
import type { z } from 'zod';
import { KeyLeasing } from './key-leasing.js';

/** Hands out leases. */
@Controller()
export class LeaseServer {
  constructor(@Inject(KeyLeasing) private readonly leasing: KeyLeasing) {}

  @Serves(LeaseKeys)
  lease(request: z.output<typeof LeaseKeys.request>, call: ServedCall): Promise<z.input<typeof LeaseKeys.reply>> {
    return this.leasing.lease(request, call.caller);
  }
}
