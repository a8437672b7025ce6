import type { Queries, QueryRunner } from '@tessera/database';
import { newPasswordFault, type PasswordFault, preparePassword } from '@tessera/protocol/account';
import { type AccountId, OAuthError } from '@tessera/vocabulary';
import { endAccess } from './account-rows.js';
import type { PasswordHasher } from './password-hashing.js';
import type { PasswordSignIn } from './password-sign-in.js';
import type { SealedSecrets } from './sealed-secrets.js';

/** A person changes their own password, in a session. */
export interface ChangedPassword {
  readonly accountId: AccountId;
  readonly sealedCurrent: string;
  readonly sealedNew: string;
  readonly requestId: string;
  readonly sourceAddress: string;
  /** Row id of the session that asks; it stays. */
  readonly keepSession: string;
  /** Whether access that outlives sessions ends as well. */
  readonly endOffline: boolean;
}

/** What became of it. */
export type PasswordChangeOutcome = 'changed' | 'wrong-password' | 'too-many' | PasswordFault;

/** What {@link PasswordChange} needs. */
export interface PasswordChangePorts {
  readonly secrets: SealedSecrets;
  readonly signIn: PasswordSignIn;
  readonly hasher: PasswordHasher;
  readonly queries: Pick<Queries, 'transaction'>;
}

/**
 * Changing one's own password: it needs the present one, counted like any other attempt (ASVS 6.2.3), and ends the other
 * sessions, because one of them may be why it is changed (ASVS 7.4.3).
 */
export class PasswordChange {
  constructor(private readonly ports: PasswordChangePorts) {}

  /**
   * Of two changes at the same time one is made; the other's present password is not the present one any more.
   *
   * @throws {OAuthError} `account.sealed_secret`. @throws {Outage} as signing in does.
   */
  async change(change: ChangedPassword): Promise<PasswordChangeOutcome> {
    const { secrets, signIn, hasher } = this.ports;
    const { accountId, requestId, sourceAddress } = change;
    const { secret, exp } = await secrets.open(change.sealedNew, { rid: requestId, purpose: 'new-password' });
    const fault = newPasswordFault(secret);
    if (fault !== null) return fault;
    const sealedPassword = change.sealedCurrent;
    const current = await signIn.check({ who: accountId, sealedPassword, requestId, purpose: 'current-password', sourceAddress });
    if (current.outcome !== 'right') return current.outcome === 'wrong' ? 'wrong-password' : 'too-many';
    const fresh = await hasher.hash(preparePassword(secret));
    return await this.ports.queries.transaction(async (queries) => {
      await spend(queries, 'new-password', [{ requestId, expiresAt: exp }]);
      // The account before its password, as who signs in with it.
      await queries.run('lock-account', [accountId]);
      const [replaced] = await queries.run('replace-password', [accountId, current.stored, fresh]);
      if (replaced === undefined) return 'wrong-password';
      const { keepSession, endOffline } = change;
      await endAccess(queries, accountId, { keepSession, endOffline, reason: 'password-changed', by: { kind: 'user', name: accountId } });
      const detail = { offlineEnded: endOffline };
      await queries.run('record-authorization-audit', [
        'user',
        accountId,
        JSON.stringify([{ action: 'account.password-changed', subject: accountId, detail }]),
      ]);
      return 'changed';
    });
  }
}

async function spend(
  queries: QueryRunner,
  purpose: 'new-password',
  given: readonly { readonly requestId: string; readonly expiresAt: number }[],
): Promise<void> {
  const spent = await queries.run('spend-sealed-secrets', [purpose, JSON.stringify(given)]);
  if (spent.length !== given.length) throw new OAuthError('account.sealed_secret', { why: 'opened before' });
}
