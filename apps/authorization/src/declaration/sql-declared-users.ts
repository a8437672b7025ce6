import type { Actor } from '@tessera/contracts';
import type { QueryRunner } from '@tessera/database';
import { StandardClaims } from '@tessera/protocol/account';
import type { DeclarationChange, Mentioned, StoredState, StoredUser } from '@tessera/protocol/declaration';
import { AccountId } from '@tessera/vocabulary';
import { z } from 'zod';
import { endAccess, newAccountId, putAccounts, spendPasswords } from '../accounts/index.js';

const UserRow = z.object({
  accountId: AccountId,
  username: z.string().nullable(),
  email: z.string().nullable(),
  enabled: z.boolean(),
  claims: StandardClaims,
  hasPassword: z.boolean(),
  managedBy: z.enum(['file', 'registration', 'api']),
});
const Names = z.array(z.object({ username: z.string() }));
const Requests = z.array(z.object({ requestId: z.string() }));

type ChangeOf<Kind extends DeclarationChange['kind']> = Extract<DeclarationChange, { kind: Kind }>;

/** The users a declaration has to know of, in its turn. */
export async function readDeclaredUsers(
  queries: QueryRunner,
  { users, passwordRequests }: Mentioned,
): Promise<Pick<StoredState, 'users' | 'spentPasswords'>> {
  const rows: readonly StoredUser[] = z.array(UserRow).parse(await queries.run('list-declared-users', [users]));
  const spent = passwordRequests.length === 0 ? [] : await queries.run('list-spent-secrets', ['set-password', passwordRequests]);
  return { users: rows, spentPasswords: Requests.parse(spent).map((one) => one.requestId) };
}

/** Of these user names, those that have a password. */
export async function usersWithPassword(queries: QueryRunner, usernames: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = Names.parse(await queries.run('list-users-with-password', [usernames]));
  return new Set(rows.map((one) => one.username));
}

/** Writes the users of a declaration. Who goes, goes first: the next may have the same address. */
export async function writeDeclaredUsers(queries: QueryRunner, changes: readonly DeclarationChange[], actor: Actor): Promise<void> {
  const gone = of(changes, 'user.delete').map((one) => one.accountId);
  if (gone.length > 0) await queries.run('delete-declared-accounts', [gone]);
  const rows = of(changes, 'user.put').map((one) => ({ ...one, accountId: one.accountId ?? newAccountId() }));
  await putAccounts(queries, rows, 'file');
  for (const { accountId } of rows.filter((one) => one.ends)) {
    await endAccess(queries, accountId, { keepSession: null, endOffline: true, reason: 'account-disabled', by: actor });
  }
  const idOf = new Map(rows.map((one) => [one.record.username, one.accountId]));
  const passwords = of(changes, 'user-password.add');
  await spendPasswords(
    queries,
    passwords.map((one) => one.hash),
  );
  const secrets = passwords.map(({ username, accountId, hash }) => ({ id: accountId ?? idOf.get(username), secret: hash.hash }));
  if (secrets.length > 0) await queries.run('add-initial-passwords', [JSON.stringify(secrets)]);
}

function of<Kind extends DeclarationChange['kind']>(changes: readonly DeclarationChange[], kind: Kind): ChangeOf<Kind>[] {
  return changes.filter((change): change is ChangeOf<Kind> => change.kind === kind);
}
