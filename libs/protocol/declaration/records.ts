import type { AccountId, ClientId } from '@tessera/vocabulary';
import type { StandardClaims } from '../account/index.js';
import type { ClientMetadata, PublicJwk, ResourceMetadata } from '../client/index.js';
import type { TeamRecord } from './declared-team.js';

/** Who may change a row (decision 17). */
export type ManagedBy = 'file' | 'registration' | 'api';

/** The columns of a client that a declaration decides; keys and secrets stand apart. */
export type ClientRecord = Omit<ClientMetadata, 'keys' | 'secretDigests' | 'sealedSecrets'>;

/** The columns of a resource. */
export type ResourceRecord = ResourceMetadata;

/** A secret that is valid now. `fingerprint` is the SHA-256 (base64url) of the secret; null when it cannot be opened. */
export interface StoredSecret {
  readonly form: 'digest' | 'sealed';
  readonly fingerprint: string | null;
}

/** Where the keys of a client come from, and which they are. */
export interface StoredKeySet {
  readonly source: 'value' | 'uri';
  readonly keys: readonly PublicJwk[];
}

/** A client as it is stored, with what belongs to it. */
export interface StoredClient {
  readonly record: ClientRecord;
  readonly managedBy: ManagedBy;
  readonly secrets: readonly StoredSecret[];
  readonly keySet: StoredKeySet | null;
}

/** A resource as it is stored. */
export interface StoredResource {
  readonly record: ResourceRecord;
  readonly managedBy: ManagedBy;
}

/** What a declaration decides of a user. */
export interface UserRecord {
  /** In its stored form ({@link normalizeIdentifier}); what names the user in files. */
  readonly username: string;
  /** In its stored form. */
  readonly email: string | null;
  /** Without `updated_at`, which says when these were last written. */
  readonly claims: StandardClaims;
}

/** A user as it is stored; one that did not come from a file may have no user name. */
export interface StoredUser {
  readonly accountId: AccountId;
  readonly username: string | null;
  readonly email: string | null;
  readonly enabled: boolean;
  readonly claims: StandardClaims;
  readonly hasPassword: boolean;
  readonly managedBy: ManagedBy;
}

/** A password that was opened and hashed, and the sealed value that is spent for it. */
export interface PasswordHash {
  readonly hash: string;
  readonly requestId: string;
  /** Seconds since the epoch. */
  readonly sealedUntil: number;
}

/** A team as it is stored. */
export interface StoredTeam {
  readonly record: TeamRecord;
  readonly managedBy: ManagedBy;
}

/** Everything that is stored about clients, resources and users, whoever manages it. */
export interface StoredState {
  readonly users: readonly StoredUser[];
  /** Of the request ids that were asked for: those whose sealed password was spent. */
  readonly spentPasswords: readonly string[];
  readonly clients: readonly StoredClient[];
  readonly resources: readonly StoredResource[];
  readonly teams: readonly StoredTeam[];
}

/** One write. A declaration's writes are made in the order given, all of them or none. */
export type DeclarationChange =
  | { readonly kind: 'resource.put'; readonly record: ResourceRecord }
  | { readonly kind: 'resource.delete'; readonly identifier: string }
  | { readonly kind: 'client.put'; readonly record: ClientRecord }
  /** Its secrets and keys go with it. */
  | { readonly kind: 'client.delete'; readonly clientId: ClientId }
  | {
      readonly kind: 'client-secret.add';
      readonly clientId: ClientId;
      readonly digest: string | null;
      readonly sealed: string | null;
      /** Seconds the other secrets of the client stay valid; null takes them away at once because their form no longer serves. */
      readonly overlapSeconds: number | null;
    }
  | { readonly kind: 'client-secret.delete'; readonly clientId: ClientId }
  | {
      readonly kind: 'client-key-set.put';
      readonly clientId: ClientId;
      readonly source: 'value' | 'uri';
      readonly keys: readonly PublicJwk[];
    }
  | { readonly kind: 'client-key-set.delete'; readonly clientId: ClientId }
  | {
      readonly kind: 'user.put';
      /** Null: a new user, whose id is made with the row. */
      readonly accountId: AccountId | null;
      readonly record: UserRecord;
      readonly enabled: boolean;
      /** Whether this ends the sessions and grants of the user (I5). */
      readonly ends: boolean;
    }
  /** Sessions, consents, grants and credentials go with it. */
  | { readonly kind: 'user.delete'; readonly accountId: AccountId }
  | {
      readonly kind: 'user-password.add';
      readonly username: string;
      readonly accountId: AccountId | null;
      readonly hash: PasswordHash;
    }
  | { readonly kind: 'team.put'; readonly record: TeamRecord }
  | { readonly kind: 'team.delete'; readonly name: string };

/** What the audit keeps of one change (SEC-4); values of secrets are never part of it. */
export interface AuditEntry {
  /** `<resource>.<past participle>`. */
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
