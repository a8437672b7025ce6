import { Controller, Inject } from '@nestjs/common';
import { VerifyPassword } from '@tessera/contracts';
import { Serves } from '@tessera/messaging';
import type { PasswordVerification } from '@tessera/protocol/resource-owner-password-grant';
import { PasswordVerifying } from './password-verification.js';

/** Passwords at the token endpoint. */
@Controller()
export class PasswordVerificationServer {
  constructor(@Inject(PasswordVerifying) private readonly verifying: PasswordVerifying) {}

  @Serves(VerifyPassword)
  verify(verification: PasswordVerification) {
    return this.verifying.verify(verification);
  }
}
