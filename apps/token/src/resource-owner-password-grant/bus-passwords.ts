import { VerifyPassword } from '@tessera/contracts';
import type { CallContext, ServiceClient } from '@tessera/messaging';
import type { Passwords, PasswordVerdict, PasswordVerification } from '@tessera/protocol/resource-owner-password-grant';

/** Passwords by message to the owner of the accounts. Never asked twice: each message counts an attempt (CCR-4). */
export class BusPasswords implements Passwords<CallContext> {
  constructor(private readonly services: Pick<ServiceClient, 'call'>) {}

  verify(verification: PasswordVerification, call: CallContext): Promise<PasswordVerdict> {
    return this.services.call(VerifyPassword, verification, call);
  }
}
