import { type DynamicModule, Module } from '@nestjs/common';
import { ClientKeySetServer } from './client-key-set.server.js';
import { KeySetFetching } from './key-set-fetching.js';

/** Key sets behind `jwks_uri`. */
@Module({ controllers: [ClientKeySetServer] })
export class ClientKeySetModule {}

/** Key sets behind `jwks_uri`, with what fetches them. */
export function clientKeySetModule(fetching: KeySetFetching): DynamicModule {
  return { module: ClientKeySetModule, providers: [{ provide: KeySetFetching, useValue: fetching }] };
}
