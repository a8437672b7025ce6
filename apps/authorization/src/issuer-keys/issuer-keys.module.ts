import { type DynamicModule, Module } from '@nestjs/common';
import { IssuerKeysServer, KEYS_CHANGED, type KeysChanged } from './issuer-keys.server.js';

/** Changes of the issuer's keys. */
@Module({ controllers: [IssuerKeysServer] })
export class IssuerKeysModule {}

/** Changes of the issuer's keys, with what they mean here. */
export function issuerKeysModule(changed: KeysChanged): DynamicModule {
  return { module: IssuerKeysModule, providers: [{ provide: KEYS_CHANGED, useValue: changed }] };
}
