import { Controller, Inject } from '@nestjs/common';
import { RedeemAuthorizationCode } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { AuthorizationCodeRedemptionRequest } from '@tessera/protocol/authorization-code-grant';
import { SqlAuthorizationCodes } from './sql-authorization-codes.js';

/** Codes at the token endpoint. */
@Controller()
export class AuthorizationCodeServer {
  constructor(@Inject(SqlAuthorizationCodes) private readonly codes: SqlAuthorizationCodes) {}

  @Serves(RedeemAuthorizationCode)
  redeem(request: AuthorizationCodeRedemptionRequest) {
    return this.codes.redeem(request);
  }
}
