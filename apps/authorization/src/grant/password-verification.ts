import type { PasswordVerdict, PasswordVerification } from '@tessera/protocol/resource-owner-password-grant';
import type { PasswordSignIn } from '../accounts/index.js';
import type { RegisteredClients } from './registered-clients.js';
import type { SqlGrants } from './sql-grants.js';
import type { Subjects } from './subjects.js';

/**
 * RFC 6749 §4.3.2: a password at the token endpoint, and what it grants, recorded before the answer (decision 2). Whether this
 * client may at all is the token endpoint's to say; a client that is gone by now is granted nothing.
 */
export class PasswordVerifying {
  constructor(
    private readonly ports: {
      readonly clients: RegisteredClients;
      readonly passwords: Pick<PasswordSignIn, 'attempt'>;
      readonly grants: Pick<SqlGrants, 'record'>;
      readonly subjects: Pick<Subjects, 'of'>;
    },
  ) {}

  /** @throws {OAuthError} when the sealed password is not for this request. @throws {Outage}. */
  async verify(verification: PasswordVerification): Promise<PasswordVerdict> {
    const { clients, passwords, grants, subjects } = this.ports;
    const { clientId, username, sealedPassword, requestId, sourceAddress, authority, offline, confirmation } = verification;
    const client = await clients.client(clientId);
    const attempted = await passwords.attempt({ identifier: username, sealedPassword, requestId, purpose: 'password-grant', sourceAddress });
    // CCR-3: how it failed makes no difference to be seen.
    if (attempted.outcome !== 'right' || client === null) return { outcome: 'refused' };
    const { passwordChangedAt } = attempted;
    const accountId = attempted.account.id;
    const subject = subjects.of(client, accountId);
    const grant = await grants.record({ clientId, accountId, passwordChangedAt, subject, authority, offline, confirmation, requestId });
    return grant === null ? { outcome: 'refused' } : { outcome: 'granted', grant };
  }
}
