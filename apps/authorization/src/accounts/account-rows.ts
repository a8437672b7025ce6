import { randomBytes } from 'node:crypto';
import type { Actor } from '@tessera/contracts';
import type { QueryRunner } from '@tessera/database';
import type { PasswordHash, UserRecord } from '@tessera/protocol/declaration';
import { AccountId, OAuthError } from '@tessera/vocabulary';

/** 128 bits. */
const ID_OCTETS = 16;

/** An id nobody has or had. */
export function newAccountId(): AccountId {
  return AccountId.parse(`usr_${randomBytes(ID_OCTETS).toString('base64url')}`);
}

/** An account as it is to be. */
export interface AccountRow {
  readonly accountId: AccountId;
  readonly record: UserRecord;
  readonly enabled: boolean;
}

/** Writes accounts and what they sign in with; identifiers that move between them are free before they are taken. */
export async function putAccounts(queries: QueryRunner, accounts: readonly AccountRow[], managedBy: 'file' | 'api'): Promise<void> {
  if (accounts.length === 0) return;
  const rows = accounts.map(({ accountId, record, enabled }) => ({ id: accountId, enabled, claims: record.claims }));
  const written = await queries.run('put-accounts', [JSON.stringify(rows), managedBy]);
  if (written.length !== rows.length) throw new Error(`put-accounts wrote ${written.length} of ${rows.length} rows`);
  const identifiers = JSON.stringify(
    accounts.flatMap(({ accountId, record: { username, email } }) => [
      { accountId, kind: 'username', value: username },
      ...(email === null ? [] : [{ accountId, kind: 'email', value: email }]),
    ]),
  );
  await queries.run('remove-other-identifiers', [accounts.map((one) => one.accountId), identifiers]);
  await queries.run('add-identifiers', [identifiers]);
}

/**
 * Spends the sealed values of passwords that are stored in the same transaction (decision 8).
 *
 * @throws {OAuthError} when one was opened before.
 */
export async function spendPasswords(queries: QueryRunner, hashes: readonly PasswordHash[]): Promise<void> {
  if (hashes.length === 0) return;
  const given = hashes.map(({ requestId, sealedUntil }) => ({ requestId, expiresAt: sealedUntil }));
  const spent = await queries.run('spend-sealed-secrets', ['set-password', JSON.stringify(given)]);
  if (spent.length !== given.length) throw new OAuthError('account.sealed_secret', { why: 'opened before' });
}

/** Which access ends, and who says so. */
export interface EndedAccess {
  /** Row id of the session that stays; null when none does. */
  readonly keepSession: string | null;
  /** Whether access that outlives sessions ends as well. */
  readonly endOffline: boolean;
  readonly reason: 'password-changed' | 'password-set' | 'account-disabled';
  readonly by: Actor | { readonly kind: 'user'; readonly name: string };
}

/**
 * Ends sessions of an account and revokes what was granted, for good (I5), in the transaction of its cause. In three statements,
 * each of which sees what the one before waited for: nothing that was begun meanwhile is left over.
 */
export async function endAccess(
  queries: QueryRunner,
  accountId: AccountId,
  { keepSession, endOffline, reason, by }: EndedAccess,
): Promise<{ readonly sessionsEnded: number; readonly grantsRevoked: number }> {
  await queries.run('lock-account', [accountId]);
  const sessions = await queries.run('end-account-sessions', [accountId, keepSession, reason, by.kind, by.name]);
  const grants = await queries.run('revoke-account-grants', [accountId, endOffline, reason, by.kind, by.name]);
  return { sessionsEnded: sessions.length, grantsRevoked: grants.length };
}
