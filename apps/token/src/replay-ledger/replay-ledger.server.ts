import { Controller, Inject } from '@nestjs/common';
import { SpendAssertion } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { ReplayLedger } from '@tessera/protocol/client-authentication';
import type { z } from 'zod';

/** Where the {@link ReplayLedger} is found. */
export const REPLAY_LEDGER = Symbol('ReplayLedger');

/** Spends what other services were presented, in the one ledger of all (CLI-7). */
@Controller()
export class ReplayLedgerServer {
  constructor(@Inject(REPLAY_LEDGER) private readonly ledger: ReplayLedger) {}

  /** Items of one frame come in one turn, and so share one INSERT. */
  @Serves(SpendAssertion)
  async spend({ digest, expiresAt }: z.output<typeof SpendAssertion.request>): Promise<z.input<typeof SpendAssertion.reply>> {
    return { outcome: await this.ledger.spend(Buffer.from(digest, 'base64url'), expiresAt) };
  }
}
