import { createHash } from 'node:crypto';
import { AccountId } from '@tessera/vocabulary';
import { client, resource } from '../client/testing.js';
import { type AppliedDeclaration, applyDeclaration, type ApplyOptions } from './apply-declaration.js';
import type { DeclaredState, ExclusiveState, Mentioned, OpenedSecret, PasswordSeals, SecretSeals } from './apply-declaration.js';
import type {
  AuditEntry,
  ClientRecord,
  DeclarationChange,
  ManagedBy,
  StoredClient,
  StoredResource,
  StoredState,
  StoredUser,
} from './records.js';

/** The resource that {@link declaredClient} uses. */
export const ORDERS = 'https://api.example.com/orders';
/** A SHA-256 digest in base64url, as a secret is offered. */
export const DIGEST = 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg';
/** Another one. */
export const OTHER_DIGEST = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';

/** A resource as a file declares it; a test states only what matters to it. */
export function declaredResource(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return { identifier: ORDERS, scope: ['orders.read', 'orders.write'], ...overrides };
}

/** A confidential client as a file declares it, with the secret the command line offers. */
export function declaredClient(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    clientId: 's6BhdRkqt3',
    grantTypes: ['client_credentials'],
    scope: ['orders.read'],
    resources: [ORDERS],
    secret: { mode: 'if_none', digest: DIGEST },
    ...overrides,
  };
}

/** A client as it is stored. */
export function storedClient(overrides: Record<string, unknown> = {}, rest: Partial<StoredClient> = {}): StoredClient {
  const elsewhere = new Set(['keys', 'secretDigests', 'sealedSecrets']);
  const record = Object.fromEntries(
    Object.entries(client(overrides)).filter(([member]) => !elsewhere.has(member)),
  ) as ClientRecord;
  return { record, managedBy: 'file', secrets: [{ form: 'digest', fingerprint: DIGEST }], keySet: null, ...rest };
}

/** A resource as it is stored. */
export function storedResource(overrides: Record<string, unknown> = {}, managedBy: ManagedBy = 'file'): StoredResource {
  return { record: resource(overrides), managedBy };
}

/** A user as it is stored. */
export function storedUser(overrides: Partial<StoredUser> = {}): StoredUser {
  const username = overrides.username ?? 'alice';
  return {
    accountId: accountIdOf(username),
    username,
    email: null,
    enabled: true,
    claims: { preferred_username: username },
    hasPassword: true,
    managedBy: 'file',
    ...overrides,
  };
}

/** An account id that follows from a name, for states in memory. */
function accountIdOf(username: string): AccountId {
  return AccountId.parse(`usr_${createHash('sha256').update(username).digest('base64url').slice(0, 22)}`);
}

/** "Opens" what begins with `sealed:` and names the user: `sealed:<user name>:<password>`. */
export const fakePasswords: PasswordSeals = {
  hash: async ({ sealed, requestId }, account) => {
    const [scheme, sealedFor, password] = sealed.split(':');
    if (scheme !== 'sealed' || sealedFor !== account) return { outcome: 'refused', why: 'the password was sealed for somebody else' };
    return { outcome: 'hashed', hash: { hash: `hashed:${password}`, requestId, sealedUntil: 1_700_000_060 } };
  },
};

/** Opens what begins with `sealed:` and names the client: `sealed:<client id>:<fingerprint>`. */
export const fakeSeals: SecretSeals = {
  open: async (sealed: string, clientId: string): Promise<OpenedSecret> => {
    const [scheme, sealedFor, fingerprint] = sealed.split(':');
    if (scheme !== 'sealed' || fingerprint === undefined) return { outcome: 'refused', why: 'the secret cannot be opened' };
    if (sealedFor !== clientId) return { outcome: 'refused', why: 'the secret was sealed for another client' };
    return { outcome: 'opened', fingerprint };
  },
};

const NOTHING: StoredState = { clients: [], resources: [], users: [], spentPasswords: [], teams: [] };

/** Clients, resources and users in memory. Work runs one after the other, and what throws leaves nothing behind. */
export class InMemoryDeclaredState implements DeclaredState {
  readonly audit: AuditEntry[] = [];
  writes = 0;
  private queue: Promise<unknown> = Promise.resolve();

  stored: StoredState;

  constructor(stored: Partial<StoredState> = {}) {
    this.stored = { ...NOTHING, ...stored };
  }

  usersWithPassword = async (usernames: readonly string[]): Promise<ReadonlySet<string>> =>
    new Set(this.stored.users.flatMap((one) => (one.hasPassword && one.username !== null && usernames.includes(one.username) ? [one.username] : [])));

  exclusively<Result>(_mentioned: Mentioned, work: (state: ExclusiveState) => Promise<Result>): Promise<Result> {
    const turn = this.queue.then(async () => {
      let staged = this.stored;
      const audited: AuditEntry[] = [];
      const result = await work({
        stored: this.stored,
        write: async (changes, audit) => {
          staged = changes.reduce(applyChange, staged);
          audited.push(...audit);
        },
      });
      if (staged !== this.stored) this.writes += 1;
      this.stored = staged;
      this.audit.push(...audited);
      return result;
    });
    this.queue = turn.catch(() => undefined);
    return turn;
  }
}

function applyChange(state: StoredState, change: DeclarationChange): StoredState {
  switch (change.kind) {
    case 'resource.put': {
      const others = state.resources.filter((one) => one.record.identifier !== change.record.identifier);
      return { ...state, resources: [...others, { record: change.record, managedBy: 'file' }] };
    }
    case 'resource.delete':
      return { ...state, resources: state.resources.filter((one) => one.record.identifier !== change.identifier) };
    case 'client.put': {
      const before = state.clients.find((one) => one.record.clientId === change.record.clientId);
      const others = state.clients.filter((one) => one !== before);
      const after: StoredClient = { secrets: [], keySet: null, managedBy: 'file', ...before, record: change.record };
      return { ...state, clients: [...others, after] };
    }
    case 'client.delete':
      return { ...state, clients: state.clients.filter((one) => one.record.clientId !== change.clientId) };
    case 'client-secret.add': {
      const form = change.digest === null ? ('sealed' as const) : ('digest' as const);
      const added = { form, fingerprint: change.digest ?? change.sealed?.split(':')[2] ?? null };
      const keeps = change.overlapSeconds !== null && change.overlapSeconds > 0;
      return withClient(state, change.clientId, (one) => ({
        ...one,
        secrets: [added, ...(keeps ? one.secrets : [])].slice(0, 2),
      }));
    }
    case 'client-secret.delete':
      return withClient(state, change.clientId, (one) => ({ ...one, secrets: [] }));
    case 'client-key-set.put':
      return withClient(state, change.clientId, (one) => ({ ...one, keySet: { source: change.source, keys: change.keys } }));
    case 'client-key-set.delete':
      return withClient(state, change.clientId, (one) => ({ ...one, keySet: null }));
    case 'team.put': {
      const others = state.teams.filter((one) => one.record.name !== change.record.name);
      return { ...state, teams: [...others, { record: change.record, managedBy: 'file' }] };
    }
    case 'team.delete':
      return { ...state, teams: state.teams.filter((one) => one.record.name !== change.name) };
    case 'user.put': {
      const before = state.users.find((one) => one.username === change.record.username);
      const after = storedUser({ hasPassword: false, ...before, ...change.record, enabled: change.enabled });
      return { ...state, users: [...state.users.filter((one) => one !== before), after] };
    }
    case 'user.delete':
      return { ...state, users: state.users.filter((one) => one.accountId !== change.accountId) };
    case 'user-password.add':
      return {
        ...state,
        users: state.users.map((one) => (one.username === change.username ? { ...one, hasPassword: true } : one)),
        spentPasswords: [...state.spentPasswords, change.hash.requestId],
      };
  }
}

function withClient(state: StoredState, clientId: string, change: (client: StoredClient) => StoredClient): StoredState {
  return { ...state, clients: state.clients.map((one) => (one.record.clientId === clientId ? change(one) : one)) };
}

/** Applies declarations to a state in memory, with the usual options unless said otherwise. */
export function applying(stored: Partial<StoredState> = {}) {
  const state = new InMemoryDeclaredState(stored);
  const ports = { state, seals: fakeSeals, passwords: fakePasswords };
  const usual = { dryRun: false, prune: false, agreedPlan: null };
  const apply = (clients: Record<string, unknown>[], resources = [declaredResource()], options: Partial<ApplyOptions> = {}) =>
    applyDeclaration({ clients, resources }, { ...usual, ...options }, ports);
  const applyUsers = (users: Record<string, unknown>[], options: Partial<ApplyOptions> = {}) =>
    applyDeclaration({ clients: [], resources: [], users }, { ...usual, ...options }, ports);
  return { state, apply, applyUsers };
}

/** The entries of a plan, or what is wrong. */
export function planOf(applied: AppliedDeclaration) {
  return applied.outcome === 'refused' ? applied.problems : applied.plan.entries;
}

/** The plan in short: `create client s6BhdRkqt3`. */
export function actions(applied: AppliedDeclaration): string[] {
  return applied.outcome === 'refused' ? [] : applied.plan.entries.map((one) => `${one.action} ${one.kind} ${one.id}`);
}

/** Where the problems are, or the outcome when there are none. */
export function places(applied: AppliedDeclaration): string | string[] {
  return applied.outcome === 'refused' ? applied.problems.map((one) => one.path.join('.')) : applied.outcome;
}
