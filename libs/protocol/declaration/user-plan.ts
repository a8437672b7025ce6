import type { DeclarationPath, DeclarationProblem } from './declaration.js';
import { problem, show } from './declared-entry.js';
import type { ReadUser } from './declared-user.js';
import type { DeclarationChange, PasswordHash, StoredUser } from './records.js';

/** What happens to one user. */
export interface UserStep {
  readonly entry: {
    readonly action: 'create' | 'update' | 'delete' | 'unchanged';
    readonly kind: 'user';
    readonly id: string;
    readonly changes: { field: string; from: string | null; to: string | null }[];
  };
  readonly changes: readonly DeclarationChange[];
  readonly passwordInForce?: string;
}

/** What is known about the offered passwords. */
export interface OfferedPasswords {
  /** By user name: those that were opened and hashed because their user has none. */
  readonly hashes: ReadonlyMap<string, PasswordHash>;
  /** Request ids of sealed values that were spent: by this very message, when it is sent again. */
  readonly spent: ReadonlySet<string>;
}

/** Plans one user; the id shown is the user name. */
export function userStep(user: ReadUser, stored: StoredUser | undefined, offered: OfferedPasswords): UserStep {
  const { record, password } = user;
  const enabled = user.enabled ?? stored?.enabled ?? true;
  const differences = stored === undefined ? [] : differing(stored, { ...record, enabled });
  const put: DeclarationChange[] =
    stored === undefined || differences.length > 0
      ? [{ kind: 'user.put', accountId: stored?.accountId ?? null, record, enabled, ends: stored?.enabled === true && !enabled }]
      : [];
  const needsPassword = password !== null && stored?.hasPassword !== true;
  const hash = offered.hashes.get(record.username);
  const set: DeclarationChange[] =
    needsPassword && hash !== undefined ? [{ kind: 'user-password.add', username: record.username, accountId: stored?.accountId ?? null, hash }] : [];
  const shownPassword = needsPassword && stored !== undefined ? [{ field: 'password', from: null, to: 'a new password' }] : [];
  const changes = [...put, ...set];
  const action = stored === undefined ? 'create' : differences.length + shownPassword.length > 0 ? 'update' : 'unchanged';
  const inForce = set.length > 0 || (password !== null && offered.spent.has(password.requestId));
  return {
    entry: { action, kind: 'user', id: record.username, changes: [...differences, ...shownPassword] },
    changes,
    ...(inForce && password !== null ? { passwordInForce: password.requestId } : {}),
  };
}

/** Users that a file managed and no file names any more. */
export function userRemovals(declared: readonly { readonly thing: ReadUser }[], stored: readonly StoredUser[]): UserStep[] {
  const names = new Set(declared.map(({ thing }) => thing.record.username));
  return stored
    .filter((one) => one.managedBy === 'file' && !names.has(one.username ?? ''))
    .map(({ accountId, username }) => ({
      entry: { action: 'delete', kind: 'user', id: username ?? accountId, changes: [] },
      changes: [{ kind: 'user.delete', accountId }],
    }));
}

/** Identifiers have one owner (decision 15), and a file manages its own users only (decision 17). */
export function userProblems(
  declared: readonly { readonly thing: ReadUser; readonly path: DeclarationPath }[],
  stored: readonly StoredUser[],
  prune: boolean,
): DeclarationProblem[] {
  const names = new Set(declared.map(({ thing }) => thing.record.username));
  const byName = new Map(stored.map((one) => [one.username, one]));
  // A declared user gives up the address it had; one that is pruned too.
  const kept = stored.filter((one) => !names.has(one.username ?? '') && !(prune && one.managedBy === 'file'));
  const taken = new Map(kept.flatMap((one) => (one.email === null ? [] : [[one.email, one] as const])));
  const seen = new Map<string, string>();
  return declared.flatMap(({ thing: { record }, path }) => {
    const owner = byName.get(record.username);
    const foreign =
      owner === undefined || owner.managedBy === 'file'
        ? []
        : [problem([...path, 'username'], `${show(record.username)} exists and is managed by ${owner.managedBy}`, 'another name; an entry has one manager')];
    const twice = seen.has(record.username)
      ? [problem([...path, 'username'], `${show(record.username)} is declared twice`, 'each one once over all files')]
      : [];
    const other = record.email === null ? undefined : (taken.get(record.email)?.username ?? taken.get(record.email)?.accountId ?? seen.get(record.email));
    const email =
      other === undefined ? [] : [problem([...path, 'email'], `${show(record.email)} belongs to ${show(other)}`, 'an address that nobody else signs in with')];
    seen.set(record.username, record.username);
    if (record.email !== null) seen.set(record.email, record.username);
    return [...foreign, ...twice, ...email];
  });
}

function differing(stored: StoredUser, next: { readonly email: string | null; readonly enabled: boolean; readonly claims: object }) {
  const before = new Map<string, unknown>(Object.entries(stored.claims).filter(([claim]) => claim !== 'updated_at'));
  const after = new Map<string, unknown>(Object.entries(next.claims));
  const claims = [...new Set([...before.keys(), ...after.keys()])].sort().map((claim) => ({
    field: `claims.${claim}`,
    from: written(before.get(claim)),
    to: written(after.get(claim)),
  }));
  const members = [
    { field: 'email', from: stored.email, to: next.email },
    { field: 'enabled', from: String(stored.enabled), to: String(next.enabled) },
  ];
  return [...members, ...claims].filter(({ from, to }) => from !== to);
}

/** Members of an object in one order, so that PostgreSQL's order is no difference. */
function written(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === null) return String(value);
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}
