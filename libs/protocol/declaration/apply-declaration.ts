import type { DeclaredSecret, DeclarationProblem, PresentedDeclaration } from './declaration.js';
import { problem } from './declared-entry.js';
import { type OfferedPassword, type ReadUser, USER_EXPECTED } from './declared-user.js';
import { type Plan, planDeclaration, planDigest } from './plan.js';
import { type Placed, type ReadDeclaration, readDeclaration } from './read-declaration.js';
import type { AuditEntry, DeclarationChange, PasswordHash, StoredState } from './records.js';
import { resultingProblems } from './resulting-state.js';
import { userProblems } from './user-plan.js';

/** What can be seen and done while nobody else administers clients. */
export interface ExclusiveState {
  readonly stored: StoredState;
  /** Commits with the end of the work, all of it or nothing. */
  write(changes: readonly DeclarationChange[], audit: readonly AuditEntry[]): Promise<void>;
}

/** The ids a declaration speaks of, in its entries and in what they refer to. */
export interface Mentioned {
  readonly clients: readonly string[];
  readonly resources: readonly string[];
  /** User names and email addresses in their stored form. */
  readonly users: readonly string[];
  /** Request ids of offered passwords. */
  readonly passwordRequests: readonly string[];
}

/** The stored clients and resources. */
export interface DeclaredState {
  /**
   * Runs the work alone, in one transaction: no other declaration and no rotation of a secret happens meanwhile. It sees what
   * files manage, what is mentioned, and whatever refers to either; of secrets it sees those of mentioned clients.
   */
  exclusively<Result>(mentioned: Mentioned, work: (state: ExclusiveState) => Promise<Result>): Promise<Result>;
  /** Of these user names, those that have a password, as it is at this moment. */
  usersWithPassword(usernames: readonly string[]): Promise<ReadonlySet<string>>;
}

/** What a sealed password turns out to be. */
export type HashedPassword =
  { readonly outcome: 'hashed'; readonly hash: PasswordHash } | { readonly outcome: 'refused'; readonly why: string };

/** Opens passwords sealed for a user name and hashes them. Spending them is the writer's, with the rest. */
export interface PasswordSeals {
  hash(offered: OfferedPassword, account: string): Promise<HashedPassword>;
}

/** What a sealed secret turns out to be: sealed for this client, and long enough for its algorithm. */
export type OpenedSecret =
  { readonly outcome: 'opened'; readonly fingerprint: string } | { readonly outcome: 'refused'; readonly why: string };

/** Opens secrets that were sealed to the `client-secret` key; needs the lease of that key. */
export interface SecretSeals {
  open(sealed: string, clientId: string, algorithm: string | null): Promise<OpenedSecret>;
}

/** What applying a declaration needs. */
export interface DeclarationPorts {
  readonly state: DeclaredState;
  readonly seals: SecretSeals;
  readonly passwords: PasswordSeals;
}

/** How to apply. */
export interface ApplyOptions {
  /** Plan only. */
  readonly dryRun: boolean;
  /** Remove what a file managed and this declaration does not name. */
  readonly prune: boolean;
  /** The digest of the plan a person agreed to; another plan is not carried out. */
  readonly agreedPlan: string | null;
}

/** What became of a declaration. Nothing is changed unless the outcome is `applied`. */
export type AppliedDeclaration =
  | { readonly outcome: 'applied' | 'planned' | 'plan_changed'; readonly plan: Plan; readonly planDigest: string }
  | { readonly outcome: 'refused'; readonly problems: readonly DeclarationProblem[] };

/** New passwords of one declaration: hashing is slow on purpose, and the message has a deadline. */
const NEW_PASSWORDS_MAX = 100;
const NOTHING_HASHED: HashedPasswords = { hashes: new Map(), problems: [] };

interface HashedPasswords {
  readonly hashes: ReadonlyMap<string, PasswordHash>;
  readonly problems: readonly DeclarationProblem[];
}

/** Problems told at once; more would not be read. */
const PROBLEMS_MAX = 200;

/**
 * Applies a declaration: entries by themselves, then the resulting state, then the plan, then all of it in one transaction.
 * Sending the same declaration twice, at once or later, changes nothing the second time.
 */
export async function applyDeclaration(
  presented: PresentedDeclaration,
  options: ApplyOptions,
  ports: DeclarationPorts,
): Promise<AppliedDeclaration> {
  const declaration = readDeclaration(presented);
  const { fingerprints, problems } = await openSecrets(declaration, ports.seals);
  const hashed = options.dryRun ? NOTHING_HASHED : await hashPasswords(declaration.users, ports);
  return await ports.state.exclusively(mentionedIn(declaration), async ({ stored, write }) => {
    const found = [
      ...declaration.problems,
      ...problems,
      ...hashed.problems,
      ...resultingProblems(declaration, stored, options.prune),
      ...userProblems(declaration.users, stored.users, options.prune),
    ];
    if (found.length > 0) return refused(found);
    const plan = planDeclaration(declaration, stored, {
      prune: options.prune,
      fingerprints,
      passwords: { hashes: hashed.hashes, spent: new Set(stored.spentPasswords) },
    });
    if (plan.problems.length > 0) return refused(plan.problems);
    const digest = planDigest(plan);
    if (options.dryRun) return { outcome: 'planned', plan, planDigest: digest };
    // Nothing to do means nothing to agree to: this very message may have been carried out and its answer lost, and then the
    // secrets it offered are in force and must not be thrown away by whoever made them.
    if (plan.changes.length > 0) {
      if (options.agreedPlan !== null && options.agreedPlan !== digest) return { outcome: 'plan_changed', plan, planDigest: digest };
      await write(plan.changes, plan.audit);
    }
    return { outcome: 'applied', plan, planDigest: digest };
  });
}

function mentionedIn({ clients, resources, users, teams }: ReadDeclaration): Mentioned {
  return {
    users: users.flatMap(({ thing: { record } }) => [record.username, record.email ?? []].flat()),
    passwordRequests: users.flatMap(({ thing }) => thing.password?.requestId ?? []),
    clients: [...clients.map(({ thing }) => thing.record.clientId), ...resources.flatMap(({ thing }) => thing.introspectedBy), ...teams.flatMap(({ thing }) => thing.clientIds)],
    resources: [...resources.map(({ thing }) => thing.identifier), ...clients.flatMap(({ thing }) => thing.record.resources)],
  };
}

function refused(problems: readonly DeclarationProblem[]): AppliedDeclaration {
  return { outcome: 'refused', problems: problems.slice(0, PROBLEMS_MAX) };
}

async function openSecrets(
  declaration: ReadDeclaration,
  seals: SecretSeals,
): Promise<{ readonly fingerprints: ReadonlyMap<string, string>; readonly problems: readonly DeclarationProblem[] }> {
  const opened = await Promise.all(
    declaration.clients.map(async ({ thing: { record, secret }, path }) => ({
      clientId: record.clientId,
      path: [...path, 'secret'],
      result: secret === null ? null : await fingerprint(secret, record, seals),
    })),
  );
  return {
    fingerprints: new Map(
      opened.flatMap(({ clientId, result }) => (result?.outcome === 'opened' ? [[clientId, result.fingerprint] as const] : [])),
    ),
    problems: opened.flatMap(({ path, result }) =>
      result?.outcome === 'refused' ? [problem(path, result.why, 'a secret sealed for this client by this command line')] : [],
    ),
  };
}

async function fingerprint(
  { digest, sealed }: DeclaredSecret,
  client: { readonly clientId: string; readonly assertionAlgorithm: string | null },
  seals: SecretSeals,
): Promise<OpenedSecret> {
  if (sealed !== null) return await seals.open(sealed, client.clientId, client.assertionAlgorithm);
  return digest === null ? { outcome: 'refused', why: 'the secret is empty' } : { outcome: 'opened', fingerprint: digest };
}

/**
 * Hashes the passwords of users without one, before the turn: it takes long, and others wait for the turn. A user who loses the
 * password in between gets the offered one the next time.
 */
async function hashPasswords(users: readonly Placed<ReadUser>[], ports: DeclarationPorts): Promise<HashedPasswords> {
  const offering = users.filter(({ thing }) => thing.password !== null);
  if (offering.length === 0) return NOTHING_HASHED;
  const having = await ports.state.usersWithPassword(offering.map(({ thing }) => thing.record.username));
  const needing = offering.filter(({ thing }) => !having.has(thing.record.username));
  if (needing.length > NEW_PASSWORDS_MAX) {
    const message = `${needing.length} users would get a password`;
    return { hashes: new Map(), problems: [problem(['users'], message, `at most ${NEW_PASSWORDS_MAX} at a time`)] };
  }
  const hashes = new Map<string, PasswordHash>();
  const problems: DeclarationProblem[] = [];
  // One after the other: people who sign in meanwhile share the pool that hashes.
  for (const { thing, path } of needing) {
    if (thing.password === null) continue;
    const result = await ports.passwords.hash(thing.password, thing.presentedName);
    if (result.outcome === 'hashed') hashes.set(thing.record.username, result.hash);
    else problems.push(problem([...path, 'password'], result.why, USER_EXPECTED.password));
  }
  return { hashes, problems };
}
