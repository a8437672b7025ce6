import { createHash } from 'node:crypto';
import type { ClientId } from '@tessera/vocabulary';
import { z } from 'zod';
import type { PublicJwk } from '../client/index.js';
import type { DeclaredSecret, DeclarationProblem } from './declaration.js';
import { type ReadClient, secretForm } from './declared-client.js';
import { problem } from './declared-entry.js';
import { teamRemovals, teamStep } from './plan-teams.js';
import type { Placed, ReadDeclaration } from './read-declaration.js';
import type { AuditEntry, ClientRecord, DeclarationChange, ResourceRecord, StoredClient, StoredState } from './records.js';
import { type OfferedPasswords, userRemovals, userStep } from './user-plan.js';

/** One member that changes, as a person reads it; of secrets only that they change. Null: there was or will be none. */
export const PlanChange = z.object({ field: z.string(), from: z.string().nullable(), to: z.string().nullable() });
/** One member that changes. */
export type PlanChange = z.infer<typeof PlanChange>;

/** What happens to one client, resource, user or team. */
export const PlanEntry = z.object({
  action: z.enum(['create', 'update', 'delete', 'unchanged']),
  kind: z.enum(['client', 'resource', 'user', 'team']),
  id: z.string(),
  changes: z.array(PlanChange),
});
/** What happens to one client, resource or user. */
export type PlanEntry = z.infer<typeof PlanEntry>;

/** What a declaration means for what is stored. */
export interface Plan {
  readonly entries: readonly PlanEntry[];
  readonly changes: readonly DeclarationChange[];
  readonly audit: readonly AuditEntry[];
  /** Clients whose offered secret is in force once the plan is carried out, or was already. */
  readonly secretsInForce: readonly ClientId[];
  /** Request ids of offered passwords that are in force once the plan is carried out, or since this very message came before. */
  readonly passwordsInForce: readonly string[];
  /** Clients whose keys have to be fetched. */
  readonly keySetsToFetch: readonly ClientId[];
  readonly problems: readonly DeclarationProblem[];
}

/** Base64url SHA-256 of an offered secret by client; a sealed one was opened for it. */
export type Fingerprints = ReadonlyMap<string, string>;

interface Step {
  readonly entry: PlanEntry;
  readonly changes: readonly DeclarationChange[];
  readonly secretInForce?: ClientId;
  readonly passwordInForce?: string;
  readonly fetch?: ClientId;
  readonly problems?: readonly DeclarationProblem[];
}

/** Pure: the same declaration on the same state gives the same plan, and on its own result an empty one. */
export function planDeclaration(
  declaration: ReadDeclaration,
  stored: StoredState,
  options: { readonly prune: boolean; readonly fingerprints: Fingerprints; readonly passwords: OfferedPasswords },
): Plan {
  const clients = new Map(stored.clients.map((one) => [String(one.record.clientId), one]));
  const resources = new Map(stored.resources.map((one) => [String(one.record.identifier), one.record]));
  const teams = new Map<string, (typeof stored.teams)[number]['record']>(stored.teams.map((one) => [one.record.name, one.record]));
  const users = new Map(stored.users.map((one) => [one.username, one]));
  const steps: readonly Step[] = [
    ...declaration.resources.map(({ thing }) => resourceStep(thing, resources.get(thing.identifier))),
    ...declaration.clients.map((placed) => clientStep(placed, clients.get(placed.thing.record.clientId), options.fingerprints)),
    ...declaration.users.map(({ thing }) => userStep(thing, users.get(thing.record.username), options.passwords)),
    ...declaration.teams.map(({ thing }) => teamStep(thing, teams.get(thing.name))),
    ...(options.prune ? [...removals(declaration, stored), ...userRemovals(declaration.users, stored.users), ...teamRemovals(declaration.teams, stored.teams)] : []),
  ];
  return {
    entries: steps.map((step) => step.entry),
    changes: steps.flatMap((step) => step.changes),
    audit: steps.filter((step) => step.changes.length > 0).map(audited),
    secretsInForce: steps.flatMap((step) => step.secretInForce ?? []),
    passwordsInForce: steps.flatMap((step) => step.passwordInForce ?? []),
    keySetsToFetch: steps.flatMap((step) => step.fetch ?? []),
    problems: steps.flatMap((step) => step.problems ?? []),
  };
}

/** Names a plan, so that what a person agreed to is what is done. */
export function planDigest(plan: Plan): string {
  return createHash('sha256').update(JSON.stringify(plan.entries)).digest('base64url');
}

const PAST = { create: 'created', update: 'updated', delete: 'deleted', unchanged: 'unchanged' } as const;

function audited({ entry }: Step): AuditEntry {
  return { action: `${entry.kind}.${PAST[entry.action]}`, subject: entry.id, detail: { changes: entry.changes } };
}

function resourceStep(record: ResourceRecord, stored: ResourceRecord | undefined): Step {
  const differences = stored === undefined ? [] : differing(stored, record);
  const changed = stored === undefined || differences.length > 0;
  return {
    entry: { action: actionOf(stored === undefined, changed), kind: 'resource', id: record.identifier, changes: differences },
    changes: changed ? [{ kind: 'resource.put', record }] : [],
  };
}

function clientStep({ thing, path }: Placed<ReadClient>, stored: StoredClient | undefined, fingerprints: Fingerprints): Step {
  const { record } = thing;
  const differences = stored === undefined ? [] : differing(stored.record, record);
  const keys = keySetStep(thing, stored);
  const secret = secretStep(thing, stored, fingerprints.get(record.clientId) ?? null);
  const put: DeclarationChange[] = stored === undefined || differences.length > 0 ? [{ kind: 'client.put', record }] : [];
  const changes = [...put, ...keys.changes, ...secret.changes];
  const shown = stored === undefined ? [] : [...differences, ...keys.shown, ...secret.shown];
  return {
    entry: { action: actionOf(stored === undefined, changes.length > 0), kind: 'client', id: record.clientId, changes: shown },
    changes,
    ...(secret.inForce ? { secretInForce: record.clientId } : {}),
    ...(keys.fetch ? { fetch: record.clientId } : {}),
    problems: secret.missing
      ? [problem([...path, 'secret'], `${record.authenticationMethod} needs a secret`, 'a secret source')]
      : [],
  };
}

function actionOf(created: boolean, changed: boolean): 'create' | 'update' | 'unchanged' {
  return created ? 'create' : changed ? 'update' : 'unchanged';
}

function keySetStep(
  client: ReadClient,
  stored: StoredClient | undefined,
): { changes: readonly DeclarationChange[]; shown: readonly PlanChange[]; fetch: boolean } {
  const { clientId, jwksUri } = client.record;
  const before = stored?.keySet ?? null;
  if (jwksUri !== null) {
    if (before?.source === 'uri' && stored?.record.jwksUri === jwksUri) return { changes: [], shown: [], fetch: false };
    // Keys of another place are not keys of this one: they go at once, and the first fetch follows the commit.
    return { changes: [{ kind: 'client-key-set.put', clientId, source: 'uri', keys: [] }], shown: [], fetch: true };
  }
  if (client.keys === null) {
    return before === null
      ? { changes: [], shown: [], fetch: false }
      : {
          changes: [{ kind: 'client-key-set.delete', clientId }],
          shown: [{ field: 'jwks', from: showKeys(before.keys), to: null }],
          fetch: false,
        };
  }
  const shown = { field: 'jwks', from: before === null ? null : showKeys(before.keys), to: showKeys(client.keys) };
  const same = before?.source === 'value' && canonical(before.keys) === canonical(client.keys);
  return same
    ? { changes: [], shown: [], fetch: false }
    : { changes: [{ kind: 'client-key-set.put', clientId, source: 'value', keys: client.keys }], shown: [shown], fetch: false };
}

interface SecretStep {
  readonly changes: readonly DeclarationChange[];
  readonly shown: readonly PlanChange[];
  readonly inForce: boolean;
  readonly missing: boolean;
}

/** CLI-3. A secret in the other form than the method needs is of no use any more and goes with the change of method. */
function secretStep(client: ReadClient, stored: StoredClient | undefined, fingerprint: string | null): SecretStep {
  const { clientId, authenticationMethod } = client.record;
  const form = secretForm(authenticationMethod);
  const valid = stored?.secrets ?? [];
  const nothing: SecretStep = { changes: [], shown: [], inForce: false, missing: false };
  if (form === null) {
    if (valid.length === 0) return nothing;
    return {
      ...nothing,
      changes: [{ kind: 'client-secret.delete', clientId }],
      shown: [{ field: 'secret', from: 'a secret', to: null }],
    };
  }
  const usable = valid.filter((one) => one.form === form);
  const known = fingerprint !== null && usable.some((one) => one.fingerprint === fingerprint);
  if (known || (usable.length > 0 && client.secret?.mode !== 'exact')) return { ...nothing, inForce: known };
  if (client.secret === null) return { ...nothing, missing: true };
  return {
    changes: [addition(clientId, client.secret, usable.length > 0)],
    shown: [{ field: 'secret', from: valid.length > 0 ? 'a secret' : null, to: 'a new secret' }],
    inForce: true,
    missing: false,
  };
}

function addition(clientId: ClientId, { digest, sealed, overlapSeconds }: DeclaredSecret, overlaps: boolean): DeclarationChange {
  return { kind: 'client-secret.add', clientId, digest, sealed, overlapSeconds: overlaps ? overlapSeconds : null };
}

/** What a file managed and no file names any more; clients first, because they refer to resources. */
function removals(declaration: ReadDeclaration, stored: StoredState): Step[] {
  const clients = new Set(declaration.clients.map(({ thing }) => String(thing.record.clientId)));
  const resources = new Set(declaration.resources.map(({ thing }) => String(thing.identifier)));
  const entry = (kind: PlanEntry['kind'], id: string): PlanEntry => ({ action: 'delete', kind, id, changes: [] });
  return [
    ...stored.clients
      .filter((one) => one.managedBy === 'file' && !clients.has(one.record.clientId))
      .map(({ record: { clientId } }): Step => ({
        entry: entry('client', clientId),
        changes: [{ kind: 'client.delete', clientId }],
      })),
    ...stored.resources
      .filter((one) => one.managedBy === 'file' && !resources.has(one.record.identifier))
      .map(({ record: { identifier } }): Step => ({
        entry: entry('resource', identifier),
        changes: [{ kind: 'resource.delete', identifier }],
      })),
  ];
}

/** Lists whose order says nothing. */
const SETS: ReadonlySet<string> = new Set([
  'scope',
  'resources',
  'grantTypes',
  'introspectedBy',
  'redirectUris',
  'postLogoutRedirectUris',
  'responseModes',
  'responseTypes',
  'requestUris',
]);
const SHOWN_LENGTH_MAX = 200;

function differing<Row extends ClientRecord | ResourceRecord>(from: Row, to: Row): PlanChange[] {
  const was = new Map(membersOf(from));
  return membersOf(to).flatMap(([field, value]) => {
    const before = comparable(field, was.get(field) ?? null);
    const after = comparable(field, value ?? null);
    return before === after ? [] : [{ field, from: shown(before), to: shown(after) }];
  });
}

/** The members of a registration stand in a file beside the others. */
function membersOf(row: ClientRecord | ResourceRecord): [string, unknown][] {
  return Object.entries(row).flatMap(([name, value]): [string, unknown][] =>
    name === 'registration' && typeof value === 'object' && value !== null ? Object.entries(value) : [[name, value]],
  );
}

function comparable(field: string, value: unknown): string | null {
  if (value === null) return null;
  // A value with spaces, as some response types are, is no two values.
  const written = Array.isArray(value) ? value.map((one) => (String(one).includes(' ') ? `"${String(one)}"` : String(one))) : null;
  if (written !== null) return (SETS.has(field) ? written.sort() : written).join(' ');
  return String(value);
}

function shown(value: string | null): string | null {
  return value === null || value.length <= SHOWN_LENGTH_MAX ? value : `${value.slice(0, SHOWN_LENGTH_MAX - 3)}...`;
}

function showKeys(keys: readonly PublicJwk[]): string {
  return shown(keys.map((key) => key.kid ?? `${key.kty} without kid`).join(' ')) ?? '';
}

/** Two key sets are the same when they have the same keys with the same members, in whatever order. */
function canonical(keys: readonly PublicJwk[]): string {
  return keys
    .map((key) => JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1))))
    .sort()
    .join('\n');
}
