import type { QueryRunner } from '@tessera/database';
import { ClientMetadata, PublicJwk } from '@tessera/protocol/client';
import { KeptMetadata, type RegisteredClient } from '@tessera/protocol/client-registration';
import type { RegisteredClientId } from '@tessera/vocabulary';
import { z } from 'zod';

const FoundRow = ClientMetadata.omit({ keys: true, secretDigests: true, sealedSecrets: true }).extend({
  keySource: z.enum(['value', 'uri']).nullable(),
  keys: z.array(PublicJwk).nullable(),
  kept: KeptMetadata,
  issuedAt: z.number(),
  secrets: z.array(z.object({ digest: z.string().nullable(), sealed: z.string().nullable() })),
});
const WrittenRow = z.object({ issuedAt: z.number() });

/** A client as it registered itself. */
export interface StoredRegistration extends Omit<RegisteredClient, 'sectorIdentifierUri'> {
  readonly issuedAt: number;
  readonly keySource: 'value' | 'uri' | null;
  readonly secrets: readonly { readonly digest: string | null; readonly sealed: string | null }[];
}

/** A secret that was made, as it is stored (CLI-3). */
export interface NewSecret {
  readonly rowId: string;
  readonly digest: string | null;
  readonly sealed: string | null;
  readonly sealingKid: string | null;
}

/** What an update does with the secrets of a client. */
export type SecretChange = { readonly change: 'keep' | 'remove' } | { readonly change: 'replace'; readonly secret: NewSecret };

/** Clients that registered themselves, in PostgreSQL: each change is one statement with its audit row (SEC-4). */
export class SqlClientRegistrations {
  constructor(private readonly queries: QueryRunner) {}

  /** Whether an initial access token would open a registration at this moment. */
  async opens(digest: Buffer): Promise<boolean> {
    return (await this.queries.run('find-initial-access-token', [digest])).length > 0;
  }

  /** Null: the token is not good any more, and nothing was written. */
  async register(
    { record, keys, kept }: RegisteredClient,
    { tokenDigest, accessTokenDigest, secret }: { readonly tokenDigest: Buffer | null; readonly accessTokenDigest: Buffer; readonly secret: NewSecret | null },
  ): Promise<{ readonly issuedAt: number } | null> {
    const keySet = keySetOf(record.jwksUri, keys);
    const [row] = await this.queries.run('register-client', [
      tokenDigest, JSON.stringify(record), accessTokenDigest, JSON.stringify(kept), keySet && JSON.stringify(keySet), secret && JSON.stringify(secret),
    ]);
    return row === undefined ? null : WrittenRow.parse(row);
  }

  /** Null when the token is not the one of this client's registration (REG-7). */
  async find(clientId: RegisteredClientId, accessTokenDigest: Buffer): Promise<StoredRegistration | null> {
    const [row] = await this.queries.run('find-registered-client', [clientId, accessTokenDigest]);
    if (row === undefined) return null;
    const { keySource, keys, kept, issuedAt, secrets, ...record } = FoundRow.parse(row);
    return { record, keys: keySource === 'value' ? keys : null, keySource, kept, issuedAt, secrets };
  }

  /** Null: another update was first, or the client is disabled now; nothing was written. */
  async update(
    { record, keys, kept }: RegisteredClient,
    before: StoredRegistration,
    { presented, next }: { readonly presented: Buffer; readonly next: Buffer },
    secrets: SecretChange,
  ): Promise<{ readonly issuedAt: number } | null> {
    const keySet = keySetOf(record.jwksUri, keys);
    const [row] = await this.queries.run('update-registered-client', [
      record.clientId, presented, next, JSON.stringify(record), JSON.stringify(kept),
      secrets.change, secrets.change === 'replace' ? JSON.stringify(secrets.secret) : null,
      keySetChange(keySet, record.jwksUri, before), keySet && JSON.stringify(keySet),
    ]);
    return row === undefined ? null : WrittenRow.parse(row);
  }

  /** False when there is no such client, when the token is not its own, and when it is disabled. */
  async remove(clientId: RegisteredClientId, accessTokenDigest: Buffer): Promise<boolean> {
    return (await this.queries.run('delete-registered-client', [clientId, accessTokenDigest])).length > 0;
  }
}

interface KeySet {
  readonly source: 'value' | 'uri';
  readonly keys: readonly PublicJwk[];
}

/** What stands behind a `jwks_uri` is fetched afterwards, as for every client (OUT-5). */
function keySetOf(jwksUri: string | null, keys: readonly PublicJwk[] | null): KeySet | null {
  if (jwksUri !== null) return { source: 'uri', keys: [] };
  return keys === null ? null : { source: 'value', keys };
}

/** Keys that were fetched from an address that stays are kept: they are good until they are fetched again. */
function keySetChange(keySet: KeySet | null, jwksUri: string | null, before: StoredRegistration): 'keep' | 'remove' | 'replace' {
  if (keySet === null) return before.keySource === null ? 'keep' : 'remove';
  return jwksUri !== null && jwksUri === before.record.jwksUri && before.keySource === 'uri' ? 'keep' : 'replace';
}
