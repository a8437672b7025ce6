import { type DynamicModule, Module } from '@nestjs/common';
import type { KeyManagement } from '../key-management.js';
import { JwksServer, SEED } from './jwks.server.js';
import { SqlPublishedKeys } from './sql-published-keys.js';

@Module({ controllers: [JwksServer] })
class JwksModule {}

/** The public side of the keys. */
export function jwksModule({ published, seed }: KeyManagement): DynamicModule {
  const providers = [
    { provide: SqlPublishedKeys, useValue: published },
    { provide: SEED, useValue: seed },
  ];
  return { module: JwksModule, providers };
}
