import type { QueryRunner } from '@tessera/database';
import type { Logger } from '@tessera/observability';
import { ACCOUNT_ATTEMPT_LIMITS } from '@tessera/protocol/sign-in-attempts';
import { type AccountId, BACKCHANNEL_USER_CODE_LENGTH_MAX, BACKCHANNEL_USER_CODE_LENGTH_MIN, OAuthError } from '@tessera/vocabulary';
import { z } from 'zod';
import type { PasswordHasher } from './password-hashing.js';
import type { SealedSecrets } from './sealed-secrets.js';

const Row = z.object({ outcome: z.enum(['counted', 'replayed', 'too_many']) });

const HasRow = z.object({ userCode: z.boolean() });

/** One attempt to say a person's user code. */
export interface UserCodeAttempt {
  readonly accountId: AccountId;
  /** Its stored form. */
  readonly stored: string;
  /** As the gateway sealed it (decision 8). */
  readonly sealed: string;
  readonly requestId: string;
  readonly sourceAddress: string;
}

/**
 * The user code a client was told (CIBA Core §7.1 `user_code`): short, so each attempt is counted before it is looked at, over all
 * clients and replicas. Above the limit it is wrong without being looked at; the password of the person is not concerned.
 */
export class UserCodeCheck {
  constructor(
    private readonly secrets: SealedSecrets,
    private readonly hasher: Pick<PasswordHasher, 'verify' | 'hash'>,
    private readonly queries: QueryRunner,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** @throws {OAuthError} `account.sealed_secret` when it is not for this request, or was opened before. @throws {Outage}. */
  async check({ accountId, stored, sealed, requestId, sourceAddress }: UserCodeAttempt): Promise<boolean> {
    const { secret, exp } = await this.secrets.open(sealed, { rid: requestId, purpose: 'user-code' });
    const { threshold, windowSeconds } = ACCOUNT_ATTEMPT_LIMITS;
    const [row] = await this.queries.run('begin-user-code-attempt', [requestId, exp, accountId, threshold, windowSeconds]);
    switch (Row.parse(row).outcome) {
      case 'replayed':
        throw new OAuthError('account.sealed_secret', { why: 'opened before' });
      case 'too_many':
        this.logger.warn('a user code was not looked at: too many attempts', { requestId, detail: { sourceAddress } });
        return false;
      case 'counted': {
        if (secret.length > BACKCHANNEL_USER_CODE_LENGTH_MAX || !(await this.hasher.verify(stored, secret))) return false;
        await this.queries.run('end-user-code-attempt', [accountId]);
        return true;
      }
    }
  }

  /** Sets a person's code, or another one; false when it is too short or too long. @throws {OAuthError} as {@link check}. @throws {Outage}. */
  async set(accountId: AccountId, sealed: string, requestId: string): Promise<boolean> {
    const { secret, exp } = await this.secrets.open(sealed, { rid: requestId, purpose: 'new-user-code' });
    if ([...secret].length < BACKCHANNEL_USER_CODE_LENGTH_MIN || secret.length > BACKCHANNEL_USER_CODE_LENGTH_MAX) return false;
    const stored = await this.queries.run('set-user-code', [accountId, await this.hasher.hash(secret), requestId, exp]);
    if (stored.length === 0) throw new OAuthError('account.sealed_secret', { why: 'opened before' });
    return true;
  }

  /** False when there was none. */
  async remove(accountId: AccountId): Promise<boolean> {
    return (await this.queries.run('remove-user-code', [accountId])).length > 0;
  }

  /** Whether a person has a code. */
  async has(accountId: AccountId): Promise<boolean> {
    const [row] = await this.queries.run('has-user-code', [accountId]);
    return HasRow.parse(row).userCode;
  }
}
