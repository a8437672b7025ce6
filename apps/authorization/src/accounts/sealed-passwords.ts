import { newPasswordFault, preparePassword } from '@tessera/protocol/account';
import type { HashedPassword, OfferedPassword, PasswordSeals } from '@tessera/protocol/declaration';
import { OAuthError } from '@tessera/vocabulary';
import type { PasswordHasher } from './password-hashing.js';
import type { SealedSecrets } from './sealed-secrets.js';

const WHY = {
  'password-too-short': 'the password is too short',
  'password-too-long': 'the password is too long',
} as const;

/** Passwords that an operator sets: sealed for one account, judged, and hashed. Whoever stores the hash spends the sealed value. */
export class SealedPasswords implements PasswordSeals {
  constructor(
    private readonly secrets: SealedSecrets,
    private readonly hasher: PasswordHasher,
  ) {}

  /** @throws {Outage} without a lease, or when too many passwords wait to be hashed. */
  async hash({ sealed, requestId }: OfferedPassword, account: string): Promise<HashedPassword> {
    try {
      const { secret, exp } = await this.secrets.open(sealed, { rid: requestId, purpose: 'set-password', account });
      const fault = newPasswordFault(secret);
      if (fault !== null) return { outcome: 'refused', why: WHY[fault] };
      return { outcome: 'hashed', hash: { hash: await this.hasher.hash(preparePassword(secret)), requestId, sealedUntil: exp } };
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return { outcome: 'refused', why: 'the password cannot be opened: it was sealed for somebody else, to another key, or too long ago' };
    }
  }
}
