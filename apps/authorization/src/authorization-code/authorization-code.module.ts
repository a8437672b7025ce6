import { type DynamicModule, Module } from '@nestjs/common';
import { AuthorizationCodeServer } from './authorization-code.server.js';
import { SqlAuthorizationCodes } from './sql-authorization-codes.js';

/** Authorization codes. */
@Module({ controllers: [AuthorizationCodeServer] })
export class AuthorizationCodeModule {}

/** Authorization codes, with where they are. */
export function authorizationCodeModule(codes: SqlAuthorizationCodes): DynamicModule {
  return { module: AuthorizationCodeModule, providers: [{ provide: SqlAuthorizationCodes, useValue: codes }] };
}
