import { type DynamicModule, Module } from '@nestjs/common';
import { PasswordVerificationServer } from './password-verification.server.js';
import { PasswordVerifying } from './password-verification.js';

/** Grants that are recorded before a token is made. */
@Module({ controllers: [PasswordVerificationServer] })
export class GrantModule {}

/** Grants, with what records them. */
export function grantModule(verifying: PasswordVerifying): DynamicModule {
  return { module: GrantModule, providers: [{ provide: PasswordVerifying, useValue: verifying }] };
}
