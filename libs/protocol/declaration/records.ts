import type { ClientId } from '@tessera/vocabulary';
import type { ClientMetadata, PublicJwk, ResourceMetadata } from '../client/index.js';

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

/** Everything that is stored about clients and resources, whoever manages it. */
export interface StoredState {
  readonly clients: readonly StoredClient[];
  readonly resources: readonly StoredResource[];
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
  | { readonly kind: 'client-key-set.delete'; readonly clientId: ClientId };

/** What the audit keeps of one change (SEC-4); values of secrets are never part of it. */
export interface AuditEntry {
  /** `<resource>.<past participle>`. */
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
