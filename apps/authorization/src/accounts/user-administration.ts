import type { Actor, AddUser, ChangeUserState, GetUser, ListUsers, SetUserPassword } from '@tessera/contracts';
import type { QueryRunner } from '@tessera/database';
import { type Identifier, normalizeIdentifier } from '@tessera/protocol/account';
import { type PasswordHash, type PasswordSeals, readUser, type UserRecord } from '@tessera/protocol/declaration';
import { AccountId } from '@tessera/vocabulary';
import { z } from 'zod';
import type { AdministrationTurn, AdministrationTurns } from '../administration/index.js';
import { endAccess, putAccounts, spendPasswords } from './account-rows.js';

type Request<Contract extends { readonly request: z.ZodType }> = z.output<Contract['request']>;
type Reply<Contract extends { readonly reply: z.ZodType }> = z.input<Contract['reply']>;
type StateChange = Request<typeof ChangeUserState>['state'];

const ManagedBy = z.enum(['file', 'registration', 'api']);
const Names = { accountId: AccountId, username: z.string().nullable(), email: z.string().nullable(), enabled: z.boolean(), managedBy: ManagedBy };
const SummaryRow = z.object({ ...Names, name: z.string().nullable(), locked: z.boolean() });
const instant = z.date().transform((date) => date.toISOString());
const UserRow = z.object({
  ...Names,
  claims: z.record(z.string(), z.unknown()),
  lockedAt: instant.nullable(),
  passwordChangedAt: instant.nullable(),
  blockedUntil: instant.nullable(),
  sessions: z.number(),
  grants: z.number(),
  createdAt: instant,
  updatedAt: instant,
});
type UserRow = z.infer<typeof UserRow>;
const DISABLED = { keepSession: null, endOffline: true, reason: 'account-disabled' } as const;
const NOTHING_ENDED = { sessionsEnded: 0, grantsRevoked: 0 };

/** Users, one at a time, by an operator (decision 17). Each change is audited with it or not made (SEC-4). */
export class UserAdministration {
  constructor(
    private readonly queries: QueryRunner,
    private readonly turns: AdministrationTurns,
    private readonly passwords: PasswordSeals,
  ) {}

  async list({ after, limit }: Request<typeof ListUsers>): Promise<Reply<typeof ListUsers>> {
    const users = z.array(SummaryRow).parse(await this.queries.run('list-users', [after, limit]));
    return { users, next: users.length < limit ? null : (users.at(-1)?.accountId ?? null) };
  }

  async get({ user }: Request<typeof GetUser>): Promise<Reply<typeof GetUser>> {
    const found = await findUser(this.queries, user);
    if (found === null) return { user: null };
    const { name } = found.claims;
    return { user: { ...found, name: typeof name === 'string' ? name : null, locked: found.lockedAt !== null } };
  }

  async add({ actor, accountId, password, ...entry }: Request<typeof AddUser>): Promise<Reply<typeof AddUser>> {
    const read = readUser(entry, []);
    if (read.user === null) return { outcome: 'refused', problems: read.problems.map(({ path, message, expected }) => `${path.join('.')} ${message} (${expected})`) };
    if ((await findUser(this.queries, accountId)) !== null) return { outcome: 'added', problems: [] };
    const hashed = await this.passwords.hash(password, accountId);
    if (hashed.outcome === 'refused') return { outcome: 'refused', problems: [hashed.why] };
    const { record } = read.user;
    return await this.turns.take(async (turn) => {
      if ((await findUser(turn, accountId)) !== null) return { outcome: 'added', problems: [] };
      const problems = await taken(turn, record);
      if (problems.length > 0) return { outcome: 'taken', problems };
      await putAccounts(turn, [{ accountId, record, enabled: true }], 'api');
      await storePassword(turn, accountId, hashed.hash);
      await audit(turn, actor, 'user.added', accountId, { username: record.username });
      return { outcome: 'added', problems: [] };
    });
  }

  /** @throws {OAuthError} when the sealed value was opened for something else before. */
  async setPassword({ actor, accountId, password }: Request<typeof SetUserPassword>): Promise<Reply<typeof SetUserPassword>> {
    const unknown = { ...NOTHING_ENDED, outcome: 'unknown_user' as const, why: null };
    if ((await findUser(this.queries, accountId)) === null) return unknown;
    const hashed = await this.passwords.hash(password, accountId);
    if (hashed.outcome === 'refused') return { ...NOTHING_ENDED, outcome: 'refused', why: hashed.why };
    return await this.turns.take(async (turn) => {
      if ((await findUser(turn, accountId)) === null) return unknown;
      const before = await turn.run('list-spent-secrets', ['set-password', [password.requestId]]);
      // It was sealed for this account: this very message was carried out, and its answer lost.
      if (before.length > 0) return { ...NOTHING_ENDED, outcome: 'set', why: null };
      await storePassword(turn, accountId, hashed.hash);
      const ended = await endAccess(turn, accountId, { keepSession: null, endOffline: true, reason: 'password-set', by: actor });
      await turn.run('forget-sign-in-failures', [accountId]);
      await audit(turn, actor, 'user.password-set', accountId, ended);
      return { ...ended, outcome: 'set', why: null };
    });
  }

  async changeState({ actor, user, state }: Request<typeof ChangeUserState>): Promise<Reply<typeof ChangeUserState>> {
    return await this.turns.take(async (turn) => {
      const found = await findUser(turn, user);
      if (found === null) return { ...NOTHING_ENDED, outcome: 'unknown_user' };
      const { accountId } = found;
      const changed = await turn.run('change-account-state', [accountId, ...COLUMNS[state]]);
      const forgotten = state === 'unlocked' ? await turn.run('forget-sign-in-failures', [accountId]) : [];
      if (changed.length + forgotten.length === 0) return { ...NOTHING_ENDED, outcome: 'unchanged' };
      const ended = state === 'disabled' ? await endAccess(turn, accountId, { ...DISABLED, by: actor }) : NOTHING_ENDED;
      await audit(turn, actor, `user.${state}`, accountId, state === 'disabled' ? ended : {});
      return { ...ended, outcome: 'changed' };
    });
  }
}

/** What a state means for the columns `enabled` and `locked`; null leaves one as it is. */
const COLUMNS = {
  enabled: [true, null],
  disabled: [false, null],
  locked: [null, true],
  unlocked: [null, false],
} as const satisfies Record<StateChange, readonly [boolean | null, boolean | null]>;

async function findUser(queries: QueryRunner, named: string): Promise<UserRow | null> {
  const id = AccountId.safeParse(named);
  const identifier = id.success ? null : normalizeIdentifier(named);
  const [row] = await queries.run('find-user', [id.data ?? null, ...columnsOf(identifier)]);
  return row === undefined ? null : UserRow.parse(row);
}

function columnsOf(identifier: Identifier | null): readonly [string | null, string | null] {
  return [identifier?.kind ?? null, identifier?.value ?? null];
}

async function taken(turn: QueryRunner, { username, email }: UserRecord): Promise<string[]> {
  const users = await turn.run('list-declared-users', [[username, ...(email === null ? [] : [email])]]);
  const others = z.array(z.object({ username: z.string().nullable(), email: z.string().nullable() })).parse(users);
  return [
    ...(others.some((one) => one.username === username) ? [`the user name ${username} is taken`] : []),
    ...(email !== null && others.some((one) => one.email === email) ? [`the email address ${email} is taken`] : []),
  ];
}

async function storePassword(turn: QueryRunner, accountId: AccountId, hash: PasswordHash): Promise<void> {
  await spendPasswords(turn, [hash]);
  // The account before its password, as who signs in with it.
  await turn.run('lock-account', [accountId]);
  await turn.run('set-password', [accountId, hash.hash]);
}

function audit(turn: AdministrationTurn, actor: Actor, action: string, accountId: AccountId, detail: Readonly<Record<string, unknown>>): Promise<void> {
  return turn.audit(actor, [{ action, subject: accountId, detail }]);
}
