import { randomUUID } from 'node:crypto';
import type { Actor } from '@tessera/contracts';
import type { QueryRunner } from '@tessera/database';
import { ClientMetadata, PublicJwk, ResourceMetadata } from '@tessera/protocol/client';
import { DeclaredTeam } from '@tessera/protocol/declaration';
import type {
  AuditEntry,
  DeclarationChange,
  DeclaredState,
  ExclusiveState,
  Mentioned,
  StoredClient,
  StoredResource,
} from '@tessera/protocol/declaration';
import { z } from 'zod';
import type { AdministrationTurn, AdministrationTurns } from '../administration/index.js';
import { type LeasedSecretSeals, sealingKidOf } from '../client-secrets/index.js';
import { readDeclaredUsers, usersWithPassword, writeDeclaredUsers } from './sql-declared-users.js';

const ManagedBy = z.enum(['file', 'registration', 'api']);
const ResourceRow = ResourceMetadata.extend({ managedBy: ManagedBy });
const TeamRow = DeclaredTeam.extend({ managedBy: ManagedBy });
const ClientRow = ClientMetadata.omit({ keys: true, secretDigests: true, sealedSecrets: true }).extend({
  managedBy: ManagedBy,
  keySource: z.enum(['value', 'uri']).nullable(),
  keys: z.array(PublicJwk).nullable(),
  secrets: z.array(z.object({ digest: z.string().nullable(), sealed: z.string().nullable() })),
});
type ClientRow = z.infer<typeof ClientRow>;

/** Clients, resources and users in PostgreSQL, for the declarations of one actor. */
export class SqlDeclaredState implements DeclaredState {
  constructor(
    private readonly turns: AdministrationTurns,
    private readonly seals: Pick<LeasedSecretSeals, 'fingerprint'>,
    private readonly actor: Actor,
    private readonly queries: QueryRunner,
  ) {}

  usersWithPassword(usernames: readonly string[]): Promise<ReadonlySet<string>> {
    return usersWithPassword(this.queries, usernames);
  }

  exclusively<Result>(mentioned: Mentioned, work: (state: ExclusiveState) => Promise<Result>): Promise<Result> {
    return this.turns.take(async (turn) => {
      const ids = [mentioned.clients, mentioned.resources];
      const resources = z.array(ResourceRow).parse(await turn.run('list-declared-resources', ids));
      const clients = z.array(ClientRow).parse(await turn.run('list-declared-clients', ids));
      const teams = z.array(TeamRow).parse(await turn.run('list-declared-teams', []));
      return await work({
        stored: {
          teams: teams.map(({ managedBy, ...record }) => ({ record, managedBy })),
          ...(await readDeclaredUsers(turn, mentioned)),
          resources: resources.map(storedResource),
          clients: await Promise.all(clients.map((row) => this.storedClient(row))),
        },
        write: (changes, audit) => this.write(turn, changes, audit),
      });
    });
  }

  private async storedClient({ managedBy, keySource, keys, secrets, ...record }: ClientRow): Promise<StoredClient> {
    return {
      record,
      managedBy,
      keySet: keySource === null ? null : { source: keySource, keys: keys ?? [] },
      secrets: await Promise.all(
        secrets.map(async ({ digest, sealed }) =>
          sealed === null
            ? { form: 'digest' as const, fingerprint: digest }
            : { form: 'sealed' as const, fingerprint: await this.seals.fingerprint(sealed) },
        ),
      ),
    };
  }

  /** Resources before the clients that refer to them; what goes, goes last. */
  private async write(
    turn: AdministrationTurn,
    changes: readonly DeclarationChange[],
    audit: readonly AuditEntry[],
  ): Promise<void> {
    await put(
      turn,
      'put-declared-resources',
      of(changes, 'resource.put').map(({ record }) => ({ ...record, id: record.identifier })),
    );
    await put(
      turn,
      'put-declared-clients',
      of(changes, 'client.put').map(({ record }) => ({ ...record, id: record.clientId })),
    );
    await put(
      turn,
      'put-declared-teams',
      of(changes, 'team.put').map(({ record }) => ({ ...record, id: record.name })),
    );
    await putSecrets(turn, changes);
    await remove(
      turn,
      'delete-client-secrets',
      of(changes, 'client-secret.delete').map(({ clientId }) => clientId),
    );
    await put(
      turn,
      'put-client-key-sets',
      of(changes, 'client-key-set.put').map((change) => ({ ...change, id: change.clientId })),
    );
    await remove(
      turn,
      'delete-client-key-sets',
      of(changes, 'client-key-set.delete').map(({ clientId }) => clientId),
    );
    await remove(
      turn,
      'delete-declared-teams',
      of(changes, 'team.delete').map(({ name }) => name),
    );
    await remove(
      turn,
      'delete-declared-clients',
      of(changes, 'client.delete').map(({ clientId }) => clientId),
    );
    await remove(
      turn,
      'delete-declared-resources',
      of(changes, 'resource.delete').map(({ identifier }) => identifier),
    );
    await writeDeclaredUsers(turn, changes, this.actor);
    await turn.audit(this.actor, audit);
  }
}

function storedResource({ managedBy, ...record }: z.infer<typeof ResourceRow>): StoredResource {
  return { record, managedBy };
}

async function putSecrets(turn: AdministrationTurn, changes: readonly DeclarationChange[]): Promise<void> {
  const added = of(changes, 'client-secret.add');
  if (added.length === 0) return;
  await turn.run('make-room-for-client-secrets', [JSON.stringify(added)]);
  const rows = added.map(({ clientId, digest, sealed }) => ({
    rowId: randomUUID(),
    id: clientId,
    clientId,
    digest,
    sealed,
    sealingKid: sealed === null ? null : sealingKidOf(sealed),
  }));
  await put(turn, 'add-client-secrets', rows);
}

/** Writes rows and makes sure that each was written: a row of another manager, or one that is gone, is left alone by the statement. */
async function put(queries: QueryRunner, statement: string, rows: readonly { readonly id: string }[]): Promise<void> {
  if (rows.length === 0) return;
  const written = await queries.run(statement, [JSON.stringify(rows)]);
  if (written.length !== rows.length) throw new Error(`${statement} wrote ${written.length} of ${rows.length} rows`);
}

async function remove(queries: QueryRunner, statement: string, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await queries.run(statement, [ids]);
}

function of<Kind extends DeclarationChange['kind']>(
  changes: readonly DeclarationChange[],
  kind: Kind,
): Extract<DeclarationChange, { kind: Kind }>[] {
  return changes.filter((change): change is Extract<DeclarationChange, { kind: Kind }> => change.kind === kind);
}
