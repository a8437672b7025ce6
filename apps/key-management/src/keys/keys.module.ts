import { type DynamicModule, Module } from '@nestjs/common';
import type { KeyManagement } from '../key-management.js';
import { KeyEncryption } from './key-encryption.js';
import { KeysServer } from './keys.server.js';
import { SqlKeyWrappings } from './sql-key-wrappings.js';
import { SqlKeys } from './sql-keys.js';

@Module({ controllers: [KeysServer] })
class KeysModule {}

/** What the operator sees of the keys. */
export function keysModule({ keys, wrappings, encryption }: KeyManagement): DynamicModule {
  const providers = [
    { provide: SqlKeys, useValue: keys },
    { provide: SqlKeyWrappings, useValue: wrappings },
    { provide: KeyEncryption, useValue: encryption },
  ];
  return { module: KeysModule, providers };
}
