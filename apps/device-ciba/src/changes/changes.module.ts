import { type DynamicModule, Module } from '@nestjs/common';
import { ChangesServer, type Copies, COPIES } from './changes.server.js';

/** Hints from other services. */
@Module({ controllers: [ChangesServer] })
export class ChangesModule {}

/** Hints from other services, with the copies they are for. */
export function changesModule(copies: Copies): DynamicModule {
  return { module: ChangesModule, providers: [{ provide: COPIES, useValue: copies }] };
}
