import { Controller, Inject } from '@nestjs/common';
import { GetPublishedKeys } from '@tessera/contracts';
import { signMessage } from '@tessera/key-lease';
import { Serves } from '@tessera/messaging';
import type { z } from 'zod';
import { SqlPublishedKeys } from './sql-published-keys.js';

/** Injection token of the nkey seed this process signs with. */
export const SEED = Symbol('Seed');

/** The public keys, signed, so that no broker can put another key among them (KEY-7). */
@Controller()
export class JwksServer {
  constructor(
    @Inject(SqlPublishedKeys) private readonly published: SqlPublishedKeys,
    @Inject(SEED) private readonly seed: Uint8Array,
  ) {}

  @Serves(GetPublishedKeys)
  async get({ nonce }: z.output<typeof GetPublishedKeys.request>): Promise<z.input<typeof GetPublishedKeys.reply>> {
    return signMessage(this.seed, 'tessera.published-keys.v1', { ...(await this.published.read()), nonce });
  }
}
