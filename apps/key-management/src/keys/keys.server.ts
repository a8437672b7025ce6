import { Controller, Inject } from '@nestjs/common';
import { ListKeys } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { z } from 'zod';
import { KeyEncryption } from './key-encryption.js';
import { statusOf } from './key-status.js';
import { SqlKeyWrappings } from './sql-key-wrappings.js';
import { SqlKeys } from './sql-keys.js';

/** What the operator sees of the keys. */
@Controller()
export class KeysServer {
  constructor(
    @Inject(SqlKeys) private readonly keys: SqlKeys,
    @Inject(SqlKeyWrappings) private readonly wrappings: SqlKeyWrappings,
    @Inject(KeyEncryption) private readonly encryption: KeyEncryption,
  ) {}

  @Serves(ListKeys)
  async list({ includeRemoved }: z.output<typeof ListKeys.request>): Promise<z.input<typeof ListKeys.reply>> {
    const [{ keys }, counts] = await Promise.all([this.keys.list({ includeRemoved }), this.wrappings.counts()]);
    const { active } = this.encryption;
    const unused = counts.some(({ id }) => id === active) ? [] : [{ id: active, wrapped: 0 }];
    return { keys: keys.map(statusOf), keyEncryptionKeys: [...counts, ...unused].map((one) => ({ ...one, active: one.id === active })) };
  }
}
