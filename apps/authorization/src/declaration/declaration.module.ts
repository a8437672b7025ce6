import { type DynamicModule, Module } from '@nestjs/common';
import { DeclarationApplying } from './declaration-applying.js';
import { DeclarationServer } from './declaration.server.js';

/** Declarations. */
@Module({ controllers: [DeclarationServer] })
export class DeclarationModule {}

/** Declarations, with what applies them. */
export function declarationModule(applying: DeclarationApplying): DynamicModule {
  return { module: DeclarationModule, providers: [{ provide: DeclarationApplying, useValue: applying }] };
}
